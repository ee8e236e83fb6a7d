import ClassAd
import Diagnostics
import JSON
import SubmitDescription

/// `submit.jsonl`: the ads `condor_submit -dry-run` makes of a description, and what it says about it.
struct SubmitCases: CorpusRunner {
    private let files: FixtureFiles

    /// Attributes that depend on the time or the machine the corpus was recorded on.
    private static let ignored: Set<String> = [
        "qdate", "enteredcurrentstatus", "condorversion", "condorplatform", "submitversion", "filesystemdomain",
    ]

    static func accepts(_ first: JSONValue) -> Bool {
        first["submit"] != nil && first["clusters"] != nil
    }

    init(directory: String) throws {
        let fixtures = try JSONValue.parse(try bytes(of: "\(directory)/submit-fixtures.json"), limits: .init(length: 8 << 20, depth: 16))
        files = FixtureFiles(fixtures)
    }

    func difference(in testCase: JSONValue) -> Difference? {
        let text = testCase["submit"]?.text ?? ""
        let messages = Self.messages(testCase)
        var problem: String?
        do throws(SubmitError) {
            let plan = try SubmitDescription.parse(text, mode: .local(files.with("job.sub", text)), parameters: parameters(testCase))
            if testCase["rc"] != .integer(0) {
                problem = "accepted"
            } else {
                problem = try mismatch(plan, testCase)
                if problem == nil { problem = try Self.digestMismatch(plan, testCase) }
                if problem == nil { problem = Self.mismatch(plan.warnings, messages) }
            }
        } catch {
            if testCase["rc"] == .integer(0) {
                problem = "refused: \(error)"
            } else {
                problem = Self.mismatch(error, messages)
            }
        }
        guard let problem else { return nil }
        return Difference(expected: "\(testCase["submit"]?.shown ?? "") \(testCase["messages"]?.shown ?? "")", got: problem)
    }

    private func parameters(_ testCase: JSONValue) -> SubmitParameters {
        var parameters = SubmitParameters()
        parameters.fileName = "job.sub"
        parameters.submitter = "alice"
        parameters.spool = false
        parameters.submitTime = 1_790_000_000
        parameters.providesTokens = false
        parameters.configuration["SCHEDD_INTERVAL"] = "5"
        // That of the machine, which expressions may look at.
        if let domain = testCase["clusters"]?.elements?.first?["ad"]?["FileSystemDomain"]?.text, domain.count > 2, domain.hasPrefix("\"") {
            parameters.configuration["FILESYSTEM_DOMAIN"] = String(domain.dropFirst().dropLast())
        }
        var arguments = (testCase["args"]?.elements ?? []).compactMap(\.text)[...]
        while let argument = arguments.popFirst() {
            switch argument {
            case "-queue":
                var statement = "queue"
                while let word = arguments.first, !word.hasPrefix("-") {
                    statement += " " + word
                    arguments.removeFirst()
                }
                parameters.queueStatement = statement
            case "-append": parameters.appendedLines.append(arguments.popFirst() ?? "")
            case "-batch-name": parameters.appendedLines.append("MY.JobBatchName = \"\(arguments.popFirst() ?? "")\"")
            case "-maxjobs": parameters.jobLimit = arguments.popFirst().flatMap { Int($0) } ?? 0
            case "-unused": parameters.warnsAboutUnused = false
            case "-factory": parameters.isFactory = true
            default:
                let parts = argument.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { parameters.arguments.append((String(parts[0]), String(parts[1]))) }
            }
        }
        return parameters
    }

    // MARK: Ads

    private func mismatch(_ plan: SubmitPlan, _ testCase: JSONValue) throws(SubmitError) -> String? {
        let clusters = testCase["clusters"]?.elements ?? []
        guard plan.procCount > 0 || !clusters.isEmpty else { return nil }
        guard clusters.count == 1, plan.procCount > 0 else { return "\(plan.procCount) jobs" }
        var ads = try plan.ads()
        if let difference = Self.difference(ads.clusterAd, clusters[0]["ad"]) { return "cluster: \(difference)" }
        var count = 0
        let expected = clusters[0]["procs"]?.elements ?? []
        while let ad = try ads.next() {
            guard count < expected.count else { return "more than \(expected.count) jobs" }
            if let difference = Self.difference(ad, expected[count]) { return "job \(count): \(difference)" }
            count += 1
        }
        return count == expected.count ? nil : "\(count) jobs"
    }

    /// What a factory is sent besides the cluster ad, where that was recorded.
    private static func digestMismatch(_ plan: SubmitPlan, _ testCase: JSONValue) throws(SubmitError) -> String? {
        guard let expected = testCase["digest"] else { return nil }
        guard let factory = plan.factory else { return "no factory" }
        let digest = try factory.digest(clusterID: 1, itemFile: factory.rowCount > 0 ? "ITEMS" : nil)
        if digest != expected["text"]?.text { return "digest \(digest) (not \(expected["text"]?.text ?? ""))" }
        let items = String(decoding: factory.itemData, as: UTF8.self)
        return items == expected["items"]?.text ? nil : "items \(items) (not \(expected["items"]?.text ?? ""))"
    }

    /// The attributes that differ; only the first line of a value counts, as that is what the corpus has.
    private static func difference(_ ad: ClassAd, _ expected: JSONValue?) -> String? {
        var wanted: [String: String] = [:]
        for member in expected?.members ?? [] where !ignored.contains(member.name.lowercased()) {
            wanted[member.name] = member.value.text ?? ""
        }
        var problems: [String] = []
        for (name, expression) in ad where !ignored.contains(name.lowercased()) && isAttributeName(name) {
            let text = expression.unparsed(.old)
            let line = String(text.prefix { $0 != "\n" })
            guard let other = wanted.removeValue(forKey: name) else {
                problems.append("+ \(name)=\(line)")
                continue
            }
            if !line.utf8.elementsEqual(other.utf8) { problems.append("\(name)=\(line) (not \(other))") }
        }
        problems += wanted.filter { isAttributeName($0.key) }.sorted { $0.key < $1.key }.map { "- \($0.key)=\($0.value)" }
        return problems.isEmpty ? nil : problems.joined(separator: "; ")
    }

    private static func isAttributeName(_ name: String) -> Bool { name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil }

    // MARK: Messages

    /// A message with the lines that continue it.
    private struct Message {
        var isError: Bool
        var text: String
        private var firstLine: Substring { text.prefix { $0 != "\n" } }
        var isMacroComplaint: Bool {
            ["at Queue statement", "of submit file: $", "with -a argument #0: $"].contains { text.contains($0) }
        }
        /// The line of the description it names, for messages about reading it.
        var line: Int? {
            if let match = text.firstMatch(of: /for Queue command on line ([0-9]+)/) { return Int(match.1) }
            guard let match = text.firstMatch(of: /(?:on Line|Line) ([0-9]+)(?: of|:)/), !isMacroComplaint, !text.contains("Submit:-1:") else {
                return nil
            }
            return Int(match.1)
        }
        /// Words that say what it is about; one of them must be in ours.
        var keywords: [String] {
            if text.contains("does not match any files") { return ["does not match"] }
            if text.hasPrefix("Failed to process job credential requests") { return ["oauth"] }
            if let match = text.firstMatch(of: /the line '([^ ]*) =/) { return ["the line '\(match.1) ="] }
            if let match = text.firstMatch(of: /Queue variable '([^']*)'/) { return ["variable '\(match.1)'"] }
            if let match = text.firstMatch(of: /(?:Line [0-9]+(?:| of submit file)|argument #0): (\$[A-Z_]+)/) { return [String(match.1)] }
            if let match = text.firstMatch(of: /Parse error in expression:\s*([^ =]+) =/) { return [String(match.1)] }
            if let match = text.firstMatch(of: /^ERROR: (?:SUBMIT_CMD_|SUBMIT_KEY_)?([A-Za-z0-9_]+)=/) { return [String(match.1)] }
            return firstLine.matches(of: /[A-Za-z0-9]+_[A-Za-z0-9_]+|[A-Z]?[a-z]+[A-Z][A-Za-z]+|SIG[A-Z]+|'[A-Za-z0-9_.]+'/).map { match in
                String(match.0.filter { $0 != "'" })
            }
        }
    }

    private static func messages(_ testCase: JSONValue) -> [Message] {
        var result: [Message] = []
        var seen: Set<String> = []
        for line in (testCase["messages"]?.elements ?? []).compactMap(\.text) {
            if line.hasPrefix("\t at Step ") { continue }  // Ours do not repeat for each job.
            if line == "WARNING: " { continue }  // The message follows with a WARNING of its own.
            if !seen.insert(line).inserted { continue }
            if line.hasPrefix("ERROR: Failed to parse command file") { continue }
            if line.hasPrefix("ERROR") || line.hasPrefix("WARNING") || line.hasPrefix("Failed to process") {
                result.append(Message(isError: !line.hasPrefix("WARNING"), text: line))
            } else if !result.isEmpty {
                result[result.count - 1].text += "\n" + line
            }
        }
        return result
    }

    private static func agrees(_ message: Message, _ diagnostic: Diagnostic) -> Bool {
        let keywords = message.keywords
        guard !keywords.isEmpty else { return true }
        let ours = diagnostic.summary.lowercased()
        return keywords.contains { ours.contains($0.lowercased()) }
    }

    /// Of a description that is accepted, every message must have its warning, and every warning its message.
    private static func mismatch(_ warnings: [Diagnostic], _ messages: [Message]) -> String? {
        // Macro functions complain once for each value and job there, and once for each place here.
        var rest = warnings.filter { !$0.summary.hasPrefix("$") }
        let complaints = warnings.filter { $0.summary.hasPrefix("$") }
        for message in messages where message.isMacroComplaint {
            guard complaints.contains(where: { agrees(message, $0) }) else { return "no warning like: \(message.text); have \(complaints)" }
        }
        for complaint in complaints where !messages.contains(where: { $0.isMacroComplaint && agrees($0, complaint) }) { rest.append(complaint) }
        for message in messages where !message.isMacroComplaint {
            guard let index = rest.firstIndex(where: { agrees(message, $0) }) else { return "no warning like: \(message.text); have \(warnings)" }
            rest.remove(at: index)
        }
        // A misspelt request_ command is warned of here only.
        rest.removeAll { $0.summary.contains("asks for a resource '") }
        return rest.isEmpty ? nil : "unexpected: \(rest.map(\.summary))"
    }

    /// Of a description that is refused, the first error must be among ours, at the same line; or the last one, as what HTCondor says
    /// first may be a consequence of that.
    private static func mismatch(_ error: SubmitError, _ messages: [Message]) -> String? {
        let errors = messages.filter(\.isError)
        guard let first = errors.first, let last = errors.last else { return nil }
        guard let problem = mismatch(error, first) else { return nil }
        return mismatch(error, last) == nil ? nil : problem
    }

    private static func mismatch(_ error: SubmitError, _ first: Message) -> String? {
        let errors = error.diagnostics.filter { $0.severity == .error }
        // A failing macro function is printed as an error, but it is another one that has the description refused.
        let candidates = first.isMacroComplaint ? error.diagnostics : errors
        guard let ours = candidates.first(where: { agrees(first, $0) }) else { return "\(error)" }
        if let line = first.line, line != ours.line { return "line \(ours.line): \(error)" }
        return nil
    }
}
