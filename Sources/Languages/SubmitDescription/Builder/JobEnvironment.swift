import ClassAd
import CondorModel
import Text

/// The environment of a program in HTCondor's two syntaxes (condor_utils/env.cpp).
struct JobEnvironment {
    struct Malformed: Error {
        var message: String
    }

    /// Values by name, in the byte order of the names. Nil stands for an entry without `=` that a `$$()` will replace.
    private var variables: [Bytes: Bytes?] = [:]

    var isEmpty: Bool { variables.isEmpty }

    // MARK: Reading

    /// Reads the new syntax if the text is in double quotes, otherwise the old one, with entries separated by `;` or by a delimiter that the text
    /// starts with.
    mutating func merge(_ text: String) throws(Malformed) {
        if ArgumentList.isQuoted(text) {
            try merge(quoted: text)
        } else {
            try merge(old: Array(text.utf8))
        }
    }

    mutating func merge(quoted text: String) throws(Malformed) {
        let raw: Bytes
        do {
            raw = try ArgumentList.unquoted(text)
        } catch {
            throw Malformed(message: error.message)
        }
        try merge(raw: ASCII.string(raw))
    }

    /// Reads the new syntax without the enclosing double quotes.
    mutating func merge(raw text: String) throws(Malformed) {
        let entries: [String]
        do {
            entries = try ArgumentList.split(Array(text.utf8))
        } catch {
            throw Malformed(message: error.message)
        }
        try merge(entries: entries.map { Bytes($0.utf8) })
    }

    private static let delimiters = Set("!#$%&*+,-/:;<>?@^`|~\u{1F}".utf8)

    /// Reads entries separated by the delimiter that the text starts with, or else by `delimiter`.
    mutating func merge(old text: Bytes, delimiter given: UInt8? = nil) throws(Malformed) {
        var rest = text[...]
        var delimiter = given ?? UInt8(ascii: ";")
        if let first = rest.first, first == delimiter || Self.delimiters.contains(first) {
            delimiter = first
            rest = rest.dropFirst()
        }
        let entries = rest.split { $0 == delimiter || $0 == ASCII.newline }.map { entry in
            Bytes(entry.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D })
        }
        try merge(entries: entries.filter { !$0.isEmpty })
    }

    private mutating func merge(entries: [Bytes]) throws(Malformed) {
        for entry in entries {
            guard let equals = entry.firstIndex(of: ASCII.equals) else {
                guard ASCII.contains(entry, "$$") else {
                    throw Malformed(message: "missing '=' after environment variable '\(ASCII.string(entry.prefix(80)))'")
                }
                variables[entry] = .some(nil)
                continue
            }
            guard equals > 0 else { throw Malformed(message: "missing variable in '\(ASCII.string(entry.prefix(80)))'") }
            variables[Bytes(entry[..<equals])] = Bytes(entry[(equals + 1)...])
        }
    }

    /// Adds a variable unless it is already set.
    mutating func add(_ name: String, _ value: String) {
        let key = Bytes(name.utf8)
        if variables[key] == nil { variables[key] = Bytes(value.utf8) }
    }

    // MARK: Writing

    private var entries: [Bytes] {
        variables.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { name, value in
            value.map { name + [ASCII.equals] + $0 } ?? name
        }
    }

    /// The new syntax, without the enclosing double quotes.
    var newText: String { ArgumentList.joined(entries.map { ASCII.string($0) }) }

    static func fitsOldSyntax(_ text: some Sequence<UInt8>) -> Bool {
        !text.contains { $0 == UInt8(ascii: ";") || $0 == ASCII.newline }
    }

    /// The old syntax with `;`; nil if a value contains one.
    var oldText: String? {
        let entries = entries
        guard entries.allSatisfy(Self.fitsOldSyntax) else { return nil }
        return ASCII.string(Bytes(entries.joined(separator: [UInt8(ascii: ";")])))
    }
}

extension JobBuilder {
    func setEnvironment() throws {
        let first = try command("environment", "env")
        let second = try command("environment2")
        let allowsOld = try boolean("allow_environment_v1") ?? false
        var prefersOld = false
        if first != nil, second == nil, let short = try text("env"), !ArgumentList.isQuoted(short) { prefersOld = true }
        if first != nil, let second, !allowsOld {
            throw fail("'environment' and 'environment2' together need allow_environment_v1 = true", at: second.position)
        }
        if isClusterMade, first == nil, second == nil { return }
        var environment = JobEnvironment()
        do {
            if isClusterMade { inheritEnvironment(into: &environment) }
            if let second { try environment.merge(quoted: second.text) } else if let first { try environment.merge(first.text) }
        } catch {
            let command = second ?? first
            throw fail("\(command?.name ?? "environment"): \(error.message)", at: command?.position)
        }
        try importEnvironment(into: &environment, oldOnly: first != nil && second == nil)

        let hasOld = has("Env")
        let hasNew = has("Environment")
        if first == nil, second == nil, environment.isEmpty, hasOld || hasNew { return }
        if prefersOld || hasOld {
            guard let text = environment.oldText else {
                throw fail("the environment cannot be written in the old syntax: a value contains ';'", at: first?.position)
            }
            set("Env", text)
            set("EnvDelim", ";")
        }
        if !prefersOld || hasNew { set("Environment", environment.newText) }
    }

    /// Inherits the cluster ad's variables up to the first malformed entry, which HTCondor ignores here.
    private func inheritEnvironment(into environment: inout JobEnvironment) {
        if let inherited = string(of: "Environment") {
            try? environment.merge(raw: inherited)
        } else if let inherited = string(of: "Env") {
            try? environment.merge(old: Array(inherited.utf8), delimiter: string(of: "EnvDelim")?.utf8.first)
        }
    }

    /// `getenv`: imports variables of the submitter.
    private func importEnvironment(into environment: inout JobEnvironment, oldOnly: Bool) throws {
        guard let list = try command("getenv", "get_env") else { return }
        let flag = Numbers.booleanOrExpression(list.text)
        guard flag != false else { return }
        guard let files else {
            throw fail("getenv would read this server's environment, which a submitted description must not do", at: list.position)
        }
        if flag == true, !parameters.isSet("SUBMIT_ALLOW_GETENV") {
            throw fail("getenv = true is not allowed by the configuration", at: list.position)
        }
        let patterns = flag == nil ? tokens(of: list.text, separatedBy: ",; \t\r\n") : []
        let refused = patterns.filter { $0.utf8.first == UInt8(ascii: "!") }.map { String($0.dropFirst()) }.filter { !$0.isEmpty }
        let wanted = patterns.filter { $0.utf8.first != UInt8(ascii: "!") }
        for (name, value) in files.environment where !name.isEmpty {
            if oldOnly, !JobEnvironment.fitsOldSyntax(value.utf8) { continue }
            if value.utf8.contains(ASCII.newline) { continue }
            if refused.contains(where: { Wildcard.matches($0, name) }) { continue }
            if !wanted.isEmpty, !wanted.contains(where: { Wildcard.matches($0, name) }) { continue }
            environment.add(name, value)
        }
    }
}

/// Patterns with `*`, matched without regard to case.
enum Wildcard {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = ASCII.lowercased(Array(pattern.utf8))
        let text = ASCII.lowercased(Array(text.utf8))
        var (p, t) = (0, 0)
        var (star, mark) = (-1, 0)
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                (star, mark) = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if star >= 0 {
                mark += 1
                (p, t) = (star + 1, mark)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
