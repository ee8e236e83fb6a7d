import ClassAd
import SubmitDescription
import Testing

/// A directory with a few files, the environment empty.
private struct FewFiles: SubmitFiles {
    let workingDirectory = "/work"
    let environment: [(name: String, value: String)] = []
    private let names = ["a.txt", "b.txt", "items", "run", "in/x.dat"]

    func contents(ofFile path: String) throws(SubmitFileError) -> [UInt8] {
        guard names.contains(path) else { throw SubmitFileError("No such file or directory") }
        return Array("one\ntwo\n".utf8)
    }

    func output(ofCommand arguments: [String]) throws(SubmitFileError) -> [UInt8] { throw SubmitFileError("no commands here") }

    func status(of path: String) -> SubmitFileStatus? {
        let path = path.hasPrefix("/work/") ? String(path.dropFirst(6)) : path
        if names.contains(path) { return SubmitFileStatus(isDirectory: false, size: 8) }
        return path == "/work" || path == "in" ? SubmitFileStatus(isDirectory: true, size: 8) : nil
    }

    func matches(ofPattern pattern: String) -> [String] {
        switch pattern {
        case "*.txt": ["a.txt", "b.txt"]
        case "*": ["a.txt", "b.txt", "in/", "items", "run"]
        default: names.contains(pattern) ? [pattern] : pattern == "in" ? ["in/"] : []
        }
    }

    func entries(ofDirectory path: String) throws(SubmitFileError) -> [String] { [] }
}

/// Where the items of `queue` come from; all as condor_submit 25.14.1 does it.
@Suite struct QueueItemTests {
    private func plan(_ text: String, _ change: (inout SubmitParameters) -> Void = { _ in }) throws(SubmitError) -> SubmitPlan {
        var parameters = SubmitParameters()
        change(&parameters)
        return try SubmitDescription.parse("executable = run\narguments = $(x) $(Row)\n" + text, mode: .local(FewFiles()), parameters: parameters)
    }

    private func arguments(_ text: String) throws -> [String?] {
        var ads = try plan(text).ads()
        var result: [String?] = []
        while let ad = try ads.next() { result.append(ad.string("Args") ?? ads.clusterAd.string("Args")) }
        return result
    }

    @Test(arguments: ["in", "$(nothing)"])
    func aDirectoryHasNoItems(name: String) throws {
        #expect(try plan("queue x from [:] \(name)\n").procCount == 0)
    }

    @Test func onlyPatternsTellDirectoriesFromFiles() throws {
        #expect(try arguments("queue x matching dirs *\n") == ["in/ 0"])
        #expect(try arguments("queue x matching dirs in a.txt\n") == ["in/ 0", "a.txt 1"])
        #expect(try arguments("queue x matching files in a.txt\n") == ["a.txt 0"])
    }

    @Test func theSettingForDirectoriesIsReadForEveryList() throws {
        #expect(!(try plan("SubmitMatchDirectories = yes\nqueue x from items\n").warnings.description.contains("SubmitMatchDirectories")))
        #expect(!(try plan("SubmitMatchDirectories = yes\nqueue x matching files *\n").warnings.description.contains("SubmitMatchDirectories")))
        #expect(try plan("SubmitMatchDirectories = yes\nqueue x in (a)\n").warnings.description.contains("SubmitMatchDirectories"))
        #expect(throws: SubmitError.self) { try plan("SubmitMatchDirectories = maybe\nqueue x from items\n") }
    }

    @Test func allPatternsWithoutAMatchAreNamed() throws {
        do {
            _ = try plan("SubmitFailEmptyMatches = true\nqueue x matching nothing *.txt nowhere\n")
            Issue.record("it was accepted")
        } catch {
            #expect(error.description.contains("'nothing', 'nowhere'"))
        }
    }

    @Test func anAppendedQueueStatementIsTheDescriptions() throws {
        #expect(try plan("", { $0.appendedLines = ["queue 3"] }).procCount == 3)
        #expect(throws: SubmitError.self) { try plan("queue\n", { $0.appendedLines = ["queue 3"] }) }
    }

    @Test func theClusterAdOfAFactoryHasTheFirstItemWhateverTheSlice() throws {
        let ads = try plan("max_materialize = 1\nqueue x in [1:] (a b c)\n").ads()
        #expect(ads.clusterAd.string("Args") == "a 0")
    }

    @Test func anAttributeMayBeALoopVariable() throws {
        var ads = try plan("queue 2 MY.y in (1 2)\n").ads()
        var values: [String?] = [ads.clusterAd["y"]?.unparsed(.old)]
        while let ad = try ads.next() { values.append(ad["y"]?.unparsed(.old)) }
        #expect(values == ["1", nil, nil, "2", "2"])
    }

    @Test func ofTwoCommandsThatLimitIdleJobsTheFirstCounts() throws {
        let plan = try plan("max_idle = 3\nmaterialize_max_idle = 4\nqueue 2\n")
        #expect(plan.warnings.description.contains("materialize_max_idle"))
        #expect(!plan.warnings.description.contains("'max_idle"))
    }
}
