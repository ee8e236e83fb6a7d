#!/usr/bin/env python3
"""Kills the mini scheduler at random moments while clients submit, edit and remove, and looks whether anything acknowledged is lost.

kill.py --program HTAPI --python PYTHON [--kills 50] [--clients 8] [--seed N]: PYTHON has htcondor2.
The last line is `kill: ok` or says how many faults.
"""

import argparse
import collections
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

from mini import Mini

HERE = os.path.dirname(os.path.abspath(__file__))
ALL_JOBS = """
import json, htcondor2
schedd = htcondor2.Schedd(htcondor2.Collector().locate(htcondor2.DaemonType.Schedd))
names = ["ClusterId", "ProcId", "JobStatus", "Label", "Batch", "TotalSubmitProcs", "Requirements", "NumJobCompletions"]
for place, ads in (("queue", schedd.query(projection=names)), ("history", schedd.history("true", names))):
    for ad in ads:
        print(json.dumps([place, f"{ad['ClusterId']}.{ad['ProcId']}", ad["JobStatus"], ad.get("Label"), ad.get("Batch"),
                          ad.get("TotalSubmitProcs"), ad.get("NumJobCompletions", 0)]))
"""

Job = collections.namedtuple("Job", "place id status label batch procs completions")


def journal_entries(folder):
    """What each client noted; a last line may be cut."""
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name)) as file:
            yield [json.loads(line) for line in file if line.endswith("\n")]


def faults(entries, jobs):
    """What is not as it was acknowledged, for one client's journal."""
    submitted, labels, removed, tried_removal, tried = {}, {}, set(), set(), set()
    for kind, *rest in entries:
        if kind == "try submit":
            tried.add(rest[0])
        elif kind == "submitted":
            submitted[rest[0]] = (rest[1], rest[2])
        elif kind == "try edit":
            labels.setdefault(rest[0], [None]).append(rest[1])
        elif kind == "edited":
            labels[rest[0]] = [rest[1]]
        elif kind == "try remove":
            tried_removal.add(rest[0])
        elif kind == "removed":
            removed.add(rest[0])
    batches = collections.defaultdict(list)
    for found in jobs.values():
        batches[found[0].batch].append(found[0])
    for batch in tried:
        found = batches.get(batch, [])
        count, cluster = submitted.get(batch, (found[0].procs if found else 0, None))
        if len(found) != count or (cluster and any(job.id.split(".")[0] != str(cluster) for job in found)):
            yield f"{batch}: {count} jobs were submitted, {len(found)} are there"
    for job, values in labels.items():
        if job in jobs and jobs[job][0].label not in values:
            yield f"{job}: its label is {jobs[job][0].label}, not one of {values}"
    for job in removed:
        if job in jobs and jobs[job][0].status != 3:
            yield f"{job}: was removed, has status {jobs[job][0].status}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    chance = random.Random(arguments.seed)

    directory = tempfile.mkdtemp(prefix="htapi-kill.", dir="/var/tmp")
    os.chmod(directory, 0o755)
    journals = os.path.join(directory, "journals")
    os.mkdir(journals)
    # Where the jobs leave their marks: outside of the scheduler's directory, which they cannot see.
    runs = tempfile.mkdtemp(prefix="htapi-kill-runs.", dir="/var/tmp")
    os.chmod(runs, 0o777)
    mini = Mini(arguments.program, directory, ["--share-tmp", "--cpus", "8", "--memory", "8192"])
    mini.start()
    environment = {**os.environ, "CONDOR_CONFIG": mini.condor_config}
    workers = [
        subprocess.Popen(
            [arguments.python, os.path.join(HERE, "kill_worker.py"), os.path.join(journals, f"client{number}"), runs, str(arguments.seed + number)],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        for number in range(arguments.clients)
    ]
    slowest = 0
    for _ in range(arguments.kills):
        time.sleep(chance.uniform(0.1, 1.5))
        mini.kill()
        slowest = max(slowest, mini.start())
    time.sleep(1)
    for worker in workers:
        worker.stdin.close()
    for worker in workers:
        worker.wait(60)

    # What can run ends.
    end = time.monotonic() + 120
    while True:
        result = subprocess.run([arguments.python, "-c", ALL_JOBS], capture_output=True, text=True, env=environment, check=True)
        every = [Job(*json.loads(line)) for line in result.stdout.splitlines()]
        unfinished = sum(job.place == "queue" and job.status in (2, 6) for job in every)
        if not unfinished or time.monotonic() > end:
            break
        time.sleep(0.5)
    mini.stop()

    jobs = collections.defaultdict(list)
    for job in every:
        jobs[job.id].append(job)
    found = [f"{id} is there {len(places)} times" for id, places in jobs.items() if len(places) > 1]
    acknowledged = 0
    for entries in journal_entries(journals):
        acknowledged += sum(not entry[0].startswith("try") for entry in entries)
        found += faults(entries, jobs)
    if os.path.exists(os.path.join(runs, "twice")):
        with open(os.path.join(runs, "twice")) as file:
            found += [f"{line.strip()} ran twice at the same time" for line in file]
    finished = 0
    if os.path.exists(os.path.join(runs, "finished")):
        with open(os.path.join(runs, "finished")) as file:
            finished = len(set(file.read().split()))
    if not finished:
        found.append("no job ran to its end")
    if unfinished:
        found.append(f"{unfinished} jobs did not come to an end")
    integrity = sqlite3.connect(os.path.join(directory, "jobs.sqlite")).execute("PRAGMA integrity_check").fetchall()
    if integrity != [("ok",)]:
        found.append(f"the database: {integrity}")

    for fault in found:
        print(fault)
    print(f"{arguments.kills} kills, {acknowledged} acknowledged changes, {len(jobs)} jobs, "
          f"{finished} of them ran to their end; slowest start {slowest:.2f} s")
    if found:
        print(f"kill: {len(found)} faults; see {directory} and {runs}")
        return 1
    subprocess.run(["rm", "-rf", directory, runs], check=True)
    print("kill: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
