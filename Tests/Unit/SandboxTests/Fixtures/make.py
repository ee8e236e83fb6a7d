#!/usr/bin/env python3
"""Makes the archives of this folder anew: `python3 make.py` (needs tar, xz and zstd).

Good ones are made by GNU tar in its formats, hostile ones by tarfile, which checks nothing.
"""
import io, os, subprocess, tarfile, tempfile

here = os.path.dirname(os.path.abspath(__file__))


def good():
    with tempfile.TemporaryDirectory() as top:
        def put(name, data, mode=0o644):
            path = os.path.join(top, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
            os.chmod(path, mode)
        put("run.sh", b"#!/bin/sh\necho hello\n", 0o755)
        put("data/input.txt", b"one\ntwo\n", 0o640)
        put("data/empty", b"")
        put("data/spaces and\nnewline", b"s")
        put("data/Gr\u00fc\u00dfe \u65e5\u672c.txt", b"utf8")
        put("data/cafe\u0301", b"decomposed")
        put("deep/" + "/".join(["d" * 60] * 4) + "/file", b"long path")
        put("n" * 200, b"long name")
        os.mkdir(os.path.join(top, "void"), 0o700)
        os.symlink("data/input.txt", os.path.join(top, "link"))
        os.symlink("../run.sh", os.path.join(top, "data", "up"))
        os.symlink("data/up", os.path.join(top, "linked-twice"))
        os.link(os.path.join(top, "run.sh"), os.path.join(top, "zz-hard"))
        for root, _, files in os.walk(top):
            os.chmod(root, 0o700 if root.endswith("void") else 0o755)
        common = ["tar", "-C", top, "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@1700000000", "-cf"]
        for kind in ("gnu", "pax"):
            option = ["--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders/%f"] if kind == "pax" else []
            subprocess.run(common + [f"{here}/good-{kind}.tar", f"--format={kind}"] + option + ["."], check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
        for name, tool in (
            ("good-gnu.tar.gz", ["gzip", "-n9"]), ("good-gnu.tar.zst", ["zstd", "-q19"]), ("good-gnu.tar.xz", ["xz", "-9"]),
            ("blocks.tar.xz", ["xz", "--block-size=3000", "--check=crc32", "--delta=dist=4", "--lzma2=preset=6"]),
            ("checked.tar.zst", ["zstd", "-q1", "--check"]),
            ("window.tar.xz", ["xz", "--lzma2=dict=128MiB"]), ("window.tar.zst", ["zstd", "-q", "--long=27"]),
        ):
            with open(f"{here}/good-gnu.tar", "rb") as source, open(f"{here}/{name}", "wb") as target:
                subprocess.run(tool, stdin=source, stdout=target, check=True)
        with open(os.path.join(top, "holes"), "wb") as file:
            file.truncate(3 << 20)
            file.seek(1 << 20)
            file.write(b"island")
        subprocess.run(common + [f"{here}/sparse-pax.tar", "--format=pax", "--sparse", "holes"], check=True)
        subprocess.run(common + [f"{here}/sparse-gnu.tar", "--format=gnu", "--sparse", "holes"], check=True)


def hostile(name, *members, data=b""):
    with tarfile.open(f"{here}/{name}.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        plain = tarfile.TarInfo("good.txt")
        plain.size = 4
        tar.addfile(plain, io.BytesIO(b"good"))
        for path, kind, target in members:
            info = tarfile.TarInfo(path)
            info.type = kind
            info.linkname = target
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(data))
        end = tar.offset
    os.truncate(f"{here}/{name}.tar", end + 1024)


good()
file, directory = tarfile.REGTYPE, tarfile.DIRTYPE
hostile("traversal", ("a/../../evil", file, ""))
hostile("traversal-inside", ("a/../b", file, ""))
hostile("traversal-backslash", ("a\\..\\b", file, ""))
hostile("absolute", ("/tmp/evil", file, ""))
hostile("link-absolute", ("l", tarfile.SYMTYPE, "/etc/passwd"))
hostile("link-out", ("d/l", tarfile.SYMTYPE, "../../etc/passwd"))
hostile("link-broken", ("l", tarfile.SYMTYPE, "missing"))
hostile("link-circle", ("l", tarfile.SYMTYPE, "m"), ("m", tarfile.SYMTYPE, "l"))
hostile("link-directory", ("d", directory, ""), ("l", tarfile.SYMTYPE, "d"))
hostile("link-through", ("d", tarfile.SYMTYPE, "/tmp"), ("d/evil", file, ""))
hostile("hardlink-out", ("l", tarfile.LNKTYPE, "../../etc/passwd"))
hostile("hardlink-absolute", ("l", tarfile.LNKTYPE, "/etc/passwd"))
hostile("device", ("null", tarfile.CHRTYPE, ""))
hostile("block-device", ("sda", tarfile.BLKTYPE, ""))
hostile("fifo", ("pipe", tarfile.FIFOTYPE, ""))
hostile("duplicate", ("x", file, ""), ("./x", file, ""))
hostile("duplicate-kind", ("x", directory, ""), ("x", file, ""))
hostile("long-component", ("d/" + "n" * 256, file, ""))
hostile("long-path", ("/".join(["n" * 100] * 25), file, ""))
hostile("not-utf8", ("bad\udcff", file, ""))
hostile("root-file", (".", file, ""))
