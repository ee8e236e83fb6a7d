"""Uses the client that openapi-python-client has made of the document: submits, sends the input, waits, fetches the output."""
import io
import os
import tarfile
import time

from htapi_client import AuthenticatedClient
from htapi_client.api.jobs import get_job, remove_job, submit_job
from htapi_client.api.sandboxes import get_output, put_input
from htapi_client.models import SubmitRequest
from htapi_client.types import File

DESCRIPTION = """
executable = greet.sh
arguments = world
transfer_input_files = greeting.txt
output = out.txt
queue
"""


def tar(files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, (mode, text) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text), mode
            archive.addfile(member, io.BytesIO(text))
    packed.seek(0)
    return packed


client = AuthenticatedClient(base_url=os.environ["HTAPI_URL"], token=os.environ["HTAPI_TOKEN"], raise_on_unexpected_status=True)
submission = submit_job.sync(client=client, body=SubmitRequest(submit_file=DESCRIPTION))
assert submission.awaiting_input, submission
job = submission.job_ids[0]
archive = tar({"greet.sh": (0o755, b'#!/bin/sh\necho "$(cat greeting.txt), $1"\n'), "greeting.txt": (0o644, b"hello\n")})
taken = put_input.sync(job, client=client, body=File(payload=archive))
assert sorted(taken.accepted) == ["greet.sh", "greeting.txt"], taken
deadline = time.monotonic() + 120
while (state := get_job.sync(job, client=client, projection="JobStatus").job_status) != 4:
    assert state in (1, 2, 5, 6) and time.monotonic() < deadline, f"job {job} is in state {state}"
    time.sleep(0.3)
answer = get_output.sync_detailed(job, client=client)
with tarfile.open(fileobj=io.BytesIO(answer.content)) as output:
    assert output.extractfile("out.txt").read() == b"hello, world\n", output.getnames()
assert remove_job.sync(job, client=client).results.success == 1
