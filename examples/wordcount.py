#!/usr/bin/env python3
"""wordcount.py FILE...: counts the words of files as a job, and prints what the job printed.

The submission, with its sandbox in the same request, is made once however often it has to be tried: that is what the
Idempotency-Key is for. HTAPI_URL is the gateway (http://127.0.0.1:8080), HTAPI_TOKEN the user's token. Needs requests.
"""

import io
import os
import sys
import tarfile
import time
import uuid

import requests

JOBS = os.environ.get("HTAPI_URL", "http://127.0.0.1:8080") + "/api/v1/jobs"
HEADERS = {"Authorization": "Bearer " + os.environ["HTAPI_TOKEN"]}
REMOVED, COMPLETED, HELD = 3, 4, 5


def submit(paths):
    names = [os.path.basename(path) for path in paths]
    description = (
        "executable = /usr/bin/wc\n"
        f"arguments = --words {' '.join(names)}\n"
        f"transfer_input_files = {', '.join(names)}\n"
        "output = words.txt\nerror = errors.txt\nqueue\n"
    )
    key = str(uuid.uuid4())
    for attempt in range(5):
        form = [("submit", (None, description))]
        form += [("file", (name, open(path, "rb"))) for name, path in zip(names, paths)]
        try:
            answer = requests.post(JOBS, headers={**HEADERS, "Idempotency-Key": key}, files=form, timeout=60)
        except requests.ConnectionError:
            answer = None
        if answer is not None and answer.status_code < 500:
            break
        time.sleep(2**attempt)
    if answer is None:
        sys.exit("the gateway cannot be reached")
    if answer.status_code != 201:
        sys.exit(answer.json()["detail"])
    return answer.json()["job_ids"][0]


def wait(job):
    while True:
        answer = requests.get(f"{JOBS}/{job}", headers=HEADERS, params={"projection": "JobStatus,HoldReason,HoldReasonCode"}, timeout=60)
        answer.raise_for_status()
        ad = answer.json()
        if ad["JobStatus"] == COMPLETED:
            return
        # 16: the scheduler is still storing the input.
        if ad["JobStatus"] == HELD and ad.get("HoldReasonCode") != 16:
            sys.exit(f"{job} is held: {ad.get('HoldReason')}")
        if ad["JobStatus"] == REMOVED:
            sys.exit(f"{job} was removed")
        time.sleep(0.5)


def output(job):
    answer = requests.get(f"{JOBS}/{job}/output", headers=HEADERS, timeout=60)
    answer.raise_for_status()
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        return {member.name: archive.extractfile(member).read().decode() for member in archive if member.isfile()}


if len(sys.argv) < 2:
    sys.exit(__doc__.splitlines()[0])
identifier = submit(sys.argv[1:])
print("submitted", identifier, file=sys.stderr)
wait(identifier)
files = output(identifier)
print(files["words.txt"], end="")
print(files["errors.txt"], end="", file=sys.stderr)
requests.delete(f"{JOBS}/{identifier}", headers=HEADERS, timeout=60).raise_for_status()
