import Testing

@testable import Jobs

@Suite struct DeclaredInputTests {
    @Test func orderIsThatOfTheStockClient() {
        let declared = DeclaredInput(
            executable: "bin/job.sh", standardInput: "in.txt", transferInput: " a.dat, sub/b.dat ,dir/,https://x/y, osdf:///z,,a.dat")
        #expect(
            declared.entries == [
                .init(path: "a.dat", contentsOnly: false, mustBeFile: false),
                .init(path: "sub/b.dat", contentsOnly: false, mustBeFile: false),
                .init(path: "dir", contentsOnly: true, mustBeFile: false),
                .init(path: "in.txt", contentsOnly: false, mustBeFile: true),
                .init(path: "bin/job.sh", contentsOnly: false, mustBeFile: true),
            ])
    }

    @Test func nothingToTransfer() {
        #expect(DeclaredInput(executable: nil, standardInput: "/dev/null", transferInput: nil).entries.isEmpty)
        #expect(DeclaredInput(executable: nil, standardInput: "", transferInput: " , ").entries.isEmpty)
    }

    @Test func oneNameForTwoPurposesIsOneEntry() {
        let declared = DeclaredInput(executable: "run", standardInput: nil, transferInput: "run")
        #expect(declared.entries == [.init(path: "run", contentsOnly: false, mustBeFile: true)])
    }
}

@Suite struct InputPlanTests {
    private func plan(_ transferInput: String, executable: String? = nil, archive: [String]) -> InputPlan {
        let candidates = archive.map { InputPlan.Candidate(path: $0.hasSuffix("/") ? String($0.dropLast()) : $0, isDirectory: $0.hasSuffix("/")) }
        return InputPlan(DeclaredInput(executable: executable, standardInput: nil, transferInput: transferInput), candidates: candidates)
    }

    @Test func missingFilesHaveTheNamesOfTheDescription() {
        let plan = plan("d/a.txt,/data/b.txt,\(DeclaredInput.top)/c.txt", executable: DeclaredInput.top + "/bin/run.sh", archive: ["a"])
        #expect(plan.missing == ["d/a.txt", "/data/b.txt", "c.txt", "bin/run.sh"])
    }

    @Test func filesTravelUnderTheirBaseNames() {
        let plan = plan("data/a.txt,./b.txt,/home/alice/c.txt", executable: "job.sh", archive: ["data/a.txt", "b.txt", "c.txt", "job.sh", "extra"])
        #expect(plan.items.map(\.target) == ["a.txt", "b.txt", "c.txt", "job.sh"])
        #expect(plan.items.map(\.source) == ["data/a.txt", "b.txt", "c.txt", "job.sh"])
        #expect(plan.missing == [] && !plan.accepted.contains("extra"))
    }

    @Test func flatArchiveServesDeclaredPaths() {
        #expect(plan("data/a.txt", archive: ["a.txt"]).items == [.init(source: "a.txt", target: "a.txt", isDirectory: false)])
    }

    @Test func directoriesComeWithTheirContentsParentsFirst() {
        let plan = plan("in/dd", archive: ["in/dd/e/f.txt", "in/dd/", "in/dd/a.txt", "in/dd/e/", "in/ddx"])
        #expect(plan.items.map(\.target) == ["dd", "dd/a.txt", "dd/e", "dd/e/f.txt"])
        #expect(plan.items.map(\.isDirectory) == [true, false, true, false])
    }

    @Test func impliedDirectoriesAreMade() {
        let plan = plan("dd", archive: ["dd/e/f.txt"])
        #expect(plan.items.map(\.target) == ["dd", "dd/e", "dd/e/f.txt"])
        #expect(plan.items.map(\.isDirectory) == [true, true, false])
    }

    @Test func trailingSlashSendsTheContents() {
        #expect(plan("dd/", archive: ["dd/x", "dd/y/z"]).items.map(\.target) == ["x", "y", "y/z"])
    }

    @Test func missingNamesAreAllNamed() {
        let plan = plan("a,b/c", executable: "job.sh", archive: ["job.sh/", "a"])
        #expect(plan.missing == ["b/c", "job.sh"])
    }

    @Test func nothingTravelsTwice() {
        #expect(plan("dd/x,dd/", archive: ["dd/x"]).items.map(\.target) == ["x"])
    }
}
