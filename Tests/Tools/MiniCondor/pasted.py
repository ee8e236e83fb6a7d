#!/usr/bin/env python3
"""Starts a demo, pastes what it says to try into a shell, line by line, and ends it with Ctrl-C.

pasted.py [--seconds 1200] COMMAND…: the command starts the demo (demo/run, or a program with --demo). The last line is `pasted: N work, M do not`.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# What each line must print, as far as it is the same every time.
EXPECTED = {
    "/stdout?follow=true": r"^hello$",
    "?projection=": r'^\{"ClusterId":\d+,.*"ExitCode":0',
    "tar -xOf": r"^hello$",
    "/whoami": r'"authenticated":true,"user":"bob@',
    "condor_q": r"Total for all users",
    "job=": r'"job_ids":\["\d+\.0"\]',
}


def announcement(demo, output, seconds):
    """What the demo prints until it says how it is ended."""
    end = time.monotonic() + seconds
    while True:
        with open(output) as file:
            text = file.read()
        if "Ctrl-C ends it." in text:
            return text
        if demo.poll() is not None or time.monotonic() > end:
            sys.exit(f"the demo did not come up:\n{text[-4000:]}")
        time.sleep(0.2)


def leftovers(directory):
    """What of the demo's is still there some time after its end; building leaves files of its own."""
    end = time.monotonic() + 20
    while left := [name for name in os.listdir(directory) if name.startswith("htapi")]:
        if time.monotonic() > end:
            break
        time.sleep(0.1)
    return left


class Shell:
    """A shell into which lines are pasted, one after the other."""

    def __init__(self):
        self.process = subprocess.Popen(["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def paste(self, line):
        """Whether it works, and what is printed."""
        mark = "the line has ended with status"
        self.process.stdin.write(f"set -o pipefail\n{line}\nstatus=$?; echo; echo {mark} $status\n")
        self.process.stdin.flush()
        printed = []
        for text in self.process.stdout:
            if text.startswith(mark):
                expected = next(pattern for part, pattern in EXPECTED.items() if part in line)
                return text.split()[-1] == "0" and re.search(expected, "".join(printed), re.M) is not None, "".join(printed)
            printed.append(text)
        return False, "".join(printed)

    def end(self):
        self.process.kill()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=1200, help="how long the demo may take to come up, its building included")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    works = fails = 0
    with tempfile.TemporaryDirectory(prefix="htapi-pasted.") as directory:
        os.chmod(directory, 0o711)
        output = os.path.join(directory, "output")
        with open(output, "w") as file:
            demo = subprocess.Popen(
                options.command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
                env={**os.environ, "TMPDIR": directory})
        try:
            text = announcement(demo, output, options.seconds)
            shell = Shell()
            for line in re.findall(r"^  (\S.*)$", text, re.M):
                if "condor_q" in line and not shutil.which("condor_q"):
                    continue
                worked, printed = shell.paste(line)
                works, fails = works + worked, fails + (not worked)
                if not worked:
                    print(f"does not work: {line}\n{printed}")
            shell.end()
        finally:
            # As a terminal does it: to everything in the foreground.
            os.killpg(demo.pid, signal.SIGINT)
            status = demo.wait(60)
        left = leftovers(directory)
    if status != 0 or left:
        print(f"the demo ended with status {status} and left {left or 'nothing'}")
        fails += 1
    print(f"pasted: {works} work, {fails} do not")
    sys.exit(fails > 0 or works == 0)


if __name__ == "__main__":
    main()
