#!/usr/bin/env python3
"""The table of HTCondor's own clients that work against `htapi --demo`: tools of several versions, and the Python bindings.

table.py --program HTAPI [--python PYTHON] [ROOT…]: a root is a folder with an HTCondor installed in it (`/` for this machine). Needs to
be the superuser, for the roots. The last line counts what works.
"""

import argparse
import json
import os
import subprocess
import sys

from demo import Demo
from tools import Tools, rows


def version(root):
    command = ["chroot", root, "condor_version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]


def tool_results(demo, root, only):
    tools = Tools(demo, root)
    results = {}
    for name in rows():
        if only and name not in only:
            continue
        try:
            getattr(tools, f"do_{name}")()
            results[name] = None
        except Exception as error:  # a row fails, the table goes on
            results[name] = str(error) or type(error).__name__
    subprocess.run(["rm", "-rf", tools.work], check=True)
    return results


def binding_results(demo, python):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bindings.py")
    result = subprocess.run(
        [python, script], capture_output=True, text=True, timeout=300, env={**os.environ, "CONDOR_CONFIG": demo.condor_config})
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return dict(rows) if rows else {"start": result.stderr.strip()[-400:] or "nothing was printed"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--python", help="a Python with htcondor2")
    parser.add_argument("--only", action="append", help="just these rows of the tools")
    parser.add_argument("roots", nargs="*")
    arguments = parser.parse_args()

    columns = {}
    with Demo(arguments.program) as demo:
        for root in arguments.roots:
            columns[version(root)] = tool_results(demo, root, arguments.only)
        if arguments.python:
            columns["htcondor2"] = binding_results(demo, arguments.python)

    passed = failed = 0
    names = list(dict.fromkeys(name for results in columns.values() for name in results))
    print("| " + " | ".join(["", *columns]) + " |")
    print("|" + "---|" * (len(columns) + 1))
    for name in names:
        cells = []
        for results in columns.values():
            if name not in results:
                cells.append("")
            elif results[name] is None:
                cells.append("yes")
                passed += 1
            else:
                cells.append("NO")
                failed += 1
        print(f"| {name.replace('_', ' ')} | " + " | ".join(cells) + " |")
    for column, results in columns.items():
        for name, problem in results.items():
            if problem is not None:
                print(f"{column} {name}: {problem}")
    print(f"clients: {passed} work, {failed} do not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
