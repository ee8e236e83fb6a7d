import ClassAd
import Diagnostics
import SubmitDescription
import Testing

/// What random descriptions showed of condor_submit 25.14.1.
@Suite struct RecordedOddityTests {
    private func plan(_ text: String) throws -> SubmitPlan {
        try SubmitDescription.parse(text, mode: .remote, parameters: SubmitParameters())
    }

    @Test func processorsOfAVirtualMachineAreTheLower32Bits() throws {
        for (text, expected) in [("2147483648", 1), ("4294967298", 2), ("-5", 1), ("99999999999999999999", 1), ("2147483647", 2_147_483_647)] {
            let plan = try plan(
                "universe = vm\nvm_type = xen\nvm_vcpus = \(text)\nvm_memory = 512\nvm_disk = d:vda:w\nxen_kernel = included\nexecutable = x\nqueue\n"
            )
            #expect(try plan.ads().clusterAd.integer("JobVM_VCPUS") == Int64(expected), "\(text)")
        }
    }

    @Test func aRequestUnderTheNameOfItsAttributeHasItsTurn() throws {
        let error = #expect(throws: SubmitError.self) { try plan("executable = /bin/true\nRequestCpus = 2TB\nrequest_Custom = 2gb\nqueue\n") }
        let first = try #require(error?.diagnostics.first { $0.severity == .error })
        #expect(first.summary.hasPrefix("request_cpus: RequestCpus = 2TB"), "\(first)")
    }

    @Test func theNumberOfTheClusterStaysTheClusters() throws {
        // A description over HTTP may not set it at all.
        let text = "executable = /bin/sh\n+ClusterId = 5\nqueue x in (a b)\n"
        let plan = try SubmitDescription.parse(text, mode: .local(HostFiles()), parameters: SubmitParameters())
        var ads = try plan.ads(clusterID: 7)
        #expect(ads.clusterAd.integer("ClusterId") == 7)
        for _ in 0..<2 {
            let job = try ads.next()
            #expect(job != nil && job?["ClusterId"] == nil)
        }
    }

    @Test func onlyUniverseIsRewrittenInDigests() throws {
        func digest(_ lines: String) throws -> String {
            let factory = try #require(try plan("\(lines)\nmax_idle = 1\nexecutable = a\nqueue\n").factory)
            return try factory.digest(clusterID: 1, itemFile: nil)
        }
        let both = try digest("container_image = d\nUniverse = vanilla\nJobUniverse = vanilla")
        #expect(both.contains("JobUniverse=vanilla\n") && both.contains("\nUniverse=container\n"))
        let second = try digest("container_image = d\nJobUniverse = vanilla")
        #expect(second.contains("JobUniverse=vanilla\n") && !second.contains("\nUniverse="))
    }

    @Test func itemsAreSentWithoutEmptyColumnsInFront() throws {
        let factory = try #require(
            try plan("executable = a\nmax_materialize = 1\nqueue x,y,z from (\n ,b,c\n a,,c\n a,,\n ,,c\n ,,\n d e f\n)\n").factory)
        #expect(String(decoding: factory.itemData, as: UTF8.self) == "b|c\na||c\na||\nc\n\nd|e|f\n".replacing("|", with: "\u{1F}"))
        #expect(factory.rowCount == 6)
        let single = try #require(try plan("executable = a\nmax_materialize = 1\nqueue x in (a, b)\n").factory)
        #expect(String(decoding: single.itemData, as: UTF8.self) == "a\nb\n" && single.rowCount == 2)
    }

    @Test func argumentsBesideAShellAreReadAndNotTaken() throws {
        for line in ["arguments = a", "arguments2 = a", "allow_arguments_v1 = true", "arguments2 = a\narguments = b"] {
            let plan = try plan("shell = echo hello\n\(line)\nqueue\n")
            #expect(try plan.ads().clusterAd.string("Arguments") == "-c echo' 'hello", "\(line)")
            #expect(plan.warnings.isEmpty, "\(line): \(plan.warnings)")
        }
    }
}
