#!/usr/bin/env python3
"""Starts and ends `htapi --demo` many times, with jobs that run, and looks for anything that is left: processes, mounts, control groups, files.

leftovers.py --program HTAPI [--rounds 20]: the last line is `leftovers: none` or says how many rounds left something.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

# The job's own children: one in its process group, one that left it.
JOB = """executable = /bin/sh
transfer_executable = false
should_transfer_files = YES
request_memory = 32
arguments = "-c 'trap : TERM; sleep 7654.{mark} & setsid sleep 7654.{mark} & wait; wait; sleep 7654.{mark}'"
queue 2
"""


def processes(mark, directory):
    """Those of the demo in the directory, its scheduler and its jobs."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read()
            with open(f"/proc/{pid}/environ", "rb") as file:
                words += file.read()
        except OSError:
            continue
        if int(pid) != os.getpid() and (f"7654.{mark}".encode() in words or directory.encode() in words):
            found.add(f"process {pid}: {words[:120]!r}")
    return found


def state(mark, directory, known):
    """What there is of the demo. `known` collects the ids of its processes, by which control groups are called."""
    now = processes(mark, directory)
    known.update(text.split()[1].rstrip(":") for text in now)
    with open("/proc/self/mounts") as file:
        mounts = {f"mount {line.strip()}" for line in file if directory in line or "htapi" in line.split()[1]}
    groups = {
        f"control group {os.path.join(folder, name)}" for folder, names, _ in os.walk("/sys/fs/cgroup")
        for name in names if name.startswith("htapi-") and name.rsplit("-", 1)[1] in known}
    files = {f"file {directory}/{name}" for name in os.listdir(directory)}
    return now | mounts | groups | files


def submit(url):
    request = urllib.request.Request(
        f"{url}/api/v1/jobs", data=JOB.format(mark=os.getpid()).encode(), headers={"X-Remote-User": "alice", "Content-Type": "text/plain"})
    urllib.request.urlopen(request, timeout=20).read()


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def one_round(program, parent, number):
    """Starts a demo, ends it by one signal or another; how long it took to be ready, and what is left."""
    mark = os.getpid()
    known = set()
    before = state(mark, parent, known)
    begin = time.monotonic()
    environment = {**os.environ, "TMPDIR": parent}
    with open(os.devnull, "r+") as null:
        demo = subprocess.Popen([program, "--demo", "--listen", "127.0.0.1:0"], stdin=null, stdout=null, stderr=null, env=environment)

    def directory():
        return next((os.path.join(parent, name) for name in os.listdir(parent) if os.path.exists(os.path.join(parent, name, "url"))), None)
    if not wait_for(lambda: directory() is not None or demo.poll() is not None, 20) or demo.poll() is not None:
        demo.kill()
        return None, {"it did not start"}
    ready = time.monotonic() - begin
    with open(os.path.join(directory(), "url")) as file:
        submit(file.read().strip())
    running = wait_for(lambda: sum(f"7654.{mark}" in text for text in processes(mark, parent)) >= 4, 20)
    state(mark, parent, known)
    demo.send_signal([signal.SIGKILL, signal.SIGTERM, signal.SIGINT][number % 3])
    demo.wait(30)
    wait_for(lambda: state(mark, parent, known) == before, 15)
    left = state(mark, parent, known) - before
    return ready, left if running else left | {"its job did not run"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    parent = tempfile.mkdtemp(prefix="htapi-leftovers.")
    os.chmod(parent, 0o755)
    bad, slowest = 0, 0
    for number in range(arguments.rounds):
        ready, left = one_round(arguments.program, parent, number)
        slowest = max(slowest, ready or 0)
        bad += bool(left)
        for what in sorted(left):
            print(f"round {number}: {what}")
    print(f"{arguments.rounds} rounds, slowest start {slowest:.2f} s")
    if bad:
        print(f"leftovers: in {bad} rounds")
        return 1
    os.rmdir(parent)
    print("leftovers: none")
    return 0


if __name__ == "__main__":
    sys.exit(main())
