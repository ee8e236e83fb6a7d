import Diagnostics
import MacroLanguage
import Patterns
import Text

/// Puts a configuration together, in the order of HTCondor 25.14 (`real_config`).
extension ConfigurationLoader {
    mutating func load(_ root: ConfigurationRoot, _ facts: HostFacts) throws(Stop) {
        detect(facts)
        let readsFiles = try loadRoot(root, facts)
        insertDetected("HOSTNAME", facts.hostName)
        insertDetected("FULL_HOSTNAME", facts.fullHostName)
        if readsFiles { try loadLocalFiles(facts) }
        try loadEnvironment()
        redetect(facts)
        for name in ["FILESYSTEM_DOMAIN", "UID_DOMAIN"] where try value(name) == nil {
            insertDetected(name, facts.fullHostName)
        }
        try useAutomatically()
    }

    // MARK: Detected values

    private mutating func insertDetected(_ name: String, _ value: String) {
        table.insert(name, Array(value.utf8), at: .detected)
    }

    private mutating func detect(_ facts: HostFacts) {
        if let home = facts.condorHomeDirectory { insertDetected("TILDE", home) }
        for (name, value) in facts.detected.sorted(by: { $0.key < $1.key }) { insertDetected(name, value) }
        insertNames()
    }

    private mutating func insertNames() {
        let subsystem = scope.subsystem ?? ""
        insertDetected("SUBSYSTEM", subsystem)
        insertDetected("LOCALNAME", scope.localName.flatMap { $0.isEmpty ? nil : $0 } ?? subsystem)
    }

    /// Values that files and the environment must not override.
    private mutating func redetect(_ facts: HostFacts) {
        if let home = facts.condorHomeDirectory { insertDetected("TILDE", home) }
        insertDetected("HOSTNAME", facts.hostName)
        insertDetected("FULL_HOSTNAME", facts.fullHostName)
        insertNames()
        if let user = facts.userName { insertDetected("USERNAME", user) }
        for name in ["REAL_UID", "REAL_GID", "PID", "PPID", "DETECTED_CPUS"] {
            if let value = facts.detected[name] { insertDetected(name, value) }
        }
    }

    // MARK: The root

    /// Returns false if no files are to be read at all.
    private mutating func loadRoot(_ root: ConfigurationRoot, _ facts: HostFacts) throws(Stop) -> Bool {
        var path: String
        let variable = environment["CONDOR_CONFIG"]
        switch root {
        case .none:
            return false
        case .path(let given):
            path = given
        case .environment:
            if let variable {
                if ASCII.lowercased(variable) == "only_env" { return false }
                path = variable
                if files.kind(of: path) == .directory {
                    try report(
                        Diagnostic(
                            .error, "CONDOR_CONFIG names a directory, '\(path)'", expected: "the path of a file, or ONLY_ENV"))
                    return false
                }
            } else {
                var candidates = ["/etc/condor/condor_config", "/usr/local/etc/condor_config"]
                if let home = environment["HOME"] ?? facts.homeDirectory { candidates.insert("\(home)/.condor/condor_config", at: 0) }
                if let home = facts.condorHomeDirectory { candidates.append("\(home)/condor_config") }
                guard let found = candidates.first(where: { files.kind(of: $0) == .file }) else { return true }
                path = found
            }
        }
        if path.isEmpty || path == "/dev/null" { return true }
        insertDetected("CONFIG_ROOT", Self.directory(of: path))
        if files.kind(of: path) == .directory {
            insertDetected("CONFIG_ROOT", path)
            try loadDirectory(path, isRequired: true)
            return true
        }
        let whence = root == .environment && variable != nil ? " (CONDOR_CONFIG)" : ""
        try loadSource(path, isRequired: true, blame: ConfigurationPlace(file: path + whence), depth: 0)
        return true
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: ASCII.slash) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    /// Reads a file, or a program's output if the name ends in `|`.
    private mutating func loadSource(_ source: String, isRequired: Bool, blame place: ConfigurationPlace, depth: Int) throws(Stop) {
        let name = Array(source.utf8)
        if name.contains(UInt8(ascii: "|")) {
            guard let command = Self.command(name, isCommand: false) else {
                return try report(place.diagnostic(.error, "'\(source)' is not a program to run", expected: "'|' at the end"))
            }
            guard let output = try run(command, mayFail: false, at: place) else { return }
            try parse(output.bytes, source: source, depth: depth)
            if output.status != 0 {
                try report(place.diagnostic(.error, "the program '\(source)' ended with status \(output.status)"))
            }
            return
        }
        if !isRequired, files.kind(of: source) == .missing { return }
        guard let bytes = try read(source, at: place) else { return }
        try parse(bytes, source: source, depth: depth)
    }

    // MARK: Local files

    private mutating func loadLocalFiles(_ facts: HostFacts) throws(Stop) {
        let directories = try value("LOCAL_CONFIG_DIR")
        if let directories { try loadDirectories(directories) }
        try loadLocalConfigFiles()
        if let changed = try value("LOCAL_CONFIG_DIR"), changed != directories { try loadDirectories(changed) }
        guard !facts.isRoot, let user = try value("USER_CONFIG_FILE") else { return }
        var path = String(decoding: user, as: UTF8.self)
        if user.first != ASCII.slash {
            guard let home = facts.homeDirectory else { return }
            path = "\(home)/.condor/\(path)"
        }
        try loadSource(path, isRequired: false, blame: place(of: "USER_CONFIG_FILE"), depth: 1)
    }

    private func place(of name: String) -> ConfigurationPlace {
        ConfigurationPlace(table.find(name, scope), sources: table.sources)
    }

    /// Whether an unreadable local file is an error.
    private mutating func requiresLocalFiles() throws(Stop) -> Bool {
        guard let value = try value("REQUIRE_LOCAL_CONFIG_FILE"), let first = value.first else { return true }
        if first | 0x20 == UInt8(ascii: "t") { return true }
        if first | 0x20 == UInt8(ascii: "f") { return false }
        return BooleanText.value(value) ?? true
    }

    private mutating func loadDirectories(_ list: [UInt8]) throws(Stop) {
        let isRequired = try requiresLocalFiles()
        for directory in ASCII.tokens(of: list[...], separatedBy: ASCII.listSeparators) {
            try loadDirectory(String(decoding: directory, as: UTF8.self), isRequired: isRequired)
        }
    }

    private mutating func loadDirectory(_ directory: String, isRequired: Bool) throws(Stop) {
        let pattern = try value("LOCAL_CONFIG_DIR_EXCLUDE_REGEXP")
        var excluded: RegularExpression?
        if let pattern {
            excluded = RegularExpression(pattern)
            if excluded == nil {
                try stop(
                    place(of: "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP").diagnostic(
                        .error, "LOCAL_CONFIG_DIR_EXCLUDE_REGEXP is not a regular expression: '\(String(decoding: pattern, as: UTF8.self))'"))
            }
        }
        let base = directory.hasSuffix("/") ? directory : directory + "/"
        let names = (files.files(inDirectory: directory) ?? []).filter { excluded?.matches($0) != true }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            try loadSource(
                base + name, isRequired: isRequired, blame: ConfigurationPlace(file: base + name), depth: 1)
        }
    }

    /// Reads the files of `LOCAL_CONFIG_FILE`, which may change that setting.
    private mutating func loadLocalConfigFiles() throws(Stop) {
        let isRequired = try requiresLocalFiles()
        guard var list = try value("LOCAL_CONFIG_FILE") else { return }
        var remaining = Self.sources(list)
        var done: Set<String> = []
        while !remaining.isEmpty {
            let source = remaining.removeFirst()
            try loadSource(source, isRequired: isRequired, blame: place(of: "LOCAL_CONFIG_FILE"), depth: 1)
            done.insert(source)
            if let changed = try value("LOCAL_CONFIG_FILE"), changed != list {
                remaining = Self.sources(changed).filter { !done.contains($0) }
                list = changed
            }
        }
    }

    private static func sources(_ list: [UInt8]) -> [String] {
        if list.contains(UInt8(ascii: "|")) { return [String(decoding: list, as: UTF8.self)] }
        return ASCII.tokens(of: list[...], separatedBy: ASCII.listSeparators).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Environment

    private mutating func loadEnvironment() throws(Stop) {
        let prefix = Array("_condor_".utf8)
        for (variable, text) in environment.sorted(by: { $0.key < $1.key }) {
            let bytes = Array(variable.utf8)
            guard bytes.count > prefix.count, ASCII.equalIgnoringCase(bytes.prefix(prefix.count), prefix) else { continue }
            let name = String(decoding: ASCII.trimmed(bytes[prefix.count...]), as: UTF8.self)
            guard !name.isEmpty else { continue }
            var value = Array(ASCII.withoutLeadingSpace(Array(text.utf8)[...]))
            if table.entry(name) != nil {
                value = try expandSelf(value, name: name, at: ConfigurationPlace(file: "<Environment>"))
            }
            table.insert(name, value, at: .environment)
        }
    }

    // MARK: AUTO_USE_CATEGORY_NAME

    /// Applies metaknobs whose `AUTO_USE_CATEGORY_NAME` is a true condition.
    private mutating func useAutomatically() throws(Stop) {
        let prefix = "auto_use_"
        let names = Set(table.entries.map(\.name) + ParameterDefaults.names).filter { ASCII.lowercased($0).hasPrefix(prefix) }
        for name in names.sorted(by: { ASCII.lowercased($0) < ASCII.lowercased($1) }) {
            let rest = name.utf8.dropFirst(prefix.utf8.count)
            guard let end = rest.firstIndex(of: UInt8(ascii: "_")), end > rest.startIndex, rest[..<end].allSatisfy(ASCII.isLetter),
                let category = String(rest[..<end]), let knob = String(rest[rest.index(after: end)...]), !knob.isEmpty,
                let trigger = try value(name)
            else { continue }
            let place = place(of: name)
            let condition = ASCII.trimmed(trigger[...])
            switch ConditionExpression(macros).evaluate(Array(condition), wasExpanded: false) {
            case .failure(let error):
                try report(place.diagnostic(.warning, "the value of \(name) is not a condition: \(error.reason)"))
            case .success(false):
                continue
            case .success(true):
                guard Metaknobs.category(category.utf8)?[MacroName(knob)] != nil else {
                    try report(place.diagnostic(.warning, "\(name) does not name a metaknob"))
                    continue
                }
                let source = table.addSource(name)
                try use(
                    category, Array(knob.utf8), at: ConfigurationPosition(source: source), place: place, sourceLine: nil, depth: 1)
            }
        }
    }
}
