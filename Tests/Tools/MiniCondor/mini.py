"""A running `htapi mini`, which can be killed and started again in its directory at the same port."""

import os
import socket
import subprocess
import time


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Mini:
    """The program, or the words of a command that runs it, on a directory."""

    def __init__(self, program, directory, options=()):
        self.command = [program] if isinstance(program, str) else program
        self.directory, self.options = directory, options
        self.port = free_port()
        self.process = None
        self.log = open(os.path.join(directory, "mini.log"), "a")

    @property
    def condor_config(self):
        return os.path.join(self.directory, "condor_config")

    def start(self):
        """Returns when it takes connections: how long that took, in seconds."""
        address = os.path.join(self.directory, "schedd_address")
        if os.path.exists(address):
            os.unlink(address)
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [*self.command, "mini", "--dir", self.directory, "--listen", f"127.0.0.1:{self.port}", *self.options],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        while not os.path.exists(address):
            if self.process.poll() is not None:
                raise RuntimeError(f"the scheduler ended with status {self.process.returncode}; see {self.log.name}")
            if time.monotonic() - begin > 60:
                raise RuntimeError(f"the scheduler does not start; see {self.log.name}")
            time.sleep(0.005)
        return time.monotonic() - begin

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def memory(self):
        """Resident memory, in megabytes."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024
