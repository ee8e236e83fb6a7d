#!/usr/bin/env python3
"""Measures the gateway beside HTCondor's own client library, on the same pool and in the same run.

  eval "$(Tests/run pool env)"; measure.py --program .build/release/htapi [--cases byid,list,submit,memory,transfer]

Needs the variables of `Tests/run pool env`, PyPI's `htcondor` and `wrk`; `Tests/run bench` sees to all of that.
Every case alternates between the two, --runs times; the table shows medians and (lowest..highest). The last lines
compare with the bounds the project promises; the status is 1 if one is missed.
"""
import argparse
import contextlib
import hashlib
import http.client
import io
import json
import multiprocessing
import multiprocessing.pool
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

POOL = {name[len("HTAPI_POOL_"):]: value for name, value in os.environ.items() if name.startswith("HTAPI_POOL_")}
USER = "carol"
ATTRIBUTES = ["ClusterId", "ProcId", "JobStatus", "Owner"]
CONNECTIONS = (1, 8)


def use_pool_as(user):
    """The library's configuration: a client outside the pool with this user's token and nothing else."""
    os.environ["CONDOR_CONFIG"] = POOL["CLIENT_CONFIG"]
    os.environ["_CONDOR_SEC_TOKEN_DIRECTORY"] = os.path.dirname(POOL["TOKEN_" + user.upper()])
    os.environ["_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS"] = "TOKEN"


use_pool_as(USER)
import htcondor2  # noqa: E402  (reads its configuration when imported)


# ---- the stock client -------------------------------------------------------------------------------------------
def stock_worker(job, seconds):
    """Queries a second for one job by its id, as `condor_q ID` asks: with a limit."""
    cluster, proc = job.split(".")
    schedd = htcondor2.Schedd()

    def ask():
        return schedd.query(constraint=f"ClusterId == {cluster} && ProcId == {proc}", limit=1)

    assert len(ask()) == 1
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        ask()
        count += 1
    return count / (time.perf_counter() - start)


def stock_by_id(job, connections, seconds):
    with multiprocessing.get_context("spawn").Pool(connections) as workers:
        return sum(workers.starmap(stock_worker, [(job, seconds)] * connections))


def stock_list(constraint, attributes):
    schedd = htcondor2.Schedd()
    start = time.perf_counter()
    ads = schedd.query(constraint=constraint, projection=attributes)
    return time.perf_counter() - start, len(ads)


# ---- the gateway --------------------------------------------------------------------------------------------------
class Gateway:
    def __init__(self, program):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(POOL["TOKEN_" + USER.upper()]) as file:
            self.headers = {"Authorization": "Bearer " + file.read().strip()}
        environment = {
            "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "CONDOR_CONFIG": POOL["CLIENT_CONFIG"],
            "_CONDOR_HTTP_API_LISTEN_ADDR": f"127.0.0.1:{self.port}",
        }
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([program], env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                if self.get("/readyz")[0] == 200:
                    return
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                self.log.seek(0)
                sys.exit("the gateway did not start:\n" + self.log.read().decode())
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def get(self, path):
        """Status, seconds and body."""
        connection = self.connection()
        start = time.perf_counter()
        connection.request("GET", path, headers=self.headers)
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, time.perf_counter() - start, body

    def drain(self, path, sink=None):
        """Seconds and number of bytes of an answer that is not kept."""
        connection = self.connection()
        start = time.perf_counter()
        connection.request("GET", path, headers=self.headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        total = 0
        while block := answer.read1(1 << 18):
            total += len(block)
            if sink:
                sink(block)
        return time.perf_counter() - start, total

    def post(self, path, text, kind="text/plain"):
        connection = self.connection()
        connection.request("POST", path, body=text, headers={**self.headers, "Content-Type": kind})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status in (200, 201), body
        return json.loads(body)

    def wrk(self, path, connections, seconds):
        """Requests a second; any answer that is not 2xx fails the run."""
        command = ["wrk", "-t", str(min(connections, 2)), "-c", str(connections), "-d", f"{seconds}s"]
        command += ["-H", "Authorization: " + self.headers["Authorization"], f"http://127.0.0.1:{self.port}{path}"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in text and "Socket errors" not in text, text
        return float(re.search(r"Requests/sec:\s+([0-9.]+)", text).group(1))

    def peak_memory(self):
        """MiB (VmHWM)."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ---- cases ----------------------------------------------------------------------------------------------------------
class Report:
    def __init__(self):
        self.rows, self.bounds = [], []

    def row(self, name, stock, ours, unit):
        def shown(values):
            if not values:
                return ""
            return f"{statistics.median(values):.4g} ({min(values):.4g}..{max(values):.4g})"

        ratio = f"{statistics.median(ours) / statistics.median(stock):.2f}" if stock else ""
        self.rows.append((name, unit, shown(stock), shown(ours), ratio))
        print("# " + " | ".join(self.rows[-1]), file=sys.stderr, flush=True)

    def bound(self, text, held):
        self.bounds.append((text, held))

    def finish(self):
        print("| case | unit | stock client | gateway | gateway / stock |\n|---|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")
        for text, held in self.bounds:
            print(("held:   " if held else "MISSED: ") + text)
        return all(held for _, held in self.bounds)


def case_by_id(program, options, report):
    with running(program) as gateway:
        job = f"{options.cluster}.{options.jobs // 2}"
        path = f"/api/v1/jobs/{job}"
        assert gateway.get(path)[0] == 200
        for connections in CONNECTIONS:
            stock, ours, cpu = [], [], []
            gateway.wrk(path, connections, 1)
            for _ in range(options.runs):
                stock.append(stock_by_id(job, connections, options.seconds))
                before = gateway.cpu()
                ours.append(gateway.wrk(path, connections, options.seconds))
                cpu.append((gateway.cpu() - before) / (ours[-1] * options.seconds) * 1000)
            report.row(f"one job by id, {connections} at a time", stock, ours, "per second")
            report.row(f"  the gateway's own processor time, {connections} at a time", [], cpu, "ms a request")
            report.bound(
                f"one job by id at {connections}: at least the stock client's rate",
                statistics.median(ours) >= statistics.median(stock))


def case_list(program, options, report):
    constraint = f"ClusterId == {options.cluster}"
    query = f"/api/v1/jobs?constraint=ClusterId=={options.cluster}"
    with running(program) as gateway:
        for name, attributes in (("4 attributes", ATTRIBUTES), ("all attributes", [])):
            path = query + ("&projection=" + ",".join(attributes) if attributes else "")
            assert json.loads(gateway.get(path)[2])["count"] == options.jobs
            stock, ours, size = [], [], 0
            for _ in range(options.runs + 2):
                seconds, count = stock_list(constraint, attributes)
                assert count == options.jobs
                stock.append(seconds * 1000)
                seconds, size = gateway.drain(path)
                ours.append(seconds * 1000)
            report.row(f"{options.jobs} jobs, {name} ({size / 1e6:.1f} MB of JSON)", stock, ours, "ms")
            if attributes:
                report.bound(
                    f"{options.jobs} jobs with 4 attributes: at most 1.3 times the stock client's time",
                    statistics.median(ours) <= 1.3 * statistics.median(stock))


def case_memory(program, options, report):
    with running(program) as gateway:
        path = f"/api/v1/jobs?constraint=ClusterId=={options.cluster}"
        memory = []
        for _ in range(options.runs):
            gateway.drain(path)
            memory.append(gateway.peak_memory())
        report.row(f"most memory while {options.jobs} jobs are listed", [], memory, "MiB")
        report.bound(f"a list of {options.jobs} jobs within 60 MB", max(memory) * 1.048576 < 60)


def case_submit(program, options, report):
    text = "executable = /bin/sleep\narguments = 60\nrequirements = false\nqueue\n"
    stock, ours = [], []
    with running(program) as gateway:
        for _ in range(options.runs):
            schedd, submit = htcondor2.Schedd(), htcondor2.Submit(text)
            start = time.perf_counter()
            clusters = [schedd.submit(submit, spool=True).cluster() for _ in range(50)]
            stock.append(50 / (time.perf_counter() - start))
            start = time.perf_counter()
            clusters += [gateway.post("/api/v1/jobs", text)["cluster_id"] for _ in range(50)]
            ours.append(50 / (time.perf_counter() - start))
            tool("condor_rm", *map(str, clusters))
    report.row("submissions of one job, one after the other", stock, ours, "per second")


class SandboxStream(io.RawIOBase):
    """A tar archive with run.sh and big.bin, made while it is read."""

    def __init__(self, size):
        script = b"#!/bin/sh\nexec mv big.bin out.bin\n"
        self.block = os.urandom(1 << 20)
        self.digest = hashlib.sha256()
        self.length = 512 + 512 + 512 + size + 1024
        self.parts = self.make(script, size)
        self.rest = b""

    def make(self, script, size):
        for name, length in (("run.sh", len(script)), ("big.bin", size)):
            header = tarfile.TarInfo(name)
            header.size, header.mode = length, 0o755
            yield header.tobuf(tarfile.USTAR_FORMAT)
            if name == "run.sh":
                yield script.ljust(512, b"\0")
        for _ in range(size >> 20):
            self.digest.update(self.block)
            yield self.block
        yield bytes(1024)

    def read(self, count=-1):
        while len(self.rest) < (1 << 18) and (part := next(self.parts, None)) is not None:
            self.rest += part
        block, self.rest = self.rest[:count] if count >= 0 else self.rest, self.rest[count:] if count >= 0 else b""
        return block


def case_transfer(program, options, report):
    """Input and output of --mib, each by a gateway of its own, so that its peak is known."""
    size = options.mib << 20
    text = "executable = run.sh\ntransfer_input_files = big.bin\ntransfer_output_files = out.bin\nqueue\n"
    with running(program) as gateway:
        job = gateway.post("/api/v1/jobs", text)["job_ids"][0]
        stream, connection = SandboxStream(size), gateway.connection()
        start = time.perf_counter()
        connection.request(
            "PUT", f"/api/v1/jobs/{job}/input", body=stream,
            headers={**gateway.headers, "Content-Type": "application/x-tar", "Content-Length": str(stream.length)})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        seconds = time.perf_counter() - start
        report.row(f"input of {options.mib} MiB, staged and delivered", [], [size / 1e6 / seconds], "MB/s")
        report.row("  most memory", [], [gateway.peak_memory()], "MiB")
        report.bound(f"{options.mib} MiB in within 80 MB", gateway.peak_memory() * 1.048576 < 80)
    deadline = time.monotonic() + 180
    while (status := tool("condor_q", job, "-af", "JobStatus").strip()) != "4":
        assert time.monotonic() < deadline and status in ("1", "2", "5", "6"), f"job {job} has the status {status}"
        time.sleep(0.5)
    with running(program) as gateway:
        with subprocess.Popen(["tar", "-xO", "out.bin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tar, \
                multiprocessing.pool.ThreadPool(1) as reader:
            digest = reader.apply_async(lambda: hashlib.file_digest(tar.stdout, "sha256").hexdigest())
            seconds, _ = gateway.drain(f"/api/v1/jobs/{job}/output", tar.stdin.write)
            tar.stdin.close()
            same = digest.get() == stream.digest.hexdigest()
        report.row(f"output of {options.mib} MiB, streamed", [], [size / 1e6 / seconds], "MB/s")
        report.row("  most memory", [], [gateway.peak_memory()], "MiB")
        report.bound(f"{options.mib} MiB out within 80 MB", gateway.peak_memory() * 1.048576 < 80)
        report.bound("the output is the input, byte for byte", same)
    tool("condor_rm", job)


@contextlib.contextmanager
def running(program):
    gateway = Gateway(program)
    try:
        yield gateway
    finally:
        gateway.stop()


def tool(*command, text=""):
    return subprocess.run([POOL["EXEC"], USER, *command], input=text, capture_output=True, text=True, check=True).stdout


CASES = {"byid": case_by_id, "list": case_list, "submit": case_submit, "memory": case_memory, "transfer": case_transfer}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of one run at a rate")
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--mib", type=int, default=1024, help="size of the transfers")
    options = parser.parse_args()
    report = Report()
    description = f"executable = /bin/true\ntransfer_executable = false\nhold = true\nqueue {options.jobs}\n"
    options.cluster = int(tool("condor_submit", "-terse", "-", text=description).split(".")[0])
    try:
        for name in options.cases.split(","):
            CASES[name](options.program, options, report)
    finally:
        tool("condor_rm", str(options.cluster))
    sys.exit(0 if report.finish() else 1)


if __name__ == "__main__":
    main()
