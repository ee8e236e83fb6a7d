"""One action of one user for security.py, by htcondor2: prints what came of it as JSON."""

import json
import os
import sys
import time

import htcondor2

SCHEDD = htcondor2.Schedd(htcondor2.Collector().locate(htcondor2.DaemonType.Schedd))
QUIET = "transfer_executable = false\nshould_transfer_files = YES\nrequest_memory = 16\ninitialdir = /tmp\n"


def submit():
    result = SCHEDD.submit(htcondor2.Submit("executable = /bin/true\nrequirements = false\n" + QUIET))
    return {"job": f"{result.cluster()}.0"}


def submit_as(user):
    result = SCHEDD.submit(htcondor2.Submit(f"executable = /bin/true\nrequirements = false\n+Owner = \"{user}\"\n" + QUIET))
    return {"job": f"{result.cluster()}.0"}


def sleep_with(secret):
    with open("secret.txt", "w") as file:
        file.write(secret + "\n")
    result = SCHEDD.submit(
        htcondor2.Submit("executable = /bin/sleep\narguments = 600\ntransfer_input_files = secret.txt\ntransfer_executable = false\n"
                         "should_transfer_files = YES\nrequest_memory = 16\n"), spool=True)
    SCHEDD.spool(result)
    wait_for(result.cluster(), 2)
    return {"job": f"{result.cluster()}.0"}


def run_script(script, argument):
    result = SCHEDD.submit(
        htcondor2.Submit(f"executable = {script}\narguments = {argument}\noutput = out.txt\nerror = err.txt\n"
                         "should_transfer_files = YES\nrequest_memory = 16\n"),
        spool=True)
    SCHEDD.spool(result)
    wait_for(result.cluster(), 4)
    SCHEDD.retrieve(f"ClusterId == {result.cluster()}")
    with open("out.txt") as file:
        return {"output": file.read()}


def wait_for(cluster, status, seconds=60):
    end = time.monotonic() + seconds
    while not SCHEDD.query(f"ClusterId == {cluster} && JobStatus == {status}", projection=["ProcId"]):
        if time.monotonic() > end:
            found = SCHEDD.query(f"ClusterId == {cluster}", projection=["JobStatus", "HoldReason"])
            raise RuntimeError(f"job {cluster}.0 has not status {status}: {found}")
        time.sleep(0.1)


def show(job):
    cluster, process = job.split(".")
    ads = SCHEDD.query(f"ClusterId == {cluster} && ProcId == {process}", projection=["JobStatus", "JobPrio", "HoldReason"])
    return {"status": ads[0]["JobStatus"], "prio": ads[0].get("JobPrio"), "reason": str(ads[0].get("HoldReason"))} if ads else {}


def act(action, job):
    return {"done": SCHEDD.act(action, [job])["TotalSuccess"] > 0}


def edit(job):
    SCHEDD.edit([job], "JobPrio", "17")
    return {"done": True}


def retrieve(job):
    before = set(os.listdir())
    SCHEDD.retrieve(f"ClusterId == {job.split('.')[0]}")
    return {"files": sorted(set(os.listdir()) - before)}


def ping():
    return {"jobs": SCHEDD.submit(htcondor2.Submit("executable = /bin/true\nhold = true\n" + QUIET)).cluster()}


ACTIONS = {
    "submit": submit, "submit_as": submit_as, "sleep_with": sleep_with, "run_script": run_script,
    "show": show, "edit": edit, "retrieve": retrieve, "ping": ping,
    "hold": lambda job: act(htcondor2.JobAction.Hold, job), "release": lambda job: act(htcondor2.JobAction.Release, job),
    "remove": lambda job: act(htcondor2.JobAction.Remove, job),
}

if __name__ == "__main__":
    print(json.dumps(ACTIONS[sys.argv[1]](*sys.argv[2:])))
