import MacroLanguage
import Text

/// The state macros expand in: the table, the live values of the job that is being made, and the parts of the host that a description may see.
///
/// Not shared between tasks: each reader and each job builder has its own.
final class SubmitContext: MacroSource {
    /// Work that reading a description, or making one job, may take.
    static let allWork = 128 << 20
    /// The work that one value may take.
    static let workPerValue = 48 << 20

    var table: SubmitTable
    /// Numbers of the job being made.
    var cluster = 1
    var process = 0
    var step = 0
    var row = 0
    /// Base of `$Ff()`; nil while no job has a working directory.
    var workingDirectory: Bytes?
    /// The environment, or nil where it is out of reach.
    var environment: (@Sendable (String) -> String?)?
    /// Whether the step that is running came to something that differs between the jobs of a cluster: process, step, row, item, a random choice.
    var dependsOnProcess = false
    /// Whether anything came to the number of the cluster.
    var dependsOnCluster = false
    /// Macros that were wrong since the list was last emptied.
    var complaints: [MacroComplaint] = []
    /// Work left for everything this context does; guards against descriptions that are expensive as a whole.
    var budget = MacroBudget(SubmitContext.allWork)

    init(table: SubmitTable) {
        self.table = table
    }

    // MARK: MacroSource

    let prefixes = [SubmitTable.subsystem.bytes]

    var directory: Bytes? {
        dependsOnProcess = true  // The directory of the job may differ between jobs.
        return workingDirectory
    }

    func value(of name: ArraySlice<UInt8>) -> Bytes? { lookup(MacroName(name)) }

    func environmentVariable(_ name: String) throws(MacroError) -> String? {
        guard let environment else { throw MacroError(.environment(name)) }
        return environment(name)
    }

    func randomNumber(below count: Int) -> Int {
        dependsOnProcess = true
        return Int.random(in: 0..<count)
    }

    // MARK: Names

    /// The unexpanded value of a name: the description's, else the default; nil if there is neither. Marks the name as used.
    func lookup(_ name: Bytes) -> Bytes? { lookup(MacroName(name)) }

    private func lookup(_ key: MacroName) -> Bytes? {
        if let position = table.findForSubmit(key) {
            table[position].isUsed = true
            let item = table[position]
            if item.isLive { dependsOnProcess = true }
            return item.value
        }
        switch table.defaultValue(key) {
        case .value(let value):
            return value
        case .live(let live):
            switch live {
            case .cluster:
                dependsOnCluster = true
                return Bytes(String(cluster).utf8)
            case .process:
                dependsOnProcess = true
                return Bytes(String(process).utf8)
            case .step:
                dependsOnProcess = true
                return Bytes(String(step).utf8)
            case .row:
                dependsOnProcess = true
                return Bytes(String(row).utf8)
            }
        case nil:
            return nil
        }
    }

    // MARK: Expansion

    /// Every macro but `$$()` expanded.
    func expand(_ value: Bytes) throws(MacroError) -> Bytes {
        guard value.contains(ASCII.dollar) else { return value }
        return try withExpander { expander throws(MacroError) in try expander.expand(value) }
    }

    /// Only references of `value` to `name` itself expanded: what an assignment does before it replaces the old value.
    func expandSelf(_ value: Bytes, name: Bytes) throws(MacroError) -> Bytes {
        guard value.contains(ASCII.dollar) else { return value }
        return try withExpander { expander throws(MacroError) in try expander.expandSelf(value, name: name) }
    }

    /// Everything expanded that does not depend on one of the names `kept`; `isPending` if something was left. Complaints are dropped: a macro
    /// that is wrong now may be right for a job.
    func expandSelectively(_ value: Bytes, keeping kept: Set<MacroName>) throws(MacroError) -> (value: Bytes, isPending: Bool) {
        let before = complaints
        defer { complaints = before }
        return try withExpander { expander throws(MacroError) in try expander.expandSelectively(value, keeping: kept) }
    }

    private func withExpander<Result>(_ run: (inout MacroExpander) throws(MacroError) -> Result) throws(MacroError) -> Result {
        let allowed = min(budget.remaining, Self.workPerValue)
        var expander = MacroExpander(self, budget: MacroBudget(allowed))
        defer {
            budget.charge(allowed - expander.budget.remaining)
            complaints += expander.complaints
        }
        return try run(&expander)
    }
}
