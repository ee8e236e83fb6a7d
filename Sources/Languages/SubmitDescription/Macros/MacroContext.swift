/// Why a value could not be expanded.
struct ExpansionFailure: Error {
    enum Reason: Sendable {
        /// `$ENV(name)` where the environment is out of reach.
        case environment(String)
        /// The value grew beyond `MacroContext.longestValue`, or expanding went on and on.
        case tooLarge
        case endless
    }

    var reason: Reason
    /// Offset, in the value that was to be expanded, of the macro in which it happened.
    var offset: Int
}

/// A macro function that HTCondor takes for wrong, but expands (mostly to nothing) all the same.
struct MacroComplaint: Sendable {
    var message: String
    /// Offset in the value that was expanded of the outermost macro.
    var offset: Int
}

/// The state macros expand in: the table, the live values of the job that is being made, and what lies outside of the description.
///
/// Not shared between tasks: each reader and each job builder has its own.
final class MacroContext {
    /// Longest value in bytes.
    static let longestValue = 4 << 20
    /// Work, in bytes looked at or copied, that one value may take.
    static let workPerValue = 48 << 20
    /// Work that reading a description, or making one job, may take.
    static let allWork = 128 << 20
    /// What replacing a macro costs besides its bytes.
    static let workPerMacro = 256
    static let deepestNesting = 64

    var table: MacroTable
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
    var complaints: [MacroComplaint] = []
    /// Work left for everything this context does; guards against descriptions that are expensive as a whole.
    var remainingWork = MacroContext.allWork
    private var nesting = 0
    private var outermostOrigin = 0
    private var random = SystemRandomNumberGenerator()

    init(table: MacroTable) {
        self.table = table
    }

    // MARK: Names

    /// The unexpanded value of a name: the description's, else the default; nil if there is neither. Marks the name as used.
    func lookup(_ name: Bytes) -> Bytes? {
        let key = MacroTable.Key(name)
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
    func expand(_ value: Bytes, keepDollar: Bool = false) throws(ExpansionFailure) -> Bytes {
        guard value.contains(ASCII.dollar) else { return value }
        let expanded = try replaceMacros(in: value) { match, text in
            !(match.function == .reference && Self.isDollar(text[match.body]))
        }
        guard !keepDollar else { return expanded }
        return replaceDollar(in: expanded)
    }

    /// Only references of `value` to `name` itself expanded: what an assignment does before it replaces the old value.
    func expandSelf(_ value: Bytes, name: Bytes) throws(ExpansionFailure) -> Bytes {
        guard value.contains(ASCII.dollar) else { return value }
        return try replaceMacros(in: value) { match, text in
            guard match.function == .reference || match.function == .fileName else { return false }
            let body = text[match.body]
            guard body.count >= name.count, ASCII.equalIgnoringCase(body.prefix(name.count), name) else { return false }
            return body.count == name.count || body[body.startIndex + name.count] == ASCII.colon
        }
    }

    static func isDollar(_ body: ArraySlice<UInt8>) -> Bool {
        body.count == MacroScanner.dollarName.count && ASCII.equalIgnoringCase(body, MacroScanner.dollarName)
    }

    /// Replaces, from the left and starting again after each one, the macros `accept` takes.
    private func replaceMacros(
        in value: Bytes, accept: (MacroMatch, Bytes) -> Bool
    ) throws(ExpansionFailure) -> Bytes {
        try descend()
        defer { ascend() }
        var text = value
        /// Length of the end of `text` that still is the end of `value`.
        var untouched = value.count
        /// Offset in `value` of the macro that is being expanded.
        var origin = 0
        var work = Self.workPerValue
        func next() throws(ExpansionFailure) -> MacroMatch? {
            let before = work
            let match = MacroScanner.next(in: text, work: &work) { accept($0, text) }
            remainingWork -= before - work
            guard work > 0, remainingWork > 0 else { throw ExpansionFailure(reason: .endless, offset: origin) }
            return match
        }
        while let match = try next() {
            if match.dollar >= text.count - untouched { origin = value.count - (text.count - match.dollar) }
            if nesting == 1 { outermostOrigin = origin }
            work -= Self.workPerMacro
            remainingWork -= Self.workPerMacro
            let replacement: Bytes
            do {
                replacement = try evaluate(match, in: text, origin: origin)
            } catch {
                throw ExpansionFailure(reason: error.reason, offset: origin)
            }
            guard text.count - (match.end - match.dollar) + replacement.count <= Self.longestValue else {
                throw ExpansionFailure(reason: .tooLarge, offset: origin)
            }
            untouched = min(untouched, text.count - match.end)
            text.replaceSubrange(match.dollar..<match.end, with: replacement)
        }
        return text
    }

    func descend() throws(ExpansionFailure) {
        guard nesting < Self.deepestNesting else { throw ExpansionFailure(reason: .endless, offset: 0) }
        nesting += 1
    }

    func ascend() { nesting -= 1 }

    func replaceDollar(in value: Bytes) -> Bytes {
        var text = value
        while let match = MacroScanner.next(
            in: text, work: &remainingWork, accept: { $0.function == .reference && Self.isDollar(text[$0.body]) })
        {
            text.replaceSubrange(match.dollar..<match.end, with: [ASCII.dollar])
        }
        return text
    }

    func complain(_ message: String, _ origin: Int) {
        guard complaints.count < 100 else { return }
        complaints.append(MacroComplaint(message: message, offset: nesting == 1 ? origin : outermostOrigin))
    }

    /// A number below `count`.
    func randomNumber(below count: Int) -> Int {
        dependsOnProcess = true
        return Int.random(in: 0..<max(1, count), using: &random)
    }
}
