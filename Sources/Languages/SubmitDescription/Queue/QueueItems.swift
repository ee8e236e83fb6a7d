import MacroLanguage
import Text

/// The jobs of one `queue` statement, as rows and steps in order.
struct QueueIteration: Sendable {
    let statement: QueueStatement
    let variables: [Bytes]
    /// Rows in the order in which they are used. A nil row stands for the empty item of a statement without a list.
    private let rows: [Int]
    /// Number of jobs per row.
    let stepCount: Int

    init(_ statement: QueueStatement) {
        self.statement = statement
        stepCount = max(1, statement.count)
        variables = statement.variables
        var rows: [Int] = []
        let count = statement.items.count
        if statement.source == .none {
            rows = [0]
        } else if let slice = statement.slice {
            if slice.count(of: count) > 0 {
                while let row = slice.row(rows.count, of: count) {
                    let exists = row >= 0 && row < count
                    if !exists, !rows.isEmpty { break }
                    rows.append(row)
                    if slice.step.map({ $0 <= 0 }) ?? false { break }
                }
            }
        } else {
            rows = Array(0..<count)
        }
        self.rows = rows
    }

    /// Nil on overflow.
    var jobCount: Int? {
        let (product, overflow) = rows.count.multipliedReportingOverflow(by: stepCount)
        return overflow ? nil : product
    }

    /// Puts the numbers and loop variables of job number `index` into the context.
    func prepare(_ index: Int, in context: SubmitContext) {
        let row = rows[index / stepCount]
        context.row = row
        context.step = index % stepCount
        guard context.step == 0 else { return }
        select(row, in: context)
    }

    /// Puts the first item into the context, whatever the slice. A factory's cluster ad is made from it.
    func prepareForFactory(in context: SubmitContext) {
        context.row = 0
        context.step = 0
        select(0, in: context)
    }

    private func select(_ row: Int, in context: SubmitContext) {
        guard statement.source != .none, statement.items.indices.contains(row) else {
            context.table.setLive(Bytes("Item".utf8), to: [], isUsed: true)
            return
        }
        let columns = statement.options.columns(of: statement.items[row], count: variables.count)
        for (variable, column) in zip(variables, columns) { context.table.setLive(variable, to: column) }
    }
}

/// Loads the items of a `queue` statement from their source.
struct QueueItemLoader {
    let context: SubmitContext
    let findings: Findings
    let files: (any SubmitFiles)?
    let parameters: SubmitParameters

    /// - Parameter lines: the description after the statement, in which a list in parentheses may continue.
    func load(_ statement: inout QueueStatement, _ lines: inout LogicalLineReader, at line: LogicalLine) {
        if statement.source != .none, statement.variables.isEmpty { statement.variables = [Bytes("Item".utf8)] }
        if statement.continues { readOn(&statement, &lines, at: line) }
        guard statement.itemFile != nil || statement.source.isMatching else {
            applyHeader(&statement)
            return
        }
        // Read this even if nothing is matched.
        guard let wanted = wantedKinds(of: statement.source, at: line) else { return }
        if let name = statement.itemFile {
            guard let bytes = externalItems(name, at: line) else { return }
            var items = SourceText(name: name, bytes: bytes).lines(index: 0)
            while let item = items.next() { statement.items.append(item.bytes) }
        } else {
            match(&statement, wanted, at: line)
        }
        applyHeader(&statement)
    }

    private func readOn(_ statement: inout QueueStatement, _ lines: inout LogicalLineReader, at line: LogicalLine) {
        while let next = lines.next() {
            if next.bytes.first == ASCII.hash { continue }
            if next.bytes.first == ASCII.close { return }
            if statement.source == .rows {
                statement.items.append(next.bytes)
            } else {
                statement.items += tokens(of: next.bytes)
            }
        }
        findings.error("end of the description without the closing parenthesis of this queue statement", at: line.map.first)
    }

    private func externalItems(_ name: String, at line: LogicalLine) -> Bytes? {
        guard let files else {
            if let text = parameters.itemTexts[name.hasPrefix("./") ? String(name.dropFirst(2)) : name] { return Bytes(text.utf8) }
            findings.error(
                "queue from '\(name)' would read a file of this server, which a submitted description must not do", at: line.map.first,
                expected: "an item list in parentheses")
            return nil
        }
        do {
            guard name != "-" else { throw SubmitFileError("items cannot be read from standard input") }
            // A directory can be opened but has no lines. An empty name stands for the working directory.
            if files.status(of: name.isEmpty ? files.workingDirectory : name)?.isDirectory == true { return [] }
            return try files.contents(toInclude: name, IncludeOptions())
        } catch {
            findings.error("cannot read the items of queue from '\(name)': \(error)", at: line.map.first)
            return nil
        }
    }

    private func flag(_ names: (String, String), _ fallback: Bool) -> Bool {
        guard let value = context.lookup(Bytes(names.0.utf8)) ?? context.lookup(Bytes(names.1.utf8)), !value.isEmpty,
            let text = try? context.expand(value)
        else { return fallback }
        return Numbers.booleanOrExpression(ASCII.string(text)) ?? fallback
    }

    /// The kinds of files that patterns match; nil, with an error, if the description's setting is invalid.
    private func wantedKinds(of source: QueueStatement.Source, at line: LogicalLine) -> (files: Bool, directories: Bool)? {
        var wanted = (files: true, directories: true)
        if let value = context.lookup(Bytes("SubmitMatchDirectories".utf8)) ?? context.lookup(Bytes("submit_match_directories".utf8)),
            !value.isEmpty
        {
            switch ASCII.lowercased(ASCII.string(value)) {
            case "never", "no", "false": wanted = (true, false)
            case "only": wanted = (false, true)
            case "yes", "true": break
            default:
                findings.error("'\(ASCII.string(value))' is not a valid value for SubmitMatchDirectories", at: line.map.first)
                return nil
            }
        }
        switch source {
        case .matchingFiles: return (true, false)
        case .matchingDirectories: return (false, true)
        case .matchingAny: return (true, true)
        default: return wanted
        }
    }

    /// Replaces patterns by the names that they match (condor_utils/submit_glob.cpp).
    private func match(_ statement: inout QueueStatement, _ wanted: (files: Bool, directories: Bool), at line: LogicalLine) {
        guard let files else {
            findings.error(
                "queue matching would look at the files of this server, which a submitted description must not do", at: line.map.first,
                expected: "an item list in parentheses")
            return
        }
        let warnsEmpty = flag(("SubmitWarnEmptyMatches", "submit_warn_empty_matches"), true)
        let failsEmpty = flag(("SubmitFailEmptyMatches", "submit_fail_empty_matches"), false)
        let warnsDuplicates = flag(("SubmitWarnDuplicateMatches", "submit_warn_duplicate_matches"), true)
        let allowsDuplicates = flag(("SubmitAllowDuplicateMatches", "submit_allow_duplicate_matches"), false)
        var result: [Bytes] = []
        var seen: Set<Bytes> = []
        var empty: [(pattern: String, order: Int)] = []
        var lastWithMatch = -1
        for (order, pattern) in statement.items.enumerated() {
            let pattern = ASCII.string(pattern)
            let found = files.matches(ofPattern: pattern)
            // glob(3) checks the kind of file only if the last component is a pattern.
            let takesAnyFile = !(pattern.utf8.split(separator: ASCII.slash).last ?? pattern.utf8[...]).contains { "*?[\\".utf8.contains($0) }
            let matches = found.filter { name in
                let isDirectory = name.utf8.last == ASCII.slash
                return isDirectory ? wanted.directories : wanted.files || takesAnyFile
            }
            if !(wanted.files ? found : matches).isEmpty { lastWithMatch = order }
            if matches.isEmpty { empty.append((pattern, order)) }
            var own: Set<Bytes> = []
            for name in matches {
                let bytes = Bytes(name.utf8)
                own.insert(bytes)
                if !allowsDuplicates, seen.contains(bytes) {
                    if warnsDuplicates {
                        findings.warning("'\(name)' matching '\(pattern)' is a duplicate and is skipped", at: line.map.first)
                    }
                    continue
                }
                result.append(bytes)
            }
            seen.formUnion(own)
        }
        if failsEmpty, !empty.isEmpty {
            findings.error("no matches for \(empty.map { "'\($0.pattern)'" }.joined(separator: ", "))", at: line.map.first)
        } else if warnsEmpty {
            for (pattern, order) in empty where order > 0 && order <= lastWithMatch {
                findings.warning("'\(pattern)' does not match any files", at: line.map.first)
            }
        }
        statement.items = result
    }

    /// Takes the column names from the header row, and removes the rows before the data.
    private func applyHeader(_ statement: inout QueueStatement) {
        guard let header = statement.options.headerRow, header >= 0, header < statement.items.count else { return }
        let names = statement.options.columns(of: statement.items[header], count: nil)
        if !names.isEmpty {
            guard names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isNameByte) }) else { return }
            statement.variables = names
        }
        statement.items.remove(at: header)
        if header > 0 { statement.items.removeFirst(min(statement.items.count, header - 1 + max(0, statement.options.skippedRows))) }
    }
}
