#!/usr/bin/env python3
"""What users and jobs of the mini scheduler must not be able to do.

security.py --program HTAPI --python PYTHON: PYTHON has htcondor2. As root everything is tried twice, the second time with a demo of an ordinary
account. The last line is `security: N checks, M failed`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from mini import Mini

CLIENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "security_client.py")

# What a job can read of the scheduler's directory beside its own scratch directory, by every way to it; the other job's secret; and secrets in the
# environment or the open files of other processes.
SPY = r"""#!/bin/sh
directory=$1
find "$directory" -type f -readable ! -path "$_CONDOR_SCRATCH_DIR/*" 2>/dev/null | sed 's/^/readable /'
for process in /proc/[0-9]*; do
    for file in signing.key jobs.sqlite jobs.sqlite-wal tokens/alice tokens/bob tokens/admin tokens.d/admin/token; do
        if head -c 1 "$process/root$directory/$file" >/dev/null 2>&1; then echo "readable $process/root$directory/$file"; fi
        if head -c 1 "$process/cwd/$file" >/dev/null 2>&1; then echo "readable $process/cwd/$file"; fi
    done
    for descriptor in "$process"/fd/*; do
        case $(readlink "$descriptor" 2>/dev/null) in
            "$directory"/*.sqlite*|"$directory"/signing.key|"$directory"/tokens*)
                head -c 1 "$descriptor" >/dev/null 2>&1 && echo "readable $descriptor" ;;
        esac
    done
done
# This script itself knows what it looks for.
grep -rsl THE-SECRET-OF-ALICE "$directory" 2>/dev/null | grep -vF "$_CONDOR_SCRATCH_DIR/" | sed 's/^/secret in /'
echo "looked around"
"""


class Checks:
    def __init__(self, program, python, account):
        self.program, self.python, self.account = program, python, account
        self.count, self.failed = 0, 0
        self.directory = tempfile.mkdtemp(prefix="htapi-security.", dir="/var/tmp")
        os.chmod(self.directory, 0o755)
        self.work = tempfile.mkdtemp(prefix="htapi-security-work.", dir="/var/tmp")
        os.chmod(self.work, 0o777)
        self.prefix = []
        if account:
            os.chown(self.directory, account, account)
            self.prefix = ["setpriv", f"--reuid={account}", f"--regid={account}", "--clear-groups"]
            # The one under test may lie where only root can go.
            self.program = shutil.copy(program, self.work)

    def check(self, condition, what):
        self.count += 1
        if not condition:
            self.failed += 1
            print(f"{'as an ordinary account' if self.account else f'as uid {os.geteuid()}'}: {what}", flush=True)

    def as_user(self, user, action, *arguments, **environment):
        if self.account:
            environment = {**self.token_of(user), **environment}
        result = subprocess.run(
            [self.python, CLIENT, action, *map(str, arguments)], capture_output=True, text=True, timeout=120, cwd=self.work,
            env={**os.environ, "CONDOR_CONFIG": self.mini.condor_config, "_CONDOR_DEMO_USER": user, **environment})
        return json.loads(result.stdout) if result.returncode == 0 else {"error": result.stderr.strip().splitlines()[-1:]}

    def token_of(self, user):
        """HTCondor's tools read no token file of another account, and as root they are somebody else to this host's schedulers."""
        folder = os.path.join(self.work, f"tokens-{user}")
        if not os.path.isdir(folder):
            os.mkdir(folder, 0o700)
            with open(os.open(os.path.join(folder, "token"), os.O_CREAT | os.O_WRONLY, 0o600), "w") as file, \
                    open(os.path.join(self.directory, "tokens", user)) as token:
                file.write(token.read())
        return self.tokens_in(folder)

    @staticmethod
    def tokens_in(folder):
        return {
            "_CONDOR_SEC_TOKEN_DIRECTORY": folder, "_CONDOR_SEC_TOKEN_SYSTEM_DIRECTORY": folder, "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS": "TOKEN"}

    def run(self):
        self.mini = Mini([*self.prefix, self.program], self.directory)
        self.mini.start()
        try:
            self.jobs_of_others()
            self.tokens()
            self.spying()
        finally:
            self.mini.stop()
        subprocess.run(["rm", "-rf", self.directory, self.work], check=True)

    def jobs_of_others(self):
        job = self.as_user("alice", "submit")["job"]
        before = self.as_user("alice", "show", job)
        for action in ("hold", "release", "remove", "edit"):
            outcome = self.as_user("bob", action, job)
            self.check(not outcome.get("done"), f"bob could {action} a job of alice: {outcome}")
        self.check(self.as_user("alice", "show", job) == before, "bob changed a job of alice")
        self.check(before.get("status") in (1, 5), f"alice's job is not there: {before}")
        files = self.as_user("bob", "retrieve", job)
        self.check(not files.get("files"), f"bob got files of a job of alice: {files}")
        owner = self.as_user("bob", "submit_as", "alice")
        self.check("error" in owner, f"bob submitted a job of alice: {owner}")
        self.check(self.as_user("alice", "remove", job).get("done"), "alice could not remove her job")

    def tokens(self):
        good = open(os.path.join(self.directory, "tokens", "alice")).read().strip()
        self.check("error" not in self.as_user("alice", "ping"), "a good token is refused")
        for name, prefix, arguments in (
                ("of another key", [], ["--key", self.other_key()]),
                ("that is over", self.prefix, ["--key", os.path.join(self.directory, "signing.key"), "--lifetime", "1"])):
            token = subprocess.run(
                [*prefix, self.program, "token", "create", "--identity", "alice@htapi.demo", "--key-id", "POOL", *arguments],
                capture_output=True, text=True,
                check=True).stdout.strip()
            if "--lifetime" in arguments:
                time.sleep(2.1)
            self.refused(token, name)
        head, claims, signature = good.split(".")
        self.refused(f"{head}.{claims}.{signature[:-6]}AAAAAA", "with another signature")
        self.refused(f"{head}.{claims}.", "without a signature")
        self.refused(f"eyJhbGciOiJub25lIiwia2lkIjoiUE9PTCIsInR5cCI6IkpXVCJ9.{claims}.", "with alg none")
        self.refused(f"eyJhbGciOiJub25lIiwia2lkIjoiUE9PTCIsInR5cCI6IkpXVCJ9.{claims}.{signature}", "with alg none and a signature")

    def other_key(self):
        path = os.path.join(self.work, "key")
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(os.urandom(64))
        return path

    def refused(self, token, name):
        folder = tempfile.mkdtemp(dir=self.work)
        with open(os.open(os.path.join(folder, "token"), os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(token + "\n")
        outcome = self.as_user("alice", "ping", **self.tokens_in(folder))
        self.check("error" in outcome, f"a token {name} is accepted: {outcome}")

    def spying(self):
        secret = self.as_user("alice", "sleep_with", "THE-SECRET-OF-ALICE")
        self.check("job" in secret, f"alice's job did not run: {secret}")
        with open(os.path.join(self.work, "spy.sh"), "w") as file:
            file.write(SPY)
        os.chmod(os.path.join(self.work, "spy.sh"), 0o755)
        outcome = self.as_user("bob", "run_script", os.path.join(self.work, "spy.sh"), self.directory)
        lines = outcome.get("output", "").splitlines()
        self.check("looked around" in lines, f"the spying job did not run: {outcome}")
        # What is for everybody: the address and the tools' configuration, and the logs of this test.
        harmless = ("/schedd_address", "/condor_config", "/mini.log")
        for line in lines:
            if line != "looked around":
                self.check(line.startswith("readable ") and line.endswith(harmless), f"a job of bob: {line}")
        if "job" in secret:
            self.as_user("alice", "remove", secret["job"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--python", required=True)
    arguments = parser.parse_args()
    count = failed = 0
    for account in [None, 65534] if os.geteuid() == 0 else [None]:
        checks = Checks(arguments.program, arguments.python, account)
        checks.run()
        count += checks.count
        failed += checks.failed
    print(f"security: {count} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
