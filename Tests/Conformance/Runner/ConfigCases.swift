import ClassAd
import CondorConfig
import Diagnostics
import JSON

/// `config.jsonl`: what a configuration file makes of names, where each value comes from, and which messages there are.
struct ConfigCases: CorpusRunner {
    private let environment: [String: String]
    private let fileSets: [String: [String: String]]

    /// The corpus writes `/cfg` for the folder the recorded runs had. Its name had a character in it that cannot stand in a `$(NAME:default)`.
    private static let folder = "/cfg"
    private static let recordedFolder = "/recorded-cfg"

    static func accepts(_ first: JSONValue) -> Bool {
        first["main"] != nil && first["loads"] != nil
    }

    init(directory: String) throws {
        let fixtures = try JSONValue.parse(try bytes(of: "\(directory)/config-fixtures.json"), limits: .init(length: 1 << 20, depth: 16))
        environment = Self.strings(fixtures["environment"])
        fileSets = Dictionary(uniqueKeysWithValues: (fixtures["filesets"]?.members ?? []).map { ($0.name, Self.strings($0.value)) })
    }

    private static func strings(_ value: JSONValue?) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (value?.members ?? []).map { ($0.name, $0.value.text ?? "") })
    }

    private static func recorded(_ text: String) -> String { replace(folder, by: recordedFolder, in: text) }

    private static func inCorpus(_ text: String) -> String { replace(recordedFolder, by: folder, in: text) }

    private static func replace(_ old: String, by new: String, in text: String) -> String {
        var pieces: [Substring] = []
        var rest = text[...]
        while let range = rest.firstRange(of: old) {
            pieces.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return (pieces + [rest]).joined(separator: new)
    }

    func difference(in testCase: JSONValue) -> Difference? {
        let messages = (testCase["messages"]?.elements ?? []).compactMap(\.text)
        let loads = testCase["loads"]?.truth == true
        let problem: String?
        do {
            let configuration = try load(testCase)
            problem = loads ? mismatch(configuration, testCase, messages) : "it loads"
        } catch let error as ConfigurationError {
            problem = loads ? error.description : mismatch(error, messages)
        } catch {
            problem = "\(error)"
        }
        guard let problem else { return nil }
        let expected = loads ? "\(testCase["values"]?.shown ?? "") \(testCase["summary"]?.shown ?? "")" : "not to load"
        return Difference(expected: "\(testCase["main"]?.shown ?? "") \(expected) \(messages)", got: Self.inCorpus(problem))
    }

    private func load(_ testCase: JSONValue) throws -> Configuration {
        var files = ["\(Self.recordedFolder)/main": Self.recorded(testCase["main"]?.text ?? "")]
        for (name, text) in fileSets[testCase["fileset"]?.text ?? ""] ?? [:] {
            files["\(Self.recordedFolder)/\(name)"] = Self.recorded(text)
        }
        var subsystem = "TOOL"
        var localName: String?
        var arguments = (testCase["args"]?.elements ?? []).compactMap(\.text)[...]
        while let option = arguments.popFirst() {
            if option == "-subsystem" { subsystem = arguments.popFirst() ?? subsystem }
            if option == "-local-name" { localName = arguments.popFirst() }
        }
        let added = Self.strings(testCase["env"]).mapValues(Self.recorded)
        return try Configuration.load(
            root: .path("\(Self.recordedFolder)/main"), subsystem: subsystem, localName: localName,
            environment: environment.merging(added) { $1 }, files: MemoryConfigurationFiles(files),
            facts: HostFacts(hostName: "host", fullHostName: "host.example.org", userName: "alice"))
    }

    // MARK: Configurations that load

    private func mismatch(_ configuration: Configuration, _ testCase: JSONValue, _ messages: [String]) -> String? {
        var failures = 0
        for member in testCase["values"]?.members ?? [] {
            if let problem = mismatch(configuration, member.name, member.value, &failures) { return problem }
        }
        if (failures > 0) != messages.contains(where: { $0.hasPrefix("ERROR \"") }) { return "\(failures) failures of macro functions" }
        if let problem = mismatch(configuration.warnings, messages) { return problem }
        guard let summary = testCase["summary"]?.text else { return nil }
        let got = Self.inCorpus(self.summary(configuration))
        return Self.trimmed(got) == Self.trimmed(summary) ? nil : got
    }

    private func mismatch(_ configuration: Configuration, _ name: String, _ expected: JSONValue, _ failures: inout Int) -> String? {
        let setting = configuration.setting(name)
        // The recording tool asks again for the name, prefix and all, that the first look-up found.
        let value: String?
        do {
            let (expanded, problems) = try setting.map { try configuration.expand($0.name) } ?? (nil, [])
            failures += problems.count
            value = expanded.map(Self.inCorpus)
        } catch {
            return "\(error)"
        }
        if expected["hostDependent"]?.truth == true { return value == nil ? "\(name) is not defined" : nil }
        guard let expectedValue = expected["value"]?.text else { return value.map { "\(name) = \($0)" } }
        guard value == expectedValue else { return "\(name) = \(value ?? "nothing")" }
        let raw = setting.map { Self.inCorpus($0.rawValue) } ?? ""
        guard raw == expected["raw"]?.text ?? expectedValue else { return "\(name) is raw \(raw)" }
        let origin = setting.map { Self.inCorpus($0.origin.description) } ?? ""
        return origin == expected["at"]?.text ? nil : "\(name) is from \(origin)"
    }

    private func summary(_ configuration: Configuration) -> String {
        let settings = configuration.settings.filter { !$0.origin.file.hasPrefix("<") }
        var text = ""
        for file in configuration.files {
            let ofFile = settings.filter { $0.origin.file == file }.sorted {
                ($0.origin.line ?? 0, $0.name.lowercased()) < ($1.origin.line ?? 0, $1.name.lowercased())
            }
            guard !ofFile.isEmpty else { continue }
            text += "\n#\n# from \(file)\n#\n"
            for setting in ofFile {
                guard setting.rawValue.utf8.contains(UInt8(ascii: "\n")) else {
                    text += "\(setting.name) = \(setting.rawValue)\n"
                    continue
                }
                let lines = setting.rawValue.split(separator: "\n", omittingEmptySubsequences: false)
                text += "\(setting.name) @=end\n" + lines.map { "   \($0)\n" }.joined() + "@end\n"
            }
        }
        return text
    }

    private static func trimmed(_ text: String) -> Substring {
        var text = text[...]
        while let first = text.first, first.isNewline { text.removeFirst() }
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }

    // MARK: Messages

    /// The position a message of HTCondor names: `"FILE", Line N` or `Error Line N while reading … FILE`.
    private static func position(in message: String) -> (file: String, line: Int)? {
        if let quoted = message.firstMatch(of: /"([^"]*)", Line ([0-9]+)/), let line = Int(quoted.2), line > 0 {
            return (String(quoted.1), line)
        }
        if let reading = message.firstMatch(of: /Error Line ([0-9]+) while reading .* (\/.*)$/), let line = Int(reading.1) {
            return (String(reading.2), line)
        }
        return nil
    }

    /// Warnings must stand at the same places, and say what the file says.
    private func mismatch(_ warnings: [Diagnostic], _ messages: [String]) -> String? {
        let expected = messages.filter { $0.contains("Warning \"") || $0.contains("Warning : ") }
        guard warnings.count == expected.count else { return "\(warnings)" }
        for (warning, message) in zip(warnings, expected) {
            if let text = message.split(separator: "Warning : ", maxSplits: 1).last, !message.contains("Warning \"") {
                // A metaknob's: HTCondor names no place.
                guard warning.message.hasSuffix(text) else { return "\(warning)" }
                continue
            }
            guard let position = Self.position(in: message), warning.line == position.line,
                Self.inCorpus(warning.file ?? "") == position.file
            else { return "\(warning)" }
            let isObsolete = message.contains("obsolete use of")
            guard isObsolete || message.hasSuffix(": \(Self.inCorpus(warning.message))") else { return "\(warning)" }
        }
        return nil
    }

    /// The first error must stand at one of the places HTCondor names; for what lacks an end, we point to its beginning.
    private func mismatch(_ error: ConfigurationError, _ messages: [String]) -> String? {
        let positions = messages.filter { !$0.contains("Warning \"") }.compactMap(Self.position)
        guard !positions.isEmpty else { return nil }
        let found = error.diagnostic
        let lacksEnd = messages.contains { $0.contains("end-of-file") }
        let agrees = positions.contains { position in
            Self.inCorpus(found.file ?? "") == position.file && (found.line == position.line || (lacksEnd && found.line < position.line))
        }
        return agrees ? nil : "\(error)"
    }
}
