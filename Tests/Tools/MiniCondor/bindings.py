"""HTCondor's Python bindings (htcondor2) against a demo: run with CONDOR_CONFIG pointing to it. Prints a line of JSON for each row."""

import json
import os
import tempfile
import time

import classad2
import htcondor2


class Bindings:
    def __init__(self):
        self.schedd = htcondor2.Schedd(htcondor2.Collector().locate(htcondor2.DaemonType.Schedd))
        self.work = tempfile.mkdtemp()
        os.chdir(self.work)

    def idle(self, count=1):
        submit = htcondor2.Submit("executable = /bin/true\ntransfer_executable = false\nrequirements = false\n")
        return self.schedd.submit(submit, count=count).cluster()

    def wait_for(self, job, status, seconds=60):
        end = time.monotonic() + seconds
        while True:
            ads = self.schedd.query(f"ClusterId == {job}", projection=["JobStatus"])
            if ads and ads[0]["JobStatus"] == status:
                return
            assert time.monotonic() < end, f"job {job} has not status {status}: {ads}"
            time.sleep(0.1)

    def do_locate(self):
        ad = htcondor2.Collector().locate(htcondor2.DaemonType.Schedd)
        assert ad["MyAddress"].startswith("<127.0.0.1:"), ad

    def do_submit(self):
        result = self.schedd.submit(
            htcondor2.Submit("executable = /bin/true\ntransfer_executable = false\nrequirements = false\narguments = $(word)"),
            itemdata=iter([{"word": "one"}, {"word": "two"}]), spool=True)
        ads = self.schedd.query(f"ClusterId == {result.cluster()}", projection=["Args"])
        assert [ad["Args"] for ad in ads] == ["one", "two"], ads

    def do_spool(self):
        with open("job.sh", "w") as file:
            file.write("#!/bin/sh\ncat data.txt\n")
        os.chmod("job.sh", 0o755)
        with open("data.txt", "w") as file:
            file.write("some data\n")
        result = self.schedd.submit(
            htcondor2.Submit("executable = job.sh\ntransfer_input_files = data.txt\nshould_transfer_files = YES\noutput = out.txt"), spool=True)
        self.schedd.spool(result)
        self.wait_for(result.cluster(), 4)
        self.spooled = result.cluster()

    def do_retrieve(self):
        self.schedd.retrieve(f"ClusterId == {self.spooled}")
        with open("out.txt") as file:
            assert file.read() == "some data\n"

    def do_query(self):
        cluster = self.idle(3)
        ads = self.schedd.query(f"ClusterId == {cluster} && ProcId > 0", projection=["ProcId"])
        assert sorted(ad["ProcId"] for ad in ads) == [1, 2], ads
        assert len(self.schedd.query(f"ClusterId == {cluster}", limit=1)) == 1
        for option in (htcondor2.QueryOpts.SummaryOnly, htcondor2.QueryOpts.IncludeClusterAd, htcondor2.QueryOpts.DefaultMyJobsOnly):
            assert self.schedd.query(f"ClusterId == {cluster}", opts=option)

    def do_act(self):
        cluster = self.idle(2)
        result = self.schedd.act(htcondor2.JobAction.Hold, f"ClusterId == {cluster}", reason=("by the bindings", 7))
        assert result["TotalSuccess"] == 2, result
        ads = self.schedd.query(f"ClusterId == {cluster}")
        # A plain string the bindings of 25.14 leave out.
        assert ads[0]["HoldReason"].startswith("by the bindings") and ads[0]["HoldReasonSubCode"] == 7, ads[0]
        assert self.schedd.act(htcondor2.JobAction.Release, f"ClusterId == {cluster}")["TotalSuccess"] == 2
        assert self.schedd.act(htcondor2.JobAction.Remove, [f"{cluster}.0", f"{cluster}.1"])["TotalSuccess"] == 2

    def do_edit(self):
        cluster = self.idle()
        self.schedd.edit([f"{cluster}.0"], "Label", classad2.quote("some text"))
        self.schedd.edit(f"ClusterId == {cluster}", "JobPrio", "9")
        ad = self.schedd.query(f"ClusterId == {cluster}")[0]
        assert (ad["Label"], ad["JobPrio"]) == ("some text", 9), ad

    def do_history(self):
        cluster = self.idle()
        self.schedd.act(htcondor2.JobAction.Remove, f"ClusterId == {cluster}")
        end = time.monotonic() + 30
        while not (ads := list(self.schedd.history(f"ClusterId == {cluster}", ["ClusterId", "JobStatus"], match=1))):
            assert time.monotonic() < end
            time.sleep(0.1)
        assert ads[0]["JobStatus"] == 3, ads

    def do_job_event_log(self):
        log = os.path.join(self.work, "events.log")
        os.chmod(self.work, 0o777)
        self.schedd.submit(
            htcondor2.Submit(f"executable = /bin/true\ntransfer_executable = false\nshould_transfer_files = YES\n"
                             f"log = {log}\ninitialdir = {self.work}"))
        end = time.monotonic() + 60
        kinds = []
        while htcondor2.JobEventType.JOB_TERMINATED not in kinds:
            assert time.monotonic() < end, kinds
            time.sleep(0.1)
            kinds = [event.type for event in htcondor2.JobEventLog(log).events(0)] if os.path.exists(log) else []
        assert kinds[0] == htcondor2.JobEventType.SUBMIT and htcondor2.JobEventType.EXECUTE in kinds, kinds


def main():
    bindings = Bindings()
    for name in [name for name in vars(Bindings) if name.startswith("do_")]:
        problem = None
        try:
            getattr(bindings, name)()
        except Exception as error:  # a row fails, the table goes on
            problem = f"{type(error).__name__}: {error}"
        print(json.dumps([name[3:], problem]), flush=True)


if __name__ == "__main__":
    main()
