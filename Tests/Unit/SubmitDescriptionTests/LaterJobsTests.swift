import ClassAd
import Diagnostics
import SubmitDescription
import Testing

/// Jobs behind the first one, which see what that one left in the cluster ad; all as condor_submit 25.14.1 makes them.
@Suite struct LaterJobsTests {
    private func jobs(_ text: String) throws -> [ClassAd] {
        var parameters = SubmitParameters()
        parameters.workingDirectory = "/home/alice"
        let plan = try SubmitDescription.parse(text, mode: .remote, parameters: parameters)
        var ads = try plan.ads()
        var result = [ads.clusterAd]
        while let ad = try ads.next() { result.append(ad) }
        return result
    }

    @Test func malformedInheritedEnvironmentIsKeptUpToTheMistake() throws {
        let ads = try jobs("executable = a\nenv = ;, C=$(num), B='2 3', b c\nqueue v in (x y)\n")
        #expect(ads[0].string("Env") == ", C=, B='2 3', b c")
        #expect(ads[2].string("Env") == ", C=, B='2 3', b c;B='2 3';C=")
    }

    @Test func ownAttributesWinOverWhatIsMergedWithThem() throws {
        let ads = try jobs("executable = a\nenvironment = \"A=1\"\n+Environment = \"B=2\"\nqueue 4\n")
        #expect(ads[0].string("Environment") == "B=2")
        #expect(ads.dropFirst().allSatisfy { $0["Environment"] == nil })
    }

    @Test func aSwitchIsReadAgainstTheClusterAd() throws {
        let ads = try jobs("executable = a\ntransfer_output = True\nqueue 3\n")
        #expect(ads[0].boolean("TransferOut") == false)
        #expect(ads[1]["TransferOut"] == nil)
        for ad in ads[2...] {
            #expect(ad.boolean("TransferOut") == true)
            #expect(ad.boolean("StreamOut") == false)
        }
        let own = try jobs("executable = a\nMY.TransferOut = no\nqueue 2\n")
        #expect(own[2].boolean("StreamOut") == false)
    }

    @Test func commonImagesGoIntoACatalogNamedAfterTheirPath() throws {
        let ads = try jobs("executable = a\ncontainer_image = image.sif\ncontainer_is_common = true\nqueue 2\n")
        #expect(ads[0].string("CommonInputCatalogs") == "container_6ae11ffc")
        #expect(ads[0].string("_x_catalog_container_6ae11ffc") == "image.sif")
        #expect(ads[0].string("TransferInput") == "")
        #expect(ads[2].count == 2)
    }

    @Test func credentialsAreLookedForInEachJob() {
        #expect(throws: SubmitError.self) { try jobs("executable = a\nuse_scitokens = $(Process)\nqueue 2\n") }
        #expect(throws: SubmitError.self) { try jobs("executable = a\nuse_x509userproxy = $(Process)\nqueue 2\n") }
    }

    @Test func anEmptyCommandMakesNoFactory() throws {
        let plan = try SubmitDescription.parse("executable = a\nmax_idle =\nqueue 2\n", mode: .remote, parameters: SubmitParameters())
        #expect(plan.factory == nil)
        #expect(throws: SubmitError.self) {
            try SubmitDescription.parse("executable = a\nmax_idle = 99999999999\nqueue\n", mode: .remote, parameters: SubmitParameters())
        }
    }

    @Test func theDigestHasNamesAsTheyWereBeforeTheItems() throws {
        let text = "executable = /bin/a\nmax_idle = 3\nx = 5\nzz = 3\nItem = 20\nA.b = $(x) $(Item)\n"
        func digest(_ queue: String) throws -> String? {
            let plan = try SubmitDescription.parse(text + queue, mode: .remote, parameters: SubmitParameters())
            return try plan.factory?.digest(clusterID: 1, itemFile: plan.factory?.rowCount == 0 ? nil : "items")
        }
        let start = "FACTORY.Requirements=MY.Requirements\nA.b="
        #expect(
            try digest("queue x,y from (\n1\n2\n)\n")
                == start + "$(x) $(Item)\nFACTORY.Iwd=/tmp\nItem=20\nx=5\nzz=3\n\nQueue 1 x,y from items\n")
        #expect(try digest("queue 2\n") == start + "5 $(Item)\nFACTORY.Iwd=/tmp\nItem=\nx=5\nzz=3\n\nQueue 2 \n")
    }

    /// With two arguments `$SUBSTR()` takes the length in digests and in the index of `$CHOICE()`, elsewhere the start.
    @Test func indexesAndDigestsAreExpandedByTheOtherExpander() throws {
        let ads = try jobs("executable = a\nx = $SUBSTR(Process,3)\nbatch_name = $CHOICE(x,a,b,c)\nqueue 2\n")
        #expect(ads[2].string("JobBatchName") == "b")
        let text = """
            executable = /bin/a
            max_idle = 3
            num = 7
            path = /a/b.c
            word = hello
            A.a = $SUBSTR(word,2) $SUBSTR(word,1,2) $SUBSTR(word,x)
            A.b = $INT( num ,%03d) $REAL(num) $STRING(word,%.2s) $EVAL(1 +) $EVAL(num + 1)
            A.c = $Fn(path) $Fn(/a/b.c) $BASENAME(path,.c) $CHOICE(1,a,b) $CHOICE(9,a,b)
            A.d = $RANDOM_INTEGER(3,3) $RANDOM_INTEGER(3,3,1) $INT(Process) $$(Arch) $(DOLLAR)
            queue 2

            """
        let plan = try SubmitDescription.parse(text, mode: .remote, parameters: SubmitParameters())
        let digest = try #require(try plan.factory?.digest(clusterID: 1, itemFile: nil))
        let lines = digest.split(separator: "\n").filter { $0.hasPrefix("A.") }
        #expect(
            lines == [
                "A.a=he el $SUBSTR(word,x)", "A.b=007 7 he 1 + undefined", "A.c=b   b $CHOICE(9,a,b)",
                "A.d=$RANDOM_INTEGER(3,3) 3 $INT(Process) $$(Arch) $(DOLLAR)",
            ])
        #expect(!plan.warnings.contains { $0.message.contains("'num") || $0.message.contains("'path") })
    }

    @Test func sizesBeyondAllBoundsAreTheLeast() throws {
        let ads = try jobs("executable = a\nrequest_memory = 99999999999T\nrequest_disk = 99999999999999999999\nqueue\n")
        #expect(ads[0]["RequestMemory"]?.unparsed(.old) == "-8796093022208")
        #expect(ads[0]["RequestDisk"]?.unparsed(.old) == "-9007199254740992")
    }
}
