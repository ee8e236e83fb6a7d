#!/usr/bin/env python3
"""Checks the running gateway against the OpenAPI document it serves, on a real pool.

  eval "$(Tests/run pool env)"; contract.py --program .build/debug/htapi [--examples 100] [--seed 7]

openapi-spec-validator reads the document; schemathesis generates requests from it and looks at every answer; a client that
openapi-python-client makes of it submits a job and fetches its output. Needs these three from PyPI and the variables of
`Tests/run pool env`; `Tests/run api` sees to all of that. Everything is done as the pool's user mallory.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

POOL = {name[len("HTAPI_POOL_"):]: value for name, value in os.environ.items() if name.startswith("HTAPI_POOL_")}
BIN = pathlib.Path(sys.executable).parent
# Not checked: that the gateway takes whatever fits the schemas. Constraints, submit descriptions and cursors are languages of their own.
EXCLUDED = "positive_data_acceptance"
# Requests that a run has to make at least to count.
LEAST_REQUESTS = 2000


class Failed(Exception):
    pass


class Gateway:
    """The program on a free port, serving the pool."""

    def __init__(self, program, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = pathlib.Path(POOL["STATE"], "tokens/mallory/pool").read_text().strip()
        environment = {
            "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "CONDOR_CONFIG": POOL["CLIENT_CONFIG"],
            "_CONDOR_HTTP_API_LISTEN_ADDR": f"127.0.0.1:{self.port}", "_CONDOR_HTTP_API_DRAIN_DELAY": "0s",
        }
        self.log = open(folder / "gateway.log", "wb+")
        self.process = subprocess.Popen([program], env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                if self.request("GET", "/readyz")[0] == 200:
                    return
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Failed("the gateway did not start:\n" + self.log_text())
            time.sleep(0.05)

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self):
        """Drains it. A gateway that has ended by itself, or does not end in order, is a failure."""
        if self.process.poll() is not None:
            raise Failed(f"the gateway ended with status {self.process.returncode}:\n{self.log_text()[-4000:]}")
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed("the gateway did not end") from None
        if status != 0:
            raise Failed(f"the gateway ended with status {status}")

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Authorization": "Bearer " + self.token, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def submit(self, text):
        status, body = self.request("POST", "/api/v1/jobs", text, **{"Content-Type": "text/plain"})
        if status != 201:
            raise Failed(f"not submitted: {body}")
        return json.loads(body)["job_ids"][0]


def run(*command, **options):
    """The output of a program; its failure is one of ours."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        lines = [line[:400] for line in done.stdout.splitlines()]
        raise Failed(f"{command[0]}: status {done.returncode}\n" + "\n".join(lines[-150:]))
    return done.stdout


def validate(gateway, folder):
    """The served documents are valid OpenAPI 3.1, and the same."""
    import yaml

    texts = {name: gateway.request("GET", "/" + name)[1] for name in ("openapi.json", "openapi.yaml", "api/v1/openapi.json")}
    for name in ("openapi.json", "openapi.yaml"):
        (folder / name).write_bytes(texts[name])
        run(BIN / "openapi-spec-validator", folder / name)
    if texts["openapi.json"] != texts["api/v1/openapi.json"] or json.loads(texts["openapi.json"]) != yaml.safe_load(texts["openapi.yaml"]):
        raise Failed("the documents differ")


def generate_requests(gateway, folder, name, examples, seed, phases, parameters):
    """The number of requests that schemathesis has made of the document and found nothing wrong with."""
    configuration = folder / f"{name}.toml"
    configuration.write_text(
        "[parameters]\n" + "".join(f'"{key}" = "{value}"\n' for key, value in parameters.items())
        # A stream that ends with its client: a moment of it tells enough.
        + '[[operations]]\ninclude-path = "/api/v1/events"\nrequest-timeout = 1\n')
    output = run(
        BIN / "schemathesis", "--config-file", configuration, "run", gateway.url + "/openapi.json", "--header",
        "Authorization: Bearer " + gateway.token, "--exclude-checks", EXCLUDED, "--suppress-health-check", "all", "--max-examples", examples,
        "--phases", phases, "--seed", seed, "--continue-on-failure", "--request-timeout", "60", "--no-color", cwd=folder)
    found = re.search(r"(\d+) generated", output)
    if not found:
        raise Failed("schemathesis does not say how many requests it made:\n" + output[-2000:])
    return int(found[1])


def use_generated_client(gateway, folder):
    """A client made of the document submits a job with input, waits for it and fetches its output."""
    run(BIN / "openapi-python-client", "generate", "--path", folder / "openapi.json", "--output-path", folder / "client", cwd=folder)
    environment = {**os.environ, "PYTHONPATH": str(folder / "client"), "HTAPI_URL": gateway.url, "HTAPI_TOKEN": gateway.token}
    run(sys.executable, pathlib.Path(__file__).with_name("generated_client.py"), env=environment)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--examples", type=int, default=100, help="requests of each operation and kind, at most")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    passed = failed = requests = 0

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        gateway = Gateway(options.program, folder)
        job = gateway.submit("executable = /bin/true\nrequirements = false\nqueue 3")

        def generated(label, phases, parameters):
            nonlocal requests
            requests += generate_requests(gateway, folder, label, options.examples, options.seed, phases, parameters)

        def enough():
            if requests < LEAST_REQUESTS:
                raise Failed(f"only {requests} requests were generated")

        checks = {
            "the documents are valid": lambda: validate(gateway, folder),
            "a generated client submits and fetches": lambda: use_generated_client(gateway, folder),
            "requests about any job": lambda: generated("any", "examples,coverage,fuzzing,stateful", {}),
            "requests about one's own job": lambda: generated("own", "coverage,fuzzing", {"path.id": job}),
            "there are enough requests": enough,
            "the gateway lives and ends in order": gateway.stop,
        }
        print(f"seed {options.seed}", flush=True)
        for label, check in checks.items():
            start = time.monotonic()
            try:
                check()
                passed += 1
                print(f"ok: {label} ({time.monotonic() - start:.0f} s)", flush=True)
            except Failed as failure:
                failed += 1
                print(f"failed: {label}: {failure}", flush=True)
        defects = [line for line in gateway.log_text().splitlines() if " error " in line or "status=500" in line]
        if defects:
            failed += 1
            print("failed: the gateway's log:\n" + "\n".join(defects[:20]))
        clean_up = ["condor_rm", "mallory"], ["condor_rm", "-forcex", "mallory"]
        for command in clean_up:
            subprocess.run([POOL["EXEC"], "root", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    print(f"{requests} generated requests")
    print(f"api: {passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
