import Patterns
import Text

/// The maps for `userMap()` (src/condor_utils/MapFile.cpp, classad_usermap.cpp).
package struct UserMaps: Sendable {
    private struct Rule: Sendable {
        enum Pattern: Sendable {
            case literal(String)
            case regex(String, options: RegularExpression.Options)
        }

        var pattern: Pattern
        var canonical: [UInt8]
    }

    /// Rules by map (in lower case) and method.
    private var maps: [String: [String: [Rule]]] = [:]

    package init() {}

    /// Adds a map from lines `method principal canonical`. The method is `*` unless the map is requested as `name.method`.
    ///
    /// A principal between slashes is a regular expression, optionally followed by `i` (ignore case) and `U` (not greedy). The canonical name
    /// refers to its groups as `\1`. Lines that start with `#`, and malformed lines, are skipped.
    package mutating func add(_ name: String, lines: String) {
        var rules: [String: [Rule]] = [:]
        for line in lines.utf8.split(separator: UInt8(ascii: "\n")) {
            var fields = Fields(Array(line))
            let method = String(classAdBytes: fields.next(allowsRegex: false).text)
            guard !method.isEmpty, method.utf8.first != UInt8(ascii: "#"), method != "@include" else { continue }
            let principal = fields.next(allowsRegex: true)
            let canonical = fields.next(allowsRegex: false).text
            guard !principal.text.isEmpty, !canonical.isEmpty else { continue }
            let text = String(classAdBytes: principal.text)
            let pattern: Rule.Pattern = principal.options.map { .regex(text, options: $0) } ?? .literal(text)
            rules[method, default: []].append(Rule(pattern: pattern, canonical: canonical))
        }
        maps[UserMaps.key(name)] = rules
    }

    private static func key(_ name: String) -> String {
        String(decoding: name.utf8.map { ASCII.lowercased($0) }, as: UTF8.self)
    }

    /// The result of mapping `user` by the map `name` or `name.method`; nil if no rule matches.
    func mapped(_ user: String, by name: String) -> String? {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let map = parts.first.flatMap({ maps[UserMaps.key(String(decoding: Array($0), as: UTF8.self))] }) else { return nil }
        let method = parts.count > 1 ? String(decoding: Array(parts[1]), as: UTF8.self) : "*"
        for rule in map[method] ?? [] {
            switch rule.pattern {
            case .literal(let text):
                if text.utf8.elementsEqual(user.utf8) { return UserMaps.substituted(rule.canonical, [Array(user.utf8)]) }
            case .regex(let text, let options):
                guard let regex = RegularExpression(text, options: options) else { continue }
                let groups = user.withClassAdBytes { bytes -> [[UInt8]]? in
                    guard case .matched(let groups) = regex.match(bytes) else { return nil }
                    return (0..<groups).map { group in regex.range(ofGroup: group).map { Array(bytes[$0]) } ?? [] }
                }
                if let groups { return UserMaps.substituted(rule.canonical, groups) }
            }
        }
        return nil
    }

    private static func substituted(_ canonical: [UInt8], _ groups: [[UInt8]]) -> String {
        var result: [UInt8] = []
        var i = 0
        while i < canonical.count {
            if canonical[i] == UInt8(ascii: "\\"), i + 1 < canonical.count {
                i += 1
                let group = Int(canonical[i] &- 0x30)
                if ASCII.isDigit(canonical[i]), group < groups.count {
                    result.append(contentsOf: groups[group])
                    i += 1
                    continue
                }
                result.append(UInt8(ascii: "\\"))
            }
            result.append(canonical[i])
            i += 1
        }
        return String(classAdBytes: result)
    }

    /// The fields of a line in a map file.
    private struct Fields {
        private let line: [UInt8]
        private var position = 0

        init(_ line: [UInt8]) {
            self.line = line
        }

        private var byte: UInt8 { position < line.count ? line[position] : 0 }

        /// The next field: a word, a text in double quotes, or a regular expression between slashes with its options.
        mutating func next(allowsRegex: Bool) -> (text: [UInt8], options: RegularExpression.Options?) {
            while byte == 0x20 || byte == 0x09 { position += 1 }
            var text: [UInt8] = []
            let end = byte
            let isRegex = allowsRegex && end == UInt8(ascii: "/")
            guard isRegex || end == UInt8(ascii: "\"") else {
                while position < line.count, byte != 0x20, byte != 0x09 {
                    text.append(byte)
                    position += 1
                }
                return (text, nil)
            }
            position += 1
            while position < line.count, byte != end {
                if byte == UInt8(ascii: "\\"), position + 1 < line.count {
                    position += 1
                    if byte != end, byte != UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
                }
                text.append(byte)
                position += 1
            }
            position += 1
            guard isRegex else { return (text, nil) }
            var options: RegularExpression.Options = []
            while byte == UInt8(ascii: "i") || byte == UInt8(ascii: "U") {
                options.insert(byte == UInt8(ascii: "i") ? .caseInsensitive : .ungreedy)
                position += 1
            }
            return (text, options)
        }
    }
}

extension Evaluator {
    mutating func userMap(_ arguments: FunctionArguments) -> EvalValue {
        guard (2...4).contains(arguments.count) else { return .error }
        guard let values = values(arguments) else { return .failure }
        let fallback: EvalValue = values.count == 4 ? values[3] : .undefined
        guard case .string(let map) = values[0], case .string(let user) = values[1] else {
            return values[0].isError || values[1].isError ? .error : fallback
        }
        guard let output = context.userMaps.mapped(user, by: map) else { return fallback }
        if values.count == 2 { return .string(output) }
        let items = stringListItems(output, delimiters: ",")
        if case .string(let preferred) = values[2], let item = items.first(where: { AttributeName.equal($0, preferred) }) {
            return .string(item)
        }
        return items.first.map { .string($0) } ?? fallback
    }
}
