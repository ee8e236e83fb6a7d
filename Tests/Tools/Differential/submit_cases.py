#!/usr/bin/env python3
"""Descriptions for condor_submit, and what it made of them as a corpus the conformance runner reads.

    submit_cases.py make WORK FIXTURES CORPUS COUNT SEED    random descriptions
    submit_cases.py copy WORK FIXTURES CORPUS               those of a corpus
    submit_cases.py collect WORK FIXTURES                   after `inside` ran: WORK/recorded/submit.jsonl

WORK/inside runs in the pool, where it gets the home directory, the configuration and the environment of the fixtures.
"""

import json
import os
import re
import shlex
import sys

import submit_generator

CONFIGURATION = "SCHEDD_INTERVAL = 5\nLOCAL_CONFIG_FILE =\nLOCAL_CONFIG_DIR =\nSPOOL = /var/lib/condor/spool\n"
# Of the rest of the system, what the descriptions name.
SYSTEM_FILES = ["/bin/echo", "/bin/sh", "/bin/sleep"]
INSIDE = """
set -e
work=$1
mount -t tmpfs tmpfs /home
mkdir /home/alice
mount --bind "$work/home" /home/alice
mount --bind "$work/condor_config" /etc/condor/condor_config
stat -L -c '%n %s' SYSTEM > "$work/sizes" 2>/dev/null || true
exec runuser -u alice -- env -i ENVIRONMENT /bin/bash "$work/each" "$work"
"""
EACH = """
cd /home/alice
work=$1
while read -r number arguments; do
    rm -rf /home/alice/job.sub
    cp "$work/cases/$number" job.sub
    eval "set -- $arguments"
    status=0
    env -u _ -u SHLVL -u OLDPWD -u PWD timeout 20 condor_submit "$@" -digest "$work/out/$number.digest" \\
        -dry-run "$work/out/$number" job.sub \\
        >"$work/out/$number.stdout" 2>"$work/out/$number.stderr" </dev/null || status=$?
    echo "$status" >"$work/out/$number.status"
done <"$work/list"
"""
PREDICTABLE = re.compile(r"RANDOM|initial_?dir\s*=\s*\S*\.sh|executable\s*=\s*/tmp|SUBMIT_TIME|\$\((Year|Month|Day)"
                         r"|queue[^\n]*\\$|include\s+command|include.*\|\s*$", re.IGNORECASE | re.MULTILINE)
# In a digest HTCondor 25.14 takes the place of a default that stays for one in the function behind it.
STALE_DEFAULT = re.compile(r"\$\([^)\n]*:.*\$[A-Z][A-Za-z_]*\(")
EXPECTED_OUTPUT = re.compile(r"^(Dry-Run job\(s\)|Submitting job\(s\)|\d+ job\(s\) (dry-run|submitted) to cluster|\.+$|Logging submit event)")


def write(path, content):
    mode = "wb" if isinstance(content, bytes) else "w"
    with open(path, mode) as file:
        file.write(content)


def prepare(work, fixtures, cases):
    home = os.path.join(work, "home")
    for folder in [home, os.path.join(work, "cases"), os.path.join(work, "out")]:
        os.makedirs(folder)
    for file in fixtures["files"]:
        path = os.path.join(home, file["path"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        content = file.get("content", file.get("head", "")).encode()
        write(path, content + b"#" * (file.get("size", len(content)) - len(content)))
        os.chmod(path, int(file["mode"], 8))
    write(os.path.join(work, "condor_config"), CONFIGURATION)
    environment = " ".join(shlex.quote(entry) for entry in fixtures["environment"])
    write(os.path.join(work, "inside"), INSIDE.replace("ENVIRONMENT", environment).replace("SYSTEM", " ".join(SYSTEM_FILES)))
    write(os.path.join(work, "each"), EACH)
    lines = []
    for number, case in enumerate(cases):
        write(os.path.join(work, "cases", str(number)), case["submit"].encode())
        lines.append(f"{number} {shlex.join(case.get('args', []))}\n")
    write(os.path.join(work, "list"), "".join(lines))
    write(os.path.join(work, "cases.json"), json.dumps(cases))


def attributes(lines, other):
    result = {}
    for line in lines:
        match = re.match(r"([A-Za-z_][A-Za-z0-9_.]*)=(.*)$", line)
        if match:
            result[match[1]] = match[2]
        else:
            other.append(line)
    return result


def clusters(text):
    """The ads of a dry run: a cluster ad starts with ClusterId, each of its jobs with ProcId."""
    result, other, blocks = [], [], []
    for line in text.split("\n"):
        if line.startswith("ClusterId=") or line.startswith("ProcId="):
            blocks.append([])
        if line and blocks:
            blocks[-1].append(line)
    for block in blocks:
        if block[0].startswith("ClusterId="):
            result.append({"ad": attributes(block, other), "procs": []})
        elif result:
            result[-1]["procs"].append(attributes(block, other))
    return result


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def collect(work, fixtures):
    with open(os.path.join(work, "cases.json")) as file:
        cases = json.load(file)
    recorded = os.path.join(work, "recorded")
    os.makedirs(recorded)
    for line in read(os.path.join(work, "sizes")).splitlines():
        name, size = line.split()
        fixtures["files"].append({"path": name, "mode": "755", "head": "", "size": int(size)})
    write(os.path.join(recorded, "submit-fixtures.json"), json.dumps(fixtures))
    crashes = 0
    with open(os.path.join(recorded, "submit.jsonl"), "w") as file:
        for number, case in enumerate(cases):
            out = os.path.join(work, "out", str(number))
            status = int(read(out + ".status"))
            if status >= 124:  # It ended by a signal or not at all: nothing to compare with.
                crashes += 1
                continue
            case.update(rc=status, clusters=clusters(read(out)) if status == 0 else [])
            if os.path.exists(out + ".digest") and not STALE_DEFAULT.search(case["submit"]):
                digest = read(out + ".digest").replace(out + ".digest.items", "ITEMS")
                case["digest"] = {"text": digest, "items": read(out + ".digest.items")}
            # These warnings lack their newline.
            said = re.sub(r"(is a duplicate of item \d+, skipping|does not match any files|nice_user will be ignored"
                          r"|did you mean \w+\?)(?=[A-Z])", r"\1\n", read(out + ".stderr")).split("\n")
            said += read(out + ".stdout").split("\n")
            case["messages"] = [line for line in said if line.strip() and not EXPECTED_OUTPUT.match(line)]
            file.write(json.dumps(case) + "\n")
    print(f"submit: {len(cases)} descriptions, {crashes} of them brought condor_submit down")


def main():
    action, work = sys.argv[1:3]
    with open(sys.argv[3]) as file:
        fixtures = json.load(file)
    if action == "collect":
        collect(work, fixtures)
        return
    with open(sys.argv[4]) as file:
        corpus = [case for case in map(json.loads, file) if not PREDICTABLE.search(case["submit"])]
    if action == "make":
        cases = submit_generator.cases(corpus, int(sys.argv[5]), int(sys.argv[6]))
        cases = [case for case in cases if not PREDICTABLE.search(case["submit"])]
    else:
        cases = [{key: case[key] for key in ("id", "submit", "args") if key in case} for case in corpus]
    prepare(work, fixtures, cases)


main()
