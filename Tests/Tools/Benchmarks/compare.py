#!/usr/bin/env python3
"""Measures two builds of htapi beside one another, on the same pool and in the same run.

  eval "$(Tests/run pool env)"; compare.py --old OLD/htapi --new NEW/htapi [--cases byid,list,submit,transfer,memory]

Needs what measure.py needs. Every case alternates between the two, --runs times. The table shows medians, (lowest..highest), and how many
times the old one's cost the new one has: below 1 is better. The status is 1 if a figure is above --bound.
"""
import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from measure import ATTRIBUTES, CONNECTIONS, SandboxStream, gateway_submitter, running, tool, wait_for

QUEUE = "executable = /bin/sleep\narguments = 60\nrequirements = false\nrequest_memory = 64\nrequest_disk = 1024\nqueue\n"
LISTS = 5  # in one run


class Comparison:
    def __init__(self, options):
        self.options, self.rows, self.missed = options, [], []

    def row(self, name, unit, old, new, higher_is_better=False, bound=None):
        def shown(values):
            return f"{statistics.median(values):.4g} ({min(values):.4g}..{max(values):.4g})"

        cost = statistics.median(new) / statistics.median(old)
        if higher_is_better:
            cost = 1 / cost
        self.rows.append((name, unit, shown(old), shown(new), f"{cost:.3f}"))
        print("# " + " | ".join(self.rows[-1]), file=sys.stderr, flush=True)
        limit = self.options.bound if bound is None else bound
        if cost > limit:
            self.missed.append(f"{name}: {cost:.3f} times, at most {limit} is allowed")

    def finish(self):
        print("| case | unit | old | new | cost new / old |\n|---|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")
        for text in self.missed:
            print("MISSED: " + text)
        return not self.missed


def alternately(options, gateways, measure):
    """The figures of both, each run one after the other; the order changes so that drift falls on both."""
    figures = ([], [])
    for run in range(options.runs):
        for index in (0, 1) if run % 2 == 0 else (1, 0):
            figures[index].append(measure(gateways[index]))
    return figures


def resident(gateway):
    """MiB."""
    with open(f"/proc/{gateway.process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024


def case_by_id(options, both, comparison):
    path = f"/api/v1/jobs/{options.cluster}.{options.jobs // 2}"
    for kind, headers in (("cached", []), ("no-cache", ["Cache-Control: no-cache"])):
        for connections in CONNECTIONS:
            for gateway in both:
                gateway.wrk(path, connections, 1, headers)
            cpu = {id(gateway): [] for gateway in both}

            def rate(gateway):
                before = gateway.cpu()
                result = gateway.wrk(path, connections, options.seconds, headers)
                cpu[id(gateway)].append((gateway.cpu() - before) / (result * options.seconds) * 1e6)
                return result

            old, new = alternately(options, both, rate)
            comparison.row(f"by id, {kind}, {connections} connections", "requests/s", old, new, higher_is_better=True)
            comparison.row(f"  CPU a request, {kind}, {connections}", "us", *(cpu[id(gateway)] for gateway in both))


def case_list(options, both, comparison):
    query = f"/api/v1/jobs?constraint=ClusterId=={options.cluster}"
    for name, path in (("4 attributes", query + "&projection=" + ",".join(ATTRIBUTES)), ("full", query)):
        for gateway in both:
            assert json.loads(gateway.get(path)[2])["count"] == options.jobs
        cpu = {id(gateway): [] for gateway in both}

        def duration(gateway):
            before = gateway.cpu()
            seconds = [gateway.drain(path)[0] for _ in range(LISTS)]
            cpu[id(gateway)].append((gateway.cpu() - before) / LISTS * 1000)
            return statistics.median(seconds) * 1000

        old, new = alternately(options, both, duration)
        comparison.row(f"{options.jobs} jobs, {name}", "ms", old, new)
        comparison.row("  CPU a list", "ms", *(cpu[id(gateway)] for gateway in both))


def case_submit(options, both, comparison):
    for clients in CONNECTIONS:
        cpu = {id(gateway): [] for gateway in both}
        with multiprocessing.get_context("spawn").Pool(clients) as workers:

            def rate(gateway):
                arguments = [(gateway.port, gateway.headers, QUEUE, options.seconds)] * clients
                before = gateway.cpu()
                clusters = sum(workers.starmap(gateway_submitter, arguments, 1), [])
                cpu[id(gateway)].append((gateway.cpu() - before) / len(clusters) * 1000)
                tool("condor_rm", "-constraint", f"ClusterId >= {min(clusters)} && ClusterId <= {max(clusters)}")
                return len(clusters) / options.seconds

            for gateway in both:
                rate(gateway)
                cpu[id(gateway)].clear()
            old, new = alternately(options, both, rate)
        comparison.row(f"submissions, {clients} clients", "a second", old, new, higher_is_better=True)
        comparison.row("  CPU a submission", "ms", *(cpu[id(gateway)] for gateway in both))


def case_transfer(options, both, comparison):
    size = options.mib << 20
    text = "executable = run.sh\ntransfer_input_files = big.bin\ntransfer_output_files = out.bin\nqueue\n"
    rates = ([], []), ([], [])
    cpu = ([], []), ([], [])
    for run in range(options.runs):
        for index in (0, 1) if run % 2 == 0 else (1, 0):
            gateway = both[index]
            job = gateway.post("/api/v1/jobs", text)["job_ids"][0]
            stream, connection = SandboxStream(size), gateway.connection()
            connection.blocksize = 1 << 18
            start, before = time.perf_counter(), gateway.cpu()
            connection.request(
                "PUT", f"/api/v1/jobs/{job}/input", body=stream,
                headers={**gateway.headers, "Content-Type": "application/x-tar", "Content-Length": str(stream.length)})
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            rates[0][index].append(size / 1e6 / (time.perf_counter() - start))
            cpu[0][index].append(gateway.cpu() - before)
            wait_for(job)
            before = gateway.cpu()
            seconds, _ = gateway.drain(f"/api/v1/jobs/{job}/output")
            rates[1][index].append(size / 1e6 / seconds)
            cpu[1][index].append(gateway.cpu() - before)
            tool("condor_rm", job)
    for name, rate, seconds in zip(("in", "out"), rates, cpu):
        comparison.row(f"{options.mib} MiB {name}", "MB/s", *rate, higher_is_better=True)
        comparison.row("  CPU", "s", *seconds)


def case_memory(options, both, comparison):
    """A process of its own each time: idle, after four parallel lists of full ads, and a minute later."""
    idle, after, later = ([], []), ([], []), ([], [])
    path = f"/api/v1/jobs?constraint=ClusterId=={options.cluster}"
    for _ in range(min(options.runs, 3)):
        for index, program in enumerate((options.old, options.new)):
            with running(program) as gateway:
                assert gateway.get(f"/api/v1/jobs/{options.cluster}.0")[0] == 200
                time.sleep(2)
                idle[index].append(resident(gateway))
                readers = [threading.Thread(target=gateway.drain, args=(path,)) for _ in range(4)]
                for reader in readers:
                    reader.start()
                for reader in readers:
                    reader.join()
                after[index].append(resident(gateway))
                time.sleep(60)
                later[index].append(resident(gateway))
    comparison.row("idle memory", "MiB", *idle, bound=1.0)
    comparison.row(f"after four parallel lists of {options.jobs} full ads", "MiB", *after, bound=1.0)
    comparison.row("  a minute later", "MiB", *later, bound=1.0)
    for name, values, limit in (("after four parallel lists", after[1], 80), ("a minute later", later[1], 60)):
        if statistics.median(values) > limit:
            comparison.missed.append(f"resident {name}: {statistics.median(values):.1f} MiB, at most {limit} are allowed")


CASES = {"byid": case_by_id, "list": case_list, "submit": case_submit, "transfer": case_transfer, "memory": case_memory}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", required=True)
    parser.add_argument("--new", required=True)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of one run at a rate")
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--mib", type=int, default=1024, help="size of the transfers")
    parser.add_argument("--bound", type=float, default=1.05, help="how many times the old one's cost a figure may have")
    options = parser.parse_args()
    for program in (options.old, options.new):
        with tempfile.NamedTemporaryFile() as stripped:
            subprocess.run(["strip", "-o", stripped.name, program], check=True)
            print(f"# {program}: {os.path.getsize(stripped.name) / 1e6:.1f} MB stripped", file=sys.stderr)
    comparison = Comparison(options)
    description = f"executable = /bin/true\ntransfer_executable = false\nhold = true\nqueue {options.jobs}\n"
    options.cluster = int(tool("condor_submit", "-terse", "-", text=description).split(".")[0])
    try:
        with running(options.old) as old, running(options.new) as new:
            for name in options.cases.split(","):
                CASES[name](options, (old, new), comparison)
    finally:
        tool("condor_rm", str(options.cluster))
    sys.exit(0 if comparison.finish() else 1)


if __name__ == "__main__":
    main()
