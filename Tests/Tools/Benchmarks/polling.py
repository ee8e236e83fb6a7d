#!/usr/bin/env python3
"""Many clients that ask for the same job once a second, and what that costs: the scheduler, the gateway, the clients.

  eval "$(Tests/run pool env)"; polling.py --program .build/release/htapi [--clients 1000] [--seconds 20]

Needs the variables of `Tests/run pool env`. Bounds: at most 4 questions a second reach the scheduler, the 99th percentile of the
clients' times is below 50 ms, the gateway uses at most 0.3 ms of CPU a request, and at most 40 MiB when idle. The status is 1 if one is missed.
"""
import argparse
import asyncio
import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

POOL = {name[len("HTAPI_POOL_"):]: value for name, value in os.environ.items() if name.startswith("HTAPI_POOL_")}
QUESTIONS = re.compile(r'^htapi_scheduler_command_duration_seconds_count\{command="QUERY_JOB_ADS[A-Z_]*",outcome="[a-z_]*"\} (\d+)$', re.M)


class Gateway:
    def __init__(self, program):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(os.path.join(POOL["STATE"], "tokens/carol/pool")) as file:
            self.authorization = "Bearer " + file.read().strip()
        environment = {
            "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "CONDOR_CONFIG": POOL["CLIENT_CONFIG"],
            "_CONDOR_HTTP_API_LISTEN_ADDR": f"127.0.0.1:{self.port}", "_CONDOR_HTTP_API_DRAIN_DELAY": "0s", "HTAPI_LOG_LEVEL": "warning",
        }
        self.process = subprocess.Popen([program], env=environment, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                if self.request("GET", "/readyz")[0] == 200:
                    return
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("the gateway did not start")
            time.sleep(0.05)

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Authorization": self.authorization, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def questions(self):
        return sum(map(int, QUESTIONS.findall(self.request("GET", "/metrics")[1].decode())))

    def cpu(self):
        """Seconds of CPU, user and system."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Resident MiB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"^VmRSS:\s+(\d+) kB", file.read(), re.M)[1]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


async def client(gateway, path, end, times, failures):
    """One connection that asks once a second, at a moment of its own."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {gateway.authorization}\r\n\r\n".encode()
    await asyncio.sleep(random.random())
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    while time.monotonic() < end:
        start = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(re.search(rb"content-length: (\d+)", head.lower())[1]))
        times.append(time.monotonic() - start)
        if not head.startswith(b"HTTP/1.1 200 "):
            failures.append(head)
        await asyncio.sleep(max(0, start + 1 - time.monotonic()))
    writer.close()


async def poll(gateway, path, clients, seconds):
    times, failures = [], []
    end = time.monotonic() + seconds
    await asyncio.gather(*(client(gateway, path, end, times, failures) for _ in range(clients)))
    return sorted(times), failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    gateway = Gateway(options.program)
    job = None
    try:
        memory = gateway.memory()
        text = "executable = /bin/true\nrequirements = false\nqueue\n"
        job = json.loads(gateway.request("POST", "/api/v1/jobs", text, **{"Content-Type": "text/plain"})[1])["job_ids"][0]
        path = f"/api/v1/jobs/{job}?projection=ClusterId,ProcId,JobStatus"
        # Not counted: connections are opened.
        asyncio.run(poll(gateway, path, 10, 2))
        questions, cpu, start = gateway.questions(), gateway.cpu(), time.monotonic()
        times, failures = asyncio.run(poll(gateway, path, options.clients, options.seconds))
        elapsed = time.monotonic() - start
        questions, cpu = gateway.questions() - questions, gateway.cpu() - cpu
    finally:
        if job:
            gateway.request("DELETE", f"/api/v1/jobs/{job}")
        gateway.stop()
    figures = [
        ("questions to the scheduler a second", questions / elapsed, 4.0),
        ("99th percentile, ms", times[int(len(times) * 0.99)] * 1000, 50.0),
        ("the gateway's CPU a request, ms", cpu / len(times) * 1000, 0.3),
        ("idle memory, MiB", memory, 40.0),
        ("failed requests", len(failures), 0),
    ]
    print(f"{len(times)} requests of {options.clients} clients in {elapsed:.1f} s; median {times[len(times) // 2] * 1000:.2f} ms")
    missed = False
    for name, value, bound in figures:
        missed = missed or value > bound
        print(f"{'ok    ' if value <= bound else 'MISSED'} {name}: {value:.3g} (at most {bound:g})")
    if failures:
        print("the first failed request:", failures[0].decode(errors="replace"))
    sys.exit(missed)


if __name__ == "__main__":
    main()
