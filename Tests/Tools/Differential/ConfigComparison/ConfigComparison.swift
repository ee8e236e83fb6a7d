import CondorConfig
import Diagnostics
import Glibc
import SeededGeneration

/// Random configuration files, read by `condor_config_val` and by us.
///
/// The real one runs inside of a test pool: `eval "$(Tests/run pool env)"` first.
enum ConfigComparison {
    /// Makes `count` configurations from the seed and describes each for which the two differ.
    static func run(count: Int, seed: UInt64) throws -> [String] {
        guard let state = environment("HTAPI_POOL_STATE"), let exec = environment("HTAPI_POOL_EXEC") else {
            throw ComparisonError("no pool is known; run: eval \"$(Tests/run pool env)\"")
        }
        let folder = "\(state)/differential.\(getpid())"
        defer { remove(folder) }
        try makeFolder(folder)
        var cases: [ConfigGenerator.Files] = []
        var random = SeededGenerator(seed: seed)
        var script = "cd \(folder)\n"
        for index in 0..<count {
            var generator = ConfigGenerator(seed: random.next(), folder: "\(folder)/\(index)")
            let files = generator.configuration()
            cases.append(files)
            try makeFolder("\(folder)/\(index)")
            try makeFolder("\(folder)/\(index)/d")
            for (name, text) in files.content { try write(text, to: "\(folder)/\(index)/\(name)") }
            script += command(files, index)
        }
        try write(script, to: "\(folder)/run.sh")
        try runInPool(exec, "\(folder)/run.sh")
        return try cases.enumerated().compactMap { index, files in
            try difference(files, "\(folder)/\(index)")
        }
    }

    // MARK: The real one

    private static func command(_ files: ConfigGenerator.Files, _ index: Int) -> String {
        var words = ["env", "-i", "PATH=/usr/bin:/bin", "CONDOR_CONFIG=\(index)/main"]
        words += files.environment.sorted { $0.key < $1.key }.map { quoted("\($0.key)=\($0.value)") }
        words += ["timeout", "20", "condor_config_val"]
        if let subsystem = files.subsystem { words += ["-subsystem", subsystem] }
        if let localName = files.localName { words += ["-local-name", localName] }
        words += ["-verbose"] + ConfigGenerator.names
        let root = words.joined(separator: " ").replacingFirst("CONDOR_CONFIG=\(index)/main", by: "CONDOR_CONFIG=$PWD/\(index)/main")
        return "\(root) >\(index)/out 2>\(index)/err </dev/null; echo $? >\(index)/status\n"
    }

    private static func difference(_ files: ConfigGenerator.Files, _ folder: String) throws -> String? {
        let output = try read("\(folder)/out")
        let errors = try read("\(folder)/err")
        let status = try read("\(folder)/status")
        // It crashes, or runs on for ever, over values that refer to themselves.
        if ["124", "134", "137", "139"].contains(status.prefix(3)) { return nil }
        let shown =
            "main:\n\(files.content["main"] ?? "")\n"
            + files.content.filter { $0.key != "main" }.sorted { $0.key < $1.key }.map { "\($0.key):\n\($0.value)\n" }.joined()
            + "\(files.environment) \(files.subsystem ?? "") \(files.localName ?? "")\n"
        let messages = errors.split(separator: "\n").filter { !$0.hasPrefix("Not defined: ") }.joined(separator: "\n")
        let refused = errors.split(separator: "\n").contains { $0.hasPrefix("Configuration Error Line") || $0.hasPrefix("ERROR: Can't read") }
        var facts = HostFacts.current()
        facts.condorHomeDirectory = "/var/lib/condor"
        let configuration: Configuration
        do {
            configuration = try Configuration.load(
                root: .path("\(folder)/main"), subsystem: files.subsystem ?? "TOOL", localName: files.localName,
                environment: files.environment.merging(["PATH": "/usr/bin:/bin"]) { a, _ in a }, files: LocalConfigurationFiles(runsCommands: false),
                facts: facts)
        } catch {
            guard refused else { return "\(shown)ours refuses:\n\(error)\nreal (\(status)):\n\(output)\(errors)\n" }
            return refusalsAgree(error, errors) ? nil : "\(shown)other error:\n\(error)\nreal:\n\(errors)\n"
        }
        if refused { return "\(shown)ours loads; real:\n\(errors)\n" }
        var ours = ""
        do {
            for name in ConfigGenerator.names { ours += try answer(configuration, name) }
        } catch {
            return "\(shown)ours:\n\(error)\n"
        }
        let (mine, theirs) = (normalized(ours), normalized(output))
        return mine == theirs ? nil : "\(shown)\(firstDifference(mine, theirs))\nstatus \(status)\(messages)\n"
    }

    /// What `condor_config_val -verbose NAME` prints to its standard output.
    private static func answer(_ configuration: Configuration, _ name: String) throws -> String {
        guard let setting = configuration.setting(name) else { return "\n" }
        var text = ""
        if let value = try configuration.expand(setting.name).value {
            text = "\(setting.name) \(isLong(value) ? "@=end\n\(indented(value, "   "))@end" : "= \(value)")\n"
        }
        let raw = "\(setting.name) = \(setting.rawValue)"
        return text + " # at: \(setting.origin)\n # raw: \(isLong(raw) ? "\n\(indented(raw, " #   "))" : "\(raw)\n")\n"
    }

    private static func isLong(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "\n")) }

    private static func indented(_ text: String, _ prefix: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "\(prefix)\($0)\n" }.joined()
    }

    /// Without empty lines and indentation, and, where there are values of several lines, without space at the ends of lines: the real tool
    /// formats such values anew.
    private static func normalized(_ output: String) -> [Substring] {
        let hasLongValue = output.contains("@=end\n") || output.contains(" # raw: \n")
        return output.split(separator: "\n").map { line in
            var text = line.drop { " #\t".contains($0) }
            while hasLongValue, let last = text.last, " \t".contains(last) { text.removeLast() }
            return text
        }.filter { !$0.isEmpty }
    }

    private static func firstDifference(_ ours: [Substring], _ real: [Substring]) -> String {
        let index = (0..<min(ours.count, real.count)).first { ours[$0] != real[$0] } ?? min(ours.count, real.count)
        return "ours: \(ours.dropFirst(index).prefix(3).joined(separator: " | "))\nreal: \(real.dropFirst(index).prefix(3).joined(separator: " | "))"
    }

    /// Our first error must stand where the real one stopped.
    private static func refusalsAgree(_ error: ConfigurationError, _ messages: String) -> Bool {
        let found = error.diagnostic
        var places: [(file: String, line: Int)] = []
        for message in messages.split(separator: "\n") {
            if let match = message.firstMatch(of: /Error "([^"]*)", Line ([0-9]+)/) { places.append((String(match.1), Int(match.2) ?? 0)) }
            if let match = message.firstMatch(of: /Configuration Error Line ([0-9]+) while reading .* (\/.*)$/) {
                places.append((String(match.2), Int(match.1) ?? 0))
            }
        }
        if places.isEmpty { return true }
        let lacksEnd = messages.contains("end-of-file")
        return places.contains { $0.file == found.file && ($0.line == found.line || (lacksEnd && found.line < $0.line)) }
    }
}
