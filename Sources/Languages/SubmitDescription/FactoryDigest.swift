import ClassAd
import Diagnostics

/// What the scheduler needs to make the jobs of a cluster itself.
package struct SubmitFactory: Sendable {
    private let table: MacroTable
    private let statement: QueueStatement
    private let parameters: SubmitParameters
    private let files: (any SubmitFiles)?
    /// Universe of the cluster where only an image tells it.
    private let impliedUniverse: String?
    private let hasHostExecutable: Bool

    /// How many jobs may exist at a time.
    package let materializeLimit: Int
    /// Rows of items as `condor_submit` sends them, fields separated by the byte 0x1F and each row ended by a newline; empty without items. Empty fields at the
    /// start of a row are left out (observed against 25.14.1).
    package var itemData: [UInt8] {
        var data = Bytes()
        for item in statement.items {
            let columns = statement.options.columns(of: item, count: statement.variables.count)
            data += Bytes(columns.drop(while: \.isEmpty).joined(separator: [0x1F]))
            data.append(ASCII.newline)
        }
        return data
    }
    /// How many rows `itemData` has.
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

    /// The description as the scheduler reads it: everything that does not depend on the job is expanded, and what already is in the
    /// cluster ad left out (condor_utils/submit_utils.cpp, `make_digest`).
    ///
    /// - Parameters:
    ///   - clusterID: the number of the cluster.
    ///   - itemFile: the name the scheduler gave the items it was sent; nil without items.
    package func digest(clusterID: Int, itemFile: String?) throws(SubmitError) -> String {
        try text(in: context(clusterID)) + "\n" + queueStatement(itemFile)
    }

    /// Marks the names the digest makes use of.
    func markUses(in used: inout MacroTable) {
        let context = context(1)
        guard (try? text(in: context)) != nil else { return }
        for item in context.table.items where item.isUsed { used.markUsed(ASCII.string(item.name)) }
    }

    private func context(_ clusterID: Int) -> MacroContext {
        let context = MacroContext(table: table)
        context.environment = SubmitDescription.environment(files)
        context.cluster = clusterID
        context.workingDirectory = Bytes(directory.utf8)
        for variable in statement.variables + [Bytes("Item".utf8)] { context.table.setLive(variable, to: []) }
        return context
    }

    /// Everything but the queue statement.
    private func text(in context: MacroContext) throws(SubmitError) -> String {
        var perJob: Set<Bytes> = Set(["process", "procid", "step", "row", "node", "item", "taskid"].map { Bytes($0.utf8) })
        perJob.formUnion(statement.variables.map(ASCII.lowercased))
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
        _ item: MacroTable.Item, _ perJob: Set<Bytes>, _ context: MacroContext
    ) throws(SubmitError) -> (value: Bytes, isPending: Bool) {
        do {
            return try context.expandSelectively(item.value, keeping: perJob)
        } catch {
            throw SubmitError([Diagnostic(.error, "the value of '\(ASCII.string(item.name))' cannot be expanded for late materialization")])
        }
    }

    /// Commands whose whole effect is in the cluster ad, which jobs of a factory cannot change.
    private func omittedNames(_ context: MacroContext) -> Set<String> {
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

    /// Paths the scheduler could not complete are completed here.
    private func fixed(_ value: Bytes, of key: String, _ isPending: Bool) -> Bytes {
        switch key {
        case "universe", "jobuniverse":
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

extension MacroContext {
    /// Everything expanded that does not depend on one of the names `kept` (in lower case); `isPending` if something was left.
    func expandSelectively(_ value: Bytes, keeping kept: Set<Bytes>) throws(ExpansionFailure) -> (value: Bytes, isPending: Bool) {
        var text = value
        var isPending = false
        var position = 0
        func accepts(_ match: MacroMatch) -> Bool {
            if match.function == .matched { return false }
            if keeps(match, in: text, kept) {
                isPending = true
                return false
            }
            return true
        }
        while let match = MacroScanner.next(in: text, from: position, matchedToo: true, work: &remainingWork, accept: accepts) {
            guard try canEvaluate(match, in: text, kept), let replacement = try evaluateInPlace(match, in: text, 0) else {
                isPending = true
                position = match.end
                continue
            }
            try replaceInPlace(match, in: &text, with: replacement)
            position = match.dollar
        }
        guard remainingWork > 0 else { throw ExpansionFailure(reason: .endless, offset: 0) }
        complaints = []
        return (text, isPending)
    }

    private func keeps(_ match: MacroMatch, in text: Bytes, _ kept: Set<Bytes>) -> Bool {
        let body = text[match.body]
        switch match.function {
        case .environment, .randomInteger: return false
        case .reference:
            return Self.isDollar(body) || kept.contains(ASCII.lowercased(Bytes(body.prefix { $0 != ASCII.colon })))
        default: return kept.contains(ASCII.lowercased(Bytes(body.prefix { $0 != ASCII.comma })))
        }
    }

    /// Whether the macros a function looks up expand in full.
    private func canEvaluate(_ match: MacroMatch, in text: Bytes, _ kept: Set<Bytes>) throws(ExpansionFailure) -> Bool {
        guard ![.reference, .environment, .randomChoice, .randomInteger, .matched].contains(match.function) else { return true }
        let body = text[match.body]
        // HTCondor reads on behind the parenthesis here: the blank space before it stays, and a comma behind it counts.
        func name(at start: Int) -> ArraySlice<UInt8> {
            let rest = body[start...].drop(while: ASCII.isSpace)
            return rest.firstIndex(of: ASCII.comma).map { ASCII.trimmed(rest[..<$0]) } ?? rest
        }
        var names = [name(at: body.startIndex)]
        if match.function == .choice, let comma = body.firstIndex(of: ASCII.comma), !text[(comma + 1)...].contains(ASCII.comma) {
            names.append(name(at: comma + 1))
        }
        for name in names {
            guard let value = lookup(Bytes(name)) else { continue }
            if kept.contains(ASCII.lowercased(Bytes(name))) { return false }
            if try expandSelectively(value, keeping: kept).isPending { return false }
        }
        return true
    }
}
