"""A running `htapi --demo`, for scripts that test it."""

import os
import subprocess
import tempfile
import time


class Demo:
    """Starts the demo in a directory of its own below /tmp and ends it; usable in a `with` statement."""

    def __init__(self, program, directory=None, options=()):
        self.own = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="htapi-clients.", dir="/tmp")
        os.chmod(self.directory, 0o755)
        self.log = open(os.path.join(self.directory, "gateway.log"), "a")
        self.process = subprocess.Popen(
            [program, "--demo", "--demo-dir", self.directory, "--listen", "127.0.0.1:0", "--print-env", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        self.wait_for(lambda: os.path.exists(os.path.join(self.directory, "url")), "the demo to be ready", 20)

    @property
    def url(self):
        return self.read("url").strip()

    @property
    def condor_config(self):
        return os.path.join(self.directory, "condor_config")

    def read(self, name):
        with open(os.path.join(self.directory, name)) as file:
            return file.read()

    def wait_for(self, condition, what, seconds=60):
        """Asks again and again until the condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None:
                raise RuntimeError(f"the demo has ended; see {self.directory}/gateway.log")
            if time.monotonic() > end:
                raise RuntimeError(f"timed out waiting for {what}")
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        if self.own and exception[0] is None:
            subprocess.run(["rm", "-rf", self.directory], check=True)
