import ClassAd
import CondorModel
import Diagnostics
import MacroLanguage
import Text

/// A late materialization factory: the description of a cluster whose jobs the scheduler makes.
package struct SubmitFactory: Sendable {
    private let table: SubmitTable
    private let statement: QueueStatement
    private let parameters: SubmitParameters
    private let files: (any SubmitFiles)?
    /// The cluster's universe if only an image determines it.
    private let impliedUniverse: String?
    private let hasHostExecutable: Bool

    /// The largest number of jobs at a time.
    package let materializeLimit: Int
    /// Rows of items in the form in which `condor_submit` sends them: fields separated by the byte 0x1F, each row ended by a newline; empty without
    /// items. Empty fields at the start of a row are omitted (observed with 25.14.1).
    package var itemData: [UInt8] {
        var data = Bytes()
        for item in statement.items {
            let columns = statement.options.columns(of: item, count: statement.variables.count)
            data += Bytes(columns.drop(while: \.isEmpty).joined(separator: [0x1F]))
            data.append(ASCII.newline)
        }
        return data
    }
    /// Number of rows in `itemData`.
    package var rowCount: Int { statement.items.count }

    init(_ builder: JobBuilder, _ stage: SubmitPlan.Stage, total: Int) throws {
        var table = stage.ownTable
        if stage.iteration.variables.isEmpty { table.setLive(Bytes("Item".utf8), to: []) }
        self.table = table
        statement = stage.iteration.statement
        parameters = builder.parameters
        files = builder.files
        impliedUniverse = builder.universe == .vanilla ? (builder.isContainer ? "container" : builder.isDocker ? "docker" : nil) : nil
        hasHostExecutable = builder.universe != .vm && !["ec2", "gce", "azure"].contains(builder.gridType)
        let limit = try builder.integer("max_materialize", "JobMaterializeLimit").map { $0 <= 0 ? Int64(total) : $0 } ?? Int64(total)
        materializeLimit = max(1, Int(min(limit, Int64(total))))
    }

    /// The description as the scheduler reads it. Everything that does not depend on the job is expanded, and everything that is in the cluster ad
    /// is omitted (condor_utils/submit_utils.cpp, `make_digest`).
    ///
    /// - Parameters:
    ///   - clusterID: the cluster's number.
    ///   - itemFile: the scheduler's name for the items that it received; nil without items.
    package func digest(clusterID: Int, itemFile: String?) throws(SubmitError) -> String {
        try text(in: context(clusterID)) + "\n" + queueStatement(itemFile)
    }

    /// Marks the names that the digest uses.
    func markUses(in used: inout SubmitTable) {
        let context = context(1)
        guard (try? text(in: context)) != nil else { return }
        for item in context.table.items where item.isUsed { used.markUsed(ASCII.string(item.name)) }
    }

    private func context(_ clusterID: Int) -> SubmitContext {
        let context = SubmitContext(table: table)
        context.environment = SubmitDescription.environment(files)
        context.cluster = clusterID
        context.workingDirectory = Bytes(directory.utf8)
        for variable in statement.variables + [Bytes("Item".utf8)] { context.table.setLive(variable, to: []) }
        return context
    }

    /// Everything except the queue statement.
    private func text(in context: SubmitContext) throws(SubmitError) -> String {
        var perJob = Set(["process", "procid", "step", "row", "node", "item", "taskid"].map { MacroName($0) })
        perJob.formUnion(statement.variables.map { MacroName($0) })
        let omitted = omittedNames(context)

        var lines = Bytes()
        if let impliedUniverse, !has(["universe", "jobuniverse"]) { lines += Bytes("Universe=\(impliedUniverse)\n".utf8) }
        lines += Bytes("FACTORY.Requirements=MY.Requirements\n".utf8)
        for item in table.items {
            let key = ASCII.lowercased(ASCII.string(item.name))
            guard item.name.first != ASCII.dollar, !omitted.contains(key) else { continue }
            let (expanded, isPending) = try expand(item, perJob, context)
            guard isPending || !Self.isPrunable(key) else { continue }
            let value = fixed(expanded, of: key, isPending)
            lines += item.name
            if value.contains(ASCII.newline) {
                lines += Bytes("@=end\n".utf8) + value
                if value.last != ASCII.newline { lines.append(ASCII.newline) }
                lines += Bytes("@end".utf8)
            } else {
                lines.append(ASCII.equals)
                lines += value
            }
            lines.append(ASCII.newline)
        }
        return ASCII.string(lines)
    }

    private func queueStatement(_ itemFile: String?) -> String {
        var text = "Queue "
        if statement.count > 0 { text += "\(statement.count) " }
        if !statement.variables.isEmpty { text += statement.variables.map { ASCII.string($0) }.joined(separator: ",") + " " }
        if let itemFile {
            text += "from "
            if let slice = statement.slice { text += slice.description + " " }
            text += itemFile
        }
        return text + "\n"
    }

    private var directory: String { files?.workingDirectory ?? parameters.workingDirectory }

    private func has(_ names: [String]) -> Bool { names.contains { table.find(Bytes($0.utf8)) != nil } }

    private func expand(
        _ item: SubmitTable.Item, _ perJob: Set<MacroName>, _ context: SubmitContext
    ) throws(SubmitError) -> (value: Bytes, isPending: Bool) {
        do {
            return try context.expandSelectively(item.value, keeping: perJob)
        } catch {
            throw SubmitError([Diagnostic(.error, "the value of '\(ASCII.string(item.name))' cannot be expanded for late materialization")])
        }
    }

    /// Commands whose whole effect is in the cluster ad, which a factory's jobs cannot change.
    private func omittedNames(_ context: SubmitContext) -> Set<String> {
        var names: Set<String> = ["getenv", "get_env", "requirements", "on_evict_checks", "transformonevict"]
        for name in ["on_evict_checks", "TransformOnEvict"] {
            guard let value = context.lookup(Bytes(name.utf8)), let list = try? context.expand(value) else { continue }
            for tag in tokens(of: ASCII.string(list)) {
                names.insert(ASCII.lowercased("transform_body_" + tag))
                names.insert(ASCII.lowercased("TransformBody_" + tag))
            }
            break
        }
        return names
    }

    private static func isPrunable(_ key: String) -> Bool { CommandTable.prunable.contains(key) || key.hasPrefix("my.") }

    /// Completes paths that the scheduler could not complete.
    private func fixed(_ value: Bytes, of key: String, _ isPending: Bool) -> Bytes {
        switch key {
        // Not JobUniverse, which remains unchanged (observed with 25.14.1).
        case "universe":
            return impliedUniverse.map { Bytes($0.utf8) } ?? value
        case "initialdir", "initial_dir", "iwd", "job_iwd": break
        case "executable", "cmd": if isPending || !hasHostExecutable { return value }
        default: return value
        }
        let text = ASCII.string(value)
        guard !value.isEmpty, !text.contains("$$("), JobBuilder.scheme(of: text) == nil else { return value }
        let path = JobBuilder.isAbsolute(text) ? "/" + text : "/" + directory + "/" + text
        return Bytes(JobBuilder.compressed(path).utf8)
    }
}
