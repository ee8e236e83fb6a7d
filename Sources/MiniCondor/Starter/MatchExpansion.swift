import ClassAd

/// `$$(Name)`, `$$(Name:default)` and `$$([expression])` in a job's strings, replaced by what the slot says.
enum MatchExpansion {
    private static let attributes = ["Cmd", "Args", "Arguments", "Env", "Environment", "In", "Out", "Err", "TransferInput", "TransferOutput"]
    private static let opening = Array("$$(".utf8)

    /// - Throws: if the slot has no such attribute and there is no default.
    static func expand(_ ad: inout ClassAd, slot: ClassAd) throws(RunFailure) {
        for name in attributes {
            guard let text = ad[name]?.literalValue, case .string(let string) = text, string.utf8.contains(UInt8(ascii: "$")) else { continue }
            ad.set(name, String(decoding: try expanded(Array(string.utf8), ad, slot), as: UTF8.self))
        }
    }

    private static func expanded(_ text: [UInt8], _ ad: ClassAd, _ slot: ClassAd) throws(RunFailure) -> [UInt8] {
        var result: [UInt8] = []
        var i = 0
        while i < text.count {
            guard text[i...].starts(with: opening), let close = text[i...].firstIndex(of: UInt8(ascii: ")")) else {
                result.append(text[i])
                i += 1
                continue
            }
            let start = i + opening.count
            if start < text.count, text[start] == UInt8(ascii: "["), let end = closing(text, from: start) {
                let expression = String(decoding: text[(start + 1)..<end], as: UTF8.self)
                guard let tree = try? ExprTree.parse(expression, syntax: .old) else { throw failure(expression) }
                result += try value(tree.evaluate(my: ad, target: slot), expression)
                i = end + 2
            } else {
                let body = text[start..<close]
                let name = String(decoding: body.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
                if let known = slot[name] {
                    result += try value(known.evaluate(my: slot, target: ad), name)
                } else if let colon = body.firstIndex(of: UInt8(ascii: ":")) {
                    result += body[(colon + 1)...]
                } else {
                    throw failure(name)
                }
                i = close + 1
            }
        }
        return result
    }

    /// The position of the `]` in `])`.
    private static func closing(_ text: [UInt8], from start: Int) -> Int? {
        (start..<max(start, text.count - 1)).first { text[$0] == UInt8(ascii: "]") && text[$0 + 1] == UInt8(ascii: ")") }
    }

    private static func value(_ value: Value, _ name: String) throws(RunFailure) -> [UInt8] {
        switch value {
        case .undefined, .error: throw failure(name)
        case .string(let text): return Array(text.utf8)
        default: return Array(value.unparsed(.old).utf8)
        }
    }

    private static func failure(_ name: String) -> RunFailure {
        RunFailure("Cannot expand $$(\(name)).", code: .failedToCreateProcess)
    }
}
