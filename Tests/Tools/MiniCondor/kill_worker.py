"""One client of kill.py: submits, edits and removes jobs at random, and writes to a journal what it tries and what was acknowledged.

kill_worker.py JOURNAL RUNS SEED: ends when its standard input does.
"""

import json
import random
import select
import sys
import time

import classad2
import htcondor2

SCRIPT = "umask 0; exec 9>>{runs}/$0; flock -n 9 || echo $0 >>{runs}/twice; sleep 0.2; echo $0 >>{runs}/finished"


class Worker:
    def __init__(self, journal, runs, seed):
        self.random = random.Random(seed)
        self.journal = open(journal, "a", buffering=1)
        self.runs = runs
        self.jobs = []
        self.count = 0

    def note(self, *entry):
        self.journal.write(json.dumps(entry) + "\n")

    def step(self):
        schedd = htcondor2.Schedd(htcondor2.Collector().locate(htcondor2.DaemonType.Schedd))
        choice = self.random.random()
        if choice < 0.5 or not self.jobs:
            self.submit(schedd)
        elif choice < 0.8:
            self.edit(schedd, self.random.choice(self.jobs))
        else:
            self.remove(schedd, self.jobs.pop(self.random.randrange(len(self.jobs))))

    def submit(self, schedd):
        self.count += 1
        name = f"{self.journal.name.rsplit('/', 1)[-1]}-{self.count}"
        count = self.random.randint(1, 4)
        # Some run, some stay: what is edited later must be there.
        runs = self.random.random() < 0.5
        submit = htcondor2.Submit(
            "executable = /bin/sh\ntransfer_executable = false\nshould_transfer_files = YES\ninitialdir = /tmp\n"
            "request_memory = 1\nrequest_disk = 1\n"
            f"arguments = \"-c '{SCRIPT.format(runs=self.runs)}' $(Cluster).$(Process)\"\n"
            f"requirements = {'true' if runs else 'false'}\n+Batch = \"{name}\"\n")
        self.note("try submit", name, count)
        cluster = schedd.submit(submit, count=count).cluster()
        self.note("submitted", name, count, cluster)
        if not runs:
            self.jobs += [f"{cluster}.{process}" for process in range(count)]

    def edit(self, schedd, job):
        self.count += 1
        label = f"label-{self.count}"
        self.note("try edit", job, label)
        schedd.edit([job], "Label", classad2.quote(label))
        self.note("edited", job, label)

    def remove(self, schedd, job):
        self.note("try remove", job)
        result = schedd.act(htcondor2.JobAction.Remove, [job])
        if result["TotalSuccess"] == 1:
            self.note("removed", job)


def main():
    worker = Worker(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    while not select.select([sys.stdin], [], [], 0)[0]:
        try:
            worker.step()
        except Exception:  # the scheduler was killed: what was tried is neither done nor not done
            time.sleep(0.02)


if __name__ == "__main__":
    main()
