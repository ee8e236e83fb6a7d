import MacroLanguage
import Text

/// The state for expanding macros: the table, the live values of the current job, and the parts of the host that a description may access.
///
/// Not shared between tasks: each reader and each job builder has its own.
final class SubmitContext: MacroSource {
    /// Upper bound on the work for reading a description or making one job.
    static let allWork = 128 << 20
    /// Upper bound on the work for one value.
    static let workPerValue = 48 << 20

    var table: SubmitTable
    /// Numbers of the current job.
    var cluster = 1
    var process = 0
    var step = 0
    var row = 0
    /// Base of `$Ff()`; nil while no job has a working directory.
    var workingDirectory: Bytes?
    /// The environment; nil if it must not be accessed.
    var environment: (@Sendable (String) -> String?)?
    /// Whether the current step used something that differs between the jobs of a cluster: process, step, row, item, a random choice.
    var dependsOnProcess = false
    /// Whether anything used the cluster's number.
    var dependsOnCluster = false
    /// Wrong macros since the list was last emptied.
    var complaints: [MacroComplaint] = []
    /// The work left for everything this context does, a guard against descriptions that are expensive as a whole.
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

    /// The unexpanded value of a name: the description's, or else the default; nil if there is neither. Marks the name as used.
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

    /// Expands every macro except `$$()`.
    func expand(_ value: Bytes) throws(MacroError) -> Bytes {
        guard value.contains(ASCII.dollar) else { return value }
        return try withExpander { expander throws(MacroError) in try expander.expand(value) }
    }

    /// Expands only references of `value` to `name` itself, as an assignment does before it replaces the old value.
    func expandSelf(_ value: Bytes, name: Bytes) throws(MacroError) -> Bytes {
        guard value.contains(ASCII.dollar) else { return value }
        return try withExpander { expander throws(MacroError) in try expander.expandSelf(value, name: name) }
    }

    /// Expands everything that does not depend on one of the names `kept`. `isPending` tells whether something was left. Complaints are dropped,
    /// since a macro that is wrong now may be right for a job.
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
