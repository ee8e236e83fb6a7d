"""HTCondor's command-line tools, of one version, run against a demo; each method named `do_…` is a row of the table."""

import json
import os
import re
import shlex
import subprocess
import tempfile
import time

ENTER = r"""
set -e
root=$1 work=$2; shift 2
if [ "$root" != / ]; then
    mount --rbind /dev "$root/dev"
    mount --bind /tmp "$root/tmp"
    mount -t proc proc "$root/proc"
    mount --bind /etc/hosts "$root/etc/hosts"
fi
exec chroot "$root" /bin/bash -c 'cd "$0" && exec "$@"' "$work" "$@"
"""


class Tools:
    """The tools that lie in a root (`/` for this machine's own), as one user of the demo."""

    def __init__(self, demo, root, user="alice"):
        self.demo, self.root, self.user = demo, root, user
        # Not in the demo's directory, which is hidden from jobs. Jobs that were not spooled write here, by whatever account they run as.
        self.work = tempfile.mkdtemp(prefix="htapi-tools.", dir="/tmp")
        os.chmod(self.work, 0o777)
        with open(os.path.join(self.work, "job.sh"), "w") as file:
            file.write("#!/bin/sh\ncat data.txt\necho made >made.txt\n")
        os.chmod(os.path.join(self.work, "job.sh"), 0o755)
        with open(os.path.join(self.work, "data.txt"), "w") as file:
            file.write("some data\n")

    @property
    def schedd(self):
        return re.search(r'^Name = "(.*)"$', self.demo.read("schedd_address"), re.MULTILINE).group(1)

    def run(self, command, stdin="", fails=False):
        """What a command line prints; another status than 0 is an error, or is expected."""
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": self.work, "USER": "root", "LANG": "C.UTF-8",
            "CONDOR_CONFIG": self.demo.condor_config, "_CONDOR_DEMO_USER": self.user,
        }
        result = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "bash", "-c", ENTER, "enter", self.root, self.work, *shlex.split(command)],
            input=stdin, capture_output=True, text=True, timeout=90, env=environment)
        text = result.stdout + result.stderr
        if (result.returncode != 0) != fails:
            raise RuntimeError(f"{command}: status {result.returncode}: {text.strip()}")
        return result.stdout if not fails else text

    def expect(self, command, pattern, **arguments):
        text = self.run(command, **arguments)
        if not re.search(pattern, text, re.MULTILINE | re.DOTALL):
            raise RuntimeError(f"{command}: not {pattern!r}: {text.strip()[:400]}")
        return text

    def submit(self, description, options="-spool"):
        """Submits what a file would say; the number of the cluster."""
        text = self.run(f"condor_submit -terse {options} -", stdin=description)
        return int(re.match(r"(\d+)\.\d+", text).group(1))

    def attribute(self, job, name):
        # By name: without it condor_history reads a file that a scheduler of this host would write.
        for tool in ("condor_q", f"condor_history -limit 1 -name {self.schedd}"):
            text = self.run(f"{tool} {job} -af {name}").strip()
            if text:
                return text
        return ""

    def wait_for(self, job, status, seconds=60):
        def reached():
            now = self.attribute(job, "JobStatus")
            if now == "5" and status != "5" and self.attribute(job, "HoldReasonCode") != "16":
                raise RuntimeError(f"job {job} is held: {self.attribute(job, 'HoldReason')}")
            return now == status
        self.demo.wait_for(reached, f"job {job} to have status {status}", seconds)

    def idle(self, count=1):
        return self.submit(f"executable = /bin/true\ntransfer_executable = false\nrequirements = false\nqueue {count}")

    def running(self, further=""):
        cluster = self.submit(
            "executable = /bin/sh\ntransfer_executable = false\nshould_transfer_files = YES\noutput = out.txt\n"
            f"{further}arguments = \"-c 'echo begun; sleep 300'\"\nqueue")
        self.wait_for(f"{cluster}.0", "2")
        return cluster

    def remove(self, cluster):
        self.run(f"condor_rm {cluster}")

    # ---- rows

    def do_ping(self):
        self.expect("condor_ping -verbose WRITE", rf"Remote Mapping: +{self.user}@.*Authorized: +TRUE")

    def do_q(self):
        cluster = self.idle(2)
        self.expect("condor_q", rf"{self.user} .* 2 +2 {cluster}.0-1")
        self.remove(cluster)

    def do_q_long(self):
        cluster = self.idle()
        self.expect(f"condor_q -long {cluster}.0", rf"^ClusterId = {cluster}$.*^Requirements = \(?false\)?")
        self.remove(cluster)

    def do_q_nobatch(self):
        cluster = self.idle()
        self.expect("condor_q -nobatch", rf"^ *{cluster}\.0 +{self.user} .* I .* true")
        self.remove(cluster)

    def do_q_af(self):
        cluster = self.idle(2)
        self.expect(f"condor_q {cluster} -af:j ProcId Cmd", rf"^{cluster}.0 0 /bin/true\n{cluster}.1 1 /bin/true$")
        self.remove(cluster)

    def do_q_json(self):
        cluster = self.idle()
        ads = json.loads(self.run(f"condor_q {cluster} -json"))
        assert [ad["ClusterId"] for ad in ads] == [cluster], ads
        self.remove(cluster)

    def do_q_constraint(self):
        cluster = self.idle(3)
        self.expect(f"condor_q -constraint 'ClusterId == {cluster} && ProcId > 0' -af ProcId", r"\A1\n2\n\Z")
        self.remove(cluster)

    def do_q_limit(self):
        cluster = self.idle(3)
        self.expect(f"condor_q {cluster} -limit 2 -af ProcId", r"\A\d\n\d\n\Z")
        self.remove(cluster)

    def do_q_totals(self):
        cluster = self.idle(3)
        self.expect(f"condor_q {cluster} -totals", r"3 jobs; 0 completed, 0 removed, 3 idle, 0 running, 0 held")
        self.remove(cluster)

    def do_submit_spool_with_files(self):
        cluster = self.submit(
            "executable = job.sh\ntransfer_input_files = data.txt\nshould_transfer_files = YES\noutput = spooled.txt\nqueue")
        self.wait_for(f"{cluster}.0", "4")
        self.run(f"condor_transfer_data {cluster}")
        self.expect("cat spooled.txt made.txt", r"\Asome data\nmade\n\Z")

    def do_submit_remote_with_files(self):
        cluster = self.submit(
            "executable = job.sh\ntransfer_input_files = data.txt\nshould_transfer_files = YES\noutput = remote.txt\nqueue",
            f"-remote {self.schedd}")
        self.wait_for(f"{cluster}.0", "4")
        self.run(f"condor_transfer_data -name {self.schedd} {cluster}")
        self.expect("cat remote.txt", r"\Asome data\n\Z")

    def do_submit_queue_n(self):
        cluster = self.idle(5)
        self.expect(f"condor_q {cluster} -af ProcId", r"\A0\n1\n2\n3\n4\n\Z")
        self.remove(cluster)

    def do_submit_item_data(self):
        cluster = self.submit(
            "executable = /bin/echo\ntransfer_executable = false\nrequirements = false\narguments = $(name) $(size)\n"
            "queue name, size from (\nred 1\ngreen 2\n)")
        self.expect(f"condor_q {cluster} -af Args", r"\Ared 1\ngreen 2\n\Z")
        self.remove(cluster)

    def do_submit_late_materialization(self):
        cluster = self.submit(
            "executable = /bin/true\ntransfer_executable = false\nshould_transfer_files = YES\nmax_materialize = 1\n"
            "leave_in_queue = false\nqueue 3", "")
        for process in range(3):
            self.wait_for(f"{cluster}.{process}", "4")

    def do_hold(self):
        cluster = self.idle()
        self.expect(f"condor_hold -reason because {cluster}", "held")
        self.expect(f"condor_q -hold {cluster}", "because")
        self.remove(cluster)

    def do_release(self):
        cluster = self.idle()
        self.run(f"condor_hold {cluster}.0")
        self.expect(f"condor_release {cluster}.0", "released")
        self.wait_for(f"{cluster}.0", "1")
        self.remove(cluster)

    def do_rm(self):
        cluster = self.idle(2)
        self.expect(f"condor_rm {cluster}", "marked for removal")
        self.demo.wait_for(lambda: not self.run(f"condor_q {cluster} -af ProcId"), "the jobs to leave")
        assert self.attribute(f"{cluster}.1", "JobStatus") == "3"

    def do_rm_forcex(self):
        cluster = self.submit("executable = /bin/true\ntransfer_executable = false\nrequirements = false\nleave_in_queue = true\nqueue")
        self.run(f"condor_rm {cluster}")
        self.wait_for(f"{cluster}.0", "3")
        self.expect(f"condor_rm -forcex {cluster}", "removed|marked")
        self.demo.wait_for(lambda: not self.run(f"condor_q {cluster} -af ProcId"), "the job to leave")

    def do_suspend(self):
        cluster = self.running()
        self.run(f"condor_suspend {cluster}.0")
        self.wait_for(f"{cluster}.0", "7")
        self.remove(cluster)

    def do_continue(self):
        cluster = self.running()
        self.run(f"condor_suspend {cluster}.0")
        self.wait_for(f"{cluster}.0", "7")
        self.run(f"condor_continue {cluster}.0")
        self.wait_for(f"{cluster}.0", "2")
        self.remove(cluster)

    def do_vacate_job(self):
        cluster = self.running()
        self.expect(f"condor_vacate_job {cluster}.0", "vacated")
        self.demo.wait_for(lambda: self.attribute(f"{cluster}.0", "NumJobStarts") in ("1", "2")
                           and int(self.attribute(f"{cluster}.0", "NumShadowStarts")) >= 2, "the job to start again")
        self.remove(cluster)

    def do_qedit(self):
        cluster = self.idle(2)
        self.run(f"condor_qedit {cluster} Label '\"some text\"'")
        self.expect(f"condor_q {cluster} -af Label", r"\Asome text\nsome text\n\Z")
        self.run(f"condor_qedit -constraint 'ClusterId == {cluster} && ProcId == 1' Label 7")
        self.expect(f"condor_q {cluster}.1 -af Label", r"\A7\n\Z")
        self.remove(cluster)

    def do_prio(self):
        cluster = self.idle()
        self.run(f"condor_prio -p 12 {cluster}.0")
        self.expect(f"condor_q {cluster}.0 -af JobPrio", r"\A12\n\Z")
        self.remove(cluster)

    def do_transfer_data(self):
        cluster = self.submit(
            "executable = /bin/echo\narguments = $(Process)\ntransfer_executable = false\nshould_transfer_files = YES\n"
            "output = transferred.$(Process)\nqueue 2")
        for process in range(2):
            self.wait_for(f"{cluster}.{process}", "4")
        self.run(f"condor_transfer_data {cluster}")
        self.expect("cat transferred.0 transferred.1", r"\A0\n1\n\Z")

    def do_history(self):
        cluster = self.idle()
        self.remove(cluster)
        self.demo.wait_for(lambda: not self.run(f"condor_q {cluster} -af ProcId"), "the job to leave")
        self.expect(f"condor_history -name {self.schedd} {cluster} -af ClusterId JobStatus", rf"\A{cluster} 3\n\Z")

    def do_tail(self):
        cluster = self.running()
        self.expect(f"condor_tail {cluster}.0", r"\Abegun\n\Z")
        self.remove(cluster)

    def do_tail_of_a_stream(self):
        cluster = self.running("stream_output = true\n")
        self.expect(f"condor_tail {cluster}.0", r"\Abegun\n\Z")
        self.remove(cluster)

    def do_wait(self):
        log = os.path.join(self.work, f"{time.time_ns()}.log")
        self.submit(
            f"executable = /bin/true\ntransfer_executable = false\nshould_transfer_files = YES\nlog = {log}\nqueue 2", "")
        self.expect(f"condor_wait -wait 60 {log}", "All jobs done")

    def do_status_schedd(self):
        self.expect("condor_status -schedd -af MyType Name", r"\AScheduler \S+\n\Z")

    def do_status_any(self):
        text = self.run("condor_status -any -af MyType")
        assert {"Scheduler", "Machine"} <= set(text.split()), text

    def do_status(self):
        self.expect("condor_status -af State Cpus", r"^(Unclaimed|Claimed) \d+$")


def rows():
    return [name[3:] for name in vars(Tools) if name.startswith("do_")]
