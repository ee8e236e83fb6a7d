package import POSIX

/// Finds the strongest isolation that this machine supports, by starting runs that end at once.
///
/// It uses run number 0, so run only one probe at a time.
package struct IsolationProbe: Sendable {
    private let execution: Execution
    private let directory: RunDirectory
    private let access: FileAccess
    private let hasPrivateTemporary: Bool

    /// - Parameters:
    ///   - parent: the directory for all runs.
    ///   - access: a job's account, and the files that are hidden from it.
    ///   - hasPrivateTemporary: whether jobs get private directories for temporary files.
    package init(_ execution: Execution, in parent: String, access: FileAccess, hasPrivateTemporary: Bool) {
        self.execution = execution
        directory = RunDirectory(in: parent, run: 0)
        self.access = access
        self.hasPrivateTemporary = hasPrivateTemporary
    }

    /// The strongest isolation that works; in the worst case none.
    ///
    /// - Returns: also why tries could not be made.
    package func strongest(isRoot: Bool) async -> (isolation: Isolation, problems: [SystemError]) {
        var problems: [SystemError] = []
        defer { try? directory.remove() }
        for candidate in Isolation.candidates(isRoot: isRoot) where !candidate.isEmpty {
            try? directory.remove()
            do throws(SystemError) {
                try prepare(candidate)
                if try await succeeds(candidate) { return (candidate, problems) }
            } catch {
                problems.append(error)
            }
        }
        return ([], problems)
    }

    private func prepare(_ candidate: Isolation) throws(SystemError) {
        try directory.make(owner: access.account, hasPrivateTemporary: hasPrivateTemporary)
        var plan = LaunchPlan(
            program: "", arguments: [], environment: [], workingDirectory: directory.scratch, scratch: directory.scratch, account: access.account,
            isolation: candidate, hidden: access.hidden, endsWithScheduler: true)
        if hasPrivateTemporary { plan.binds = directory.temporaryBinds }
        try directory.write(try plan.encoded(run: directory.run), to: directory.plan)
    }

    private func succeeds(_ candidate: Isolation) async throws(SystemError) -> Bool {
        let (reports, mailbox) = AsyncStream<Execution.Report>.makeStream()
        execution.listen(to: directory.run) { mailbox.yield($0) }
        defer { execution.forget(directory.run) }
        try execution.start(directory, isolation: candidate)
        for await report in reports {
            switch report {
            case .executing: continue
            case .exited: return true
            case .failed: return false
            }
        }
        return false
    }
}
