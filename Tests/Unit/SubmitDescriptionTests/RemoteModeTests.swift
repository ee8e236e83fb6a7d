import ClassAd
import Diagnostics
import SubmitDescription
import Testing

private func remote(_ text: String, _ change: (inout SubmitParameters) -> Void = { _ in }) throws(SubmitError) -> SubmitPlan {
    var parameters = SubmitParameters()
    parameters.submitTime = 1_790_000_000
    change(&parameters)
    return try SubmitDescription.parse(text, mode: .remote, parameters: parameters)
}

private func errors(_ text: String, _ change: (inout SubmitParameters) -> Void = { _ in }) -> [Diagnostic] {
    do {
        _ = try remote(text, change)
        return []
    } catch {
        return error.diagnostics.filter { $0.severity == .error }
    }
}

@Suite struct RemoteModeTests {
    @Test func spooledJobHasTheAdsCondorSubmitSends() throws {
        let plan = try remote(
            """
            executable = job.sh
            arguments = hello $(Process)
            transfer_input_files = in1.txt, sub
            output = out.txt
            error = err.txt
            log = job.log
            should_transfer_files = YES
            request_memory = 64
            queue 2
            """)
        #expect(plan.procCount == 2)
        #expect(plan.inputFiles == ["in1.txt", "sub", "job.sh"])
        #expect(plan.needsInput)
        #expect(plan.warnings.isEmpty)
        var ads = try plan.ads(clusterID: 7)
        func text(_ name: String) -> String? { ads.clusterAd[name]?.unparsed(.old) }
        #expect(text("ClusterId") == "7")
        #expect(text("Cmd") == "\"/tmp/job.sh\"")
        #expect(text("Args") == "\"hello 0\"")
        #expect(text("Owner") == "undefined")
        #expect(text("HoldReasonCode") == "16")
        #expect(text("TransferInput") == "\"in1.txt,sub\"")
        #expect(text("UserLog") == "\"/tmp/job.log\"")
        #expect(
            text("LeaveJobInQueue")
                == "JobStatus == 4 && (time() - (CompletionDate ?: time())) < 864000 && (StageOutFinish ?: 0) < EnteredCurrentStatus")
        #expect(
            text("Requirements")
                == "(TARGET.Arch == \"X86_64\") && (TARGET.OpSys == \"LINUX\") && (versionGE(split(TARGET.CondorVersion)[1],\"25.12.0\") || "
                + "(TARGET.Disk >= RequestDisk)) && (TARGET.Memory >= RequestMemory) && (TARGET.HasFileTransfer)")
        #expect(text("JobStatus") == nil)
        #expect(text("ProcId") == nil)
        let first = try #require(try ads.next())
        #expect(first.unparsed(.old) == "ProcId = 0\nJobStatus = 5\n")
        let second = try #require(try ads.next())
        #expect(second["Args"]?.unparsed(.old) == "\"hello 1\"")
        #expect(second["ProcId"]?.unparsed(.old) == "1")
        #expect(second.count == 3)
        #expect(try ads.next() == nil)
    }

    @Test func absoluteExecutableIsTheExecuteMachines() throws {
        let plan = try remote("executable = /bin/echo\narguments = hi\nqueue\n")
        #expect(plan.clusterAd.boolean("TransferExecutable") == false)
        #expect(plan.clusterAd.string("Cmd") == "/bin/echo")
        #expect(!plan.needsInput)
        #expect(plan.warnings.count == 1)
        #expect(plan.warnings.first?.line == 1)
        let silent = try remote("executable = /bin/echo\ntransfer_executable = false\nqueue\n")
        #expect(silent.warnings.isEmpty)
        #expect(!silent.needsInput)
    }

    @Test(arguments: [
        ("executable = /bin/echo\ninclude : /etc/passwd\nqueue\n", 2, 1),
        ("executable = /bin/echo\ninclude command : id\nqueue\n", 2, 1),
        ("executable = /bin/echo\n@include : x\nqueue\n", 2, 1),
        ("executable = /bin/echo\narguments = a $ENV(HOME)\nqueue\n", 2, 15),
        ("executable = /bin/echo\nx = $ENV(HOME)\narguments = 1 2 $(x)\nqueue\n", 3, 17),
        ("executable = /bin/echo\nqueue x from items.txt\n", 2, 1),
        ("executable = /bin/echo\nqueue x from ls |\n", 2, 1),
        ("executable = /bin/echo\nqueue x from -\n", 2, 1),
        ("executable = /bin/echo\nqueue x matching *.dat\n", 2, 1),
        ("executable = /bin/echo\nqueue x matching files (*.dat)\n", 2, 1),
        ("executable = /bin/echo\ngetenv = true\nqueue\n", 2, 10),
        ("executable = /bin/echo\nget_env = HOME\nqueue\n", 2, 11),
        ("executable = /bin/echo\ntransfer_executable = true\nqueue\n", 1, 14),
        ("executable = /bin/echo\ninput = /etc/passwd\nqueue\n", 2, 9),
        ("executable = ../x\nqueue\n", 1, 14),
        ("executable = /bin/echo\ntransfer_input_files = a, /etc/passwd\nqueue\n", 2, 24),
        ("executable = /bin/echo\ntransfer_input_files = a/../../b\nqueue\n", 2, 24),
        ("executable = /bin/echo\nx509userproxy = /tmp/x509up_u0\nqueue\n", 2, 17),
        ("executable = /bin/echo\nuse_x509userproxy = true\nqueue\n", 2, 21),
        ("executable = /bin/echo\nuse_scitokens = true\nqueue\n", 2, 17),
        ("universe = docker\ndocker_image = x\nexecutable = /bin/echo\ndocker_send_credentials = true\nqueue\n", 4, 27),
        ("executable = /bin/echo\n+Owner = \"root\"\nqueue\n", 2, 10),
        ("executable = /bin/echo\nMY.User = \"root@x\"\nqueue\n", 2, 11),
        ("executable = /bin/echo\n-Owner =\nqueue\n", 2, 9),
        ("executable = /bin/echo\nif $ENV(HOME)\nendif\nqueue\n", 2, 4),
        ("executable = /bin/echo\n$ENV(HOME) = 1\nqueue\n", 2, 1),
        ("executable = /bin/echo\nqueue $ENV(N)\n", 2, 7),
    ])
    func whatWouldTouchThisHostIsAnErrorInItsPlace(_ text: String, _ line: Int, _ column: Int) {
        let found = errors(text)
        #expect(found.first?.line == line, "\(found)")
        #expect(found.first?.column == column, "\(found)")
    }

    @Test(arguments: ["items.csv", "./items.csv"])
    func itemsOfTheSameRequestAreServed(name: String) throws {
        let plan = try remote("executable = /bin/echo\narguments = $(a)-$(b)\nqueue a, b from \(name)\n") {
            $0.itemTexts = ["items.csv": "1,2\n3,4\n"]
        }
        var ads = try plan.ads()
        #expect(plan.procCount == 2)
        #expect(ads.clusterAd.string("Args") == "1-2")
        _ = try ads.next()
        #expect(try ads.next()?.string("Args") == "3-4")
    }

    @Test func initialDirectoryNamesPlacesInTheSandbox() throws {
        let plan = try remote(
            "executable = job.sh\ninitialdir = run$(Process)\ntransfer_input_files = ./a.txt, d/, http://x/y\ninput = in.txt\nqueue 2\n")
        #expect(
            plan.inputs.map { ($0.isContents ? "*" : "") + $0.path } == [
                "run0/a.txt", "*run0/d", "run0/in.txt", "job.sh", "run1/a.txt", "*run1/d", "run1/in.txt",
            ])
    }

    @Test func clusterNumberIsKnownLater() throws {
        let plan = try remote("executable = /bin/echo\noutput = $(Cluster).$(Process)\nqueue 2\n")
        var ads = try plan.ads(clusterID: 4711)
        #expect(ads.clusterAd.string("Out") == "4711.0")
        _ = try ads.next()
        #expect(try ads.next()?.string("Out") == "4711.1")
    }

    @Test func aHundredThousandJobsAreMadeWhenAskedFor() throws {
        let plan = try remote("executable = /bin/echo\narguments = $(Process)\nqueue 100000\n")
        #expect(plan.procCount == 100_000)
        var ads = try plan.ads()
        #expect(try ads.next()?.integer("ProcId") == 0)
        #expect(try ads.next()?.string("Args") == "1")
    }

    @Test func severalErrorsInOnePass() {
        let found = errors("executable = /bin/echo\nfoo bar\npriority = abc\na-b = 1\nqueue\n")
        #expect(found.map(\.line) == [2, 4])
        let ads = errors("executable = /bin/echo\npriority = abc\nrequest_cpus = (\nrank = 1 +\nuniverse = vanila\nqueue\n")
        #expect(ads.map(\.line) == [5])
        let more = errors("executable = /bin/echo\npriority = abc\nrequest_cpus = (\nrank = 1 +\nqueue\n")
        #expect(Set(more.map(\.line)) == [2, 3, 4])
    }

    @Test func unknownCommandsGetASuggestion() throws {
        let plan = try remote("executable = /bin/echo\ntransfer_executable = false\nreqest_memory = 5\nqueue\n")
        #expect(plan.warnings.first?.suggestion == "request_memory")
        #expect(plan.warnings.first?.line == 3)
        #expect(errors("executable = /bin/echo\nuniverse = vanila\nqueue\n").first?.suggestion == "vanilla")
    }
}
