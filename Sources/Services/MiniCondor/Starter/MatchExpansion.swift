import ClassAd
import CondorModel

/// Replaces `$$(Name)`, `$$(Name:default)` and `$$([expression])` in a job's strings by values from the slot.
enum MatchExpansion {
    private static let attributes = ["Cmd", "Args", "Arguments", "Env", "Environment", "In", "Out", "Err", "TransferInput", "TransferOutput"]
    private static let opening = Array("$$(".utf8)

    /// - Returns: the values that were filled in, under the names that the job's ad keeps them by.
    /// - Throws: if the slot lacks an attribute that has no default.
    static func expand(_ ad: inout ClassAd, slot: ClassAd) throws(RunFailure) -> [MatchedAttribute] {
        var matched: [MatchedAttribute] = []
        for name in attributes {
            guard let text = ad[name]?.literalValue, case .string(let string) = text, string.utf8.contains(UInt8(ascii: "$")) else { continue }
            let bytes = Array(string.utf8)
            let value = String(decoding: try expanded(bytes, ad, slot, &matched), as: UTF8.self)
            guard value != string else { continue }
            ad.set(name, value)
            matched.append(MatchedAttribute(name: "MATCH_EXP_" + name, value: value))
        }
        return matched
    }

    private static func expanded(_ text: [UInt8], _ ad: ClassAd, _ slot: ClassAd, _ matched: inout [MatchedAttribute]) throws(RunFailure) -> [UInt8] {
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
                let filled: [UInt8]
                if let known = slot[name] {
                    filled = try value(known.evaluate(my: slot, target: ad), name)
                } else if let colon = body.firstIndex(of: UInt8(ascii: ":")) {
                    filled = Array(body[(colon + 1)...])
                } else {
                    throw failure(name)
                }
                result += filled
                matched.append(MatchedAttribute(name: "MATCH_" + name, value: String(decoding: filled, as: UTF8.self)))
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
