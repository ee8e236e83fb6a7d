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


def stock_submitter(text, seconds):
    """The clusters submitted within the time, for spooling, as gateways do."""
    schedd, submit = htcondor2.Schedd(), htcondor2.Submit(text)
    clusters, start = [], time.perf_counter()
    while time.perf_counter() - start < seconds:
        clusters.append(schedd.submit(submit, spool=True).cluster())
    return clusters


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

    def wrk(self, path, connections, seconds, headers=()):
        """Requests a second; any answer that is not 2xx fails the run."""
        command = ["wrk", "-t", str(min(connections, 2)), "-c", str(connections), "-d", f"{seconds}s"]
        for header in ("Authorization: " + self.headers["Authorization"], *headers):
            command += ["-H", header]
        command += [f"http://127.0.0.1:{self.port}{path}"]
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


def gateway_submitter(port, headers, text, seconds):
    """The clusters submitted within the time, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    clusters, start = [], time.perf_counter()
    while time.perf_counter() - start < seconds:
        connection.request("POST", "/api/v1/jobs", body=text, headers={**headers, "Content-Type": "text/plain"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 201, body
        clusters.append(json.loads(body)["cluster_id"])
    return clusters


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
    """With a question to the scheduler for every request, and as clients get it: several that ask at the same moment share one."""
    with running(program) as gateway:
        job = f"{options.cluster}.{options.jobs // 2}"
        path = f"/api/v1/jobs/{job}"
        assert gateway.get(path)[0] == 200
        for connections in CONNECTIONS:
            stock = [stock_by_id(job, connections, options.seconds) for _ in range(options.runs)]
            for kind, headers in (("asked anew", ["Cache-Control: no-cache"]), ("shared", [])):
                ours, cpu = [], []
                gateway.wrk(path, connections, 1, headers)
                for _ in range(options.runs):
                    before = gateway.cpu()
                    ours.append(gateway.wrk(path, connections, options.seconds, headers))
                    cpu.append((gateway.cpu() - before) / (ours[-1] * options.seconds) * 1000)
                report.row(f"one job by id, {connections} at a time, {kind}", stock, ours, "per second")
                report.row(f"  the gateway's own processor time, {connections} at a time, {kind}", [], cpu, "ms a request")
                factor = 1.0 if connections == 1 else 1.2
                report.bound(
                    f"one job by id at {connections}, {kind}: at least {factor} times the stock client's rate",
                    statistics.median(ours) >= factor * statistics.median(stock))
                if kind == "shared":
                    report.bound(f"one job by id at {connections}: at most 0.3 ms of processor time a request", statistics.median(cpu) <= 0.3)


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
            factor = 1.0 if attributes else 1.1
            report.bound(
                f"{options.jobs} jobs, {name}: at most {factor} times the stock client's time, which makes no JSON",
                statistics.median(ours) <= factor * statistics.median(stock))


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
    text = "executable = /bin/sleep\narguments = 60\nrequirements = false\nrequest_memory = 64\nrequest_disk = 1024\nqueue\n"
    with running(program) as gateway:
        for clients in CONNECTIONS:
            stock, ours = [], []
            with multiprocessing.get_context("spawn").Pool(clients) as workers:

                def rate(submitter, *arguments):
                    clusters = sum(workers.starmap(submitter, [(*arguments, text, options.seconds)] * clients, 1), [])
                    tool("condor_rm", "-constraint", f'Owner == "{USER}" && ClusterId >= {min(clusters)} && ClusterId <= {max(clusters)}')
                    return len(clusters) / options.seconds

                rate(stock_submitter)
                for _ in range(options.runs):
                    stock.append(rate(stock_submitter))
                    ours.append(rate(gateway_submitter, gateway.port, gateway.headers))
            report.row(f"submissions of one job, {clients} at a time", stock, ours, "per second")
            if clients > 1:
                report.bound(
                    f"submissions by {clients} clients: at least the stock client's rate", statistics.median(ours) >= statistics.median(stock))


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


def stock_transfer(size, jobs):
    """MB a second in and out by the library, of a job of the same kind."""
    with tempfile.TemporaryDirectory(prefix="htapi-bench.") as directory:
        with open(os.path.join(directory, "run.sh"), "w") as file:
            file.write("#!/bin/sh\nexec mv big.bin out.bin\n")
        os.chmod(file.name, 0o755)
        with open(os.path.join(directory, "big.bin"), "wb") as file:
            block = os.urandom(1 << 20)
            for _ in range(size >> 20):
                file.write(block)
        schedd = htcondor2.Schedd()
        submit = htcondor2.Submit(f"initialdir = {directory}\nexecutable = {directory}/run.sh\n" + jobs)
        result = schedd.submit(submit, spool=True)
        start = time.perf_counter()
        schedd.spool(result)
        spooled = time.perf_counter() - start
        os.remove(file.name)
        wait_for(f"{result.cluster()}.0")
        start = time.perf_counter()
        schedd.retrieve(f"ClusterId == {result.cluster()}")
        retrieved = time.perf_counter() - start
        assert os.path.getsize(os.path.join(directory, "out.bin")) == size
        tool("condor_rm", str(result.cluster()))
    return size / 1e6 / spooled, size / 1e6 / retrieved


def wait_for(job):
    deadline = time.monotonic() + 180
    while (status := tool("condor_q", job, "-af", "JobStatus").strip()) != "4":
        assert time.monotonic() < deadline and status in ("1", "2", "5", "6"), f"job {job} has the status {status}"
        time.sleep(0.5)


def case_transfer(program, options, report):
    """Input and output of --mib, each by a gateway of its own, so that its peak is known."""
    size = options.mib << 20
    text = "transfer_input_files = big.bin\ntransfer_output_files = out.bin\nqueue\n"
    stock, ours, memory = ([], []), ([], []), ([], [])
    for _ in range(options.runs):
        for rates, rate in zip(stock, stock_transfer(size, text)):
            rates.append(rate)
        with running(program) as gateway:
            job = gateway.post("/api/v1/jobs", "executable = run.sh\n" + text)["job_ids"][0]
            stream, connection = SandboxStream(size), gateway.connection()
            connection.blocksize = 1 << 18
            start = time.perf_counter()
            connection.request(
                "PUT", f"/api/v1/jobs/{job}/input", body=stream,
                headers={**gateway.headers, "Content-Type": "application/x-tar", "Content-Length": str(stream.length)})
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            ours[0].append(size / 1e6 / (time.perf_counter() - start))
            memory[0].append(gateway.peak_memory())
        wait_for(job)
        with running(program) as gateway:
            seconds, _ = gateway.drain(f"/api/v1/jobs/{job}/output")
            ours[1].append(size / 1e6 / seconds)
            with subprocess.Popen(["tar", "-xO", "out.bin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tar, \
                    multiprocessing.pool.ThreadPool(1) as reader:
                digest = reader.apply_async(lambda: hashlib.file_digest(tar.stdout, "sha256").hexdigest())
                gateway.drain(f"/api/v1/jobs/{job}/output", tar.stdin.write)
                tar.stdin.close()
                report.bound("the output is the input, byte for byte", digest.get() == stream.digest.hexdigest())
            memory[1].append(gateway.peak_memory())
        tool("condor_rm", job)
    names = (f"input of {options.mib} MiB, staged and delivered", f"output of {options.mib} MiB, streamed")
    for name, factor, rates, rates_of_stock, peaks in zip(names, (0.6, 0.9), ours, stock, memory):
        report.row(name, rates_of_stock, rates, "MB/s")
        report.row("  most memory", [], peaks, "MiB")
        report.bound(
            f"{name}: at least {factor} times the stock client's rate",
            statistics.median(rates) >= factor * statistics.median(rates_of_stock))
        report.bound(f"{name}: within 80 MB", max(peaks) * 1.048576 < 80)


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
