#!/usr/bin/env python3
"""How fast the mini scheduler is: short jobs a second, and with many idle jobs the rate of submission, the time of a query for one job, memory.

mini.py --program HTAPI [--short 10000] [--idle 100000]: run with a Python that has htcondor2, and a release build of the program.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "MiniScheduler"))
from mini import Mini  # noqa: E402


def short_jobs(htcondor2, schedd, count):
    """Submits jobs of /bin/true and waits until the last one has left; jobs a second of that."""
    submit = htcondor2.Submit(
        "executable = /bin/true\ntransfer_executable = false\nshould_transfer_files = YES\ninitialdir = /tmp\nrequest_memory = 1\nrequest_disk = 1\n"
        "leave_in_queue = false\n")
    begin = time.monotonic()
    cluster = schedd.submit(submit, count=count).cluster()
    submitted = time.monotonic()
    while schedd.query(f"ClusterId == {cluster}", projection=["ProcId"], limit=1):
        time.sleep(0.1)
    end = time.monotonic()
    ended = sum(1 for _ in schedd.history(f"ClusterId == {cluster} && JobStatus == 4 && ExitCode == 0", ["ProcId"]))
    print(f"{count} jobs of /bin/true: {count / (end - begin):.0f} a second, submission included ({submitted - begin:.1f} s); "
          f"{ended} ended with status 0")
    return ended == count


def idle_jobs(htcondor2, schedd, mini, count):
    submit = htcondor2.Submit("executable = /bin/true\ntransfer_executable = false\nrequirements = false\ninitialdir = /tmp\n")
    before = mini.memory()
    begin = time.monotonic()
    clusters = [schedd.submit(submit, count=10_000).cluster() for _ in range(count // 10_000)]
    seconds = time.monotonic() - begin
    print(f"{count} idle jobs: submitted at {count / seconds:.0f} a second; memory {mini.memory():.0f} MB, {before:.0f} MB before")
    times = []
    for number in range(300):
        cluster = clusters[number * 7 % len(clusters)]
        begin = time.perf_counter()
        ads = schedd.query(f"ClusterId == {cluster} && ProcId == {number * 31 % 10_000}", limit=1)
        times.append(time.perf_counter() - begin)
        if len(ads) != 1:
            return False
    times.sort()
    print(f"a query for one job among them, whole ad: median {times[150] * 1000:.2f} ms, 99 % under {times[297] * 1000:.2f} ms (client included)")
    begin = time.perf_counter()
    listed = len(schedd.query("true", projection=["ClusterId", "ProcId"]))
    print(f"all of them, two attributes: {listed} in {time.perf_counter() - begin:.2f} s; memory then {mini.memory():.0f} MB")
    begin = time.monotonic()
    mini.kill()
    mini.start()
    print(f"started again after a kill in {time.monotonic() - begin:.2f} s")
    return listed == count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--short", type=int, default=10_000)
    parser.add_argument("--idle", type=int, default=100_000)
    arguments = parser.parse_args()

    directory = tempfile.mkdtemp(prefix="htapi-bench.", dir="/var/tmp")
    os.chmod(directory, 0o755)
    mini = Mini(arguments.program, directory)
    print(f"ready in {mini.start() * 1000:.0f} ms")
    os.environ["CONDOR_CONFIG"] = mini.condor_config
    import htcondor2  # reads its configuration when it is imported
    try:
        schedd = htcondor2.Schedd(htcondor2.Collector().locate(htcondor2.DaemonType.Schedd))
        good = not arguments.short or short_jobs(htcondor2, schedd, arguments.short)
        good = (not arguments.idle or idle_jobs(htcondor2, schedd, mini, arguments.idle)) and good
    finally:
        mini.stop()
    subprocess.run(["rm", "-rf", directory], check=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
