import Cedar
import ClassAd

extension WireAd {
    /// The expression of `Requirements`; true if there is none.
    func requirements() throws(CedarError) -> ExprTree {
        guard rawExpression("Requirements") != nil else { return .literal(.boolean(true)) }
        return try tree("Requirements")
    }

    /// The expression of an attribute that is required and must be well formed.
    func tree(_ name: String) throws(CedarError) -> ExprTree {
        guard let tree = try? expression(name) else { throw CedarError(.malformed, "\(name) is not an expression") }
        return tree
    }

    /// The names in an attribute that is a string (separated by newlines, commas or blanks) or a list of strings; empty if it is missing.
    func nameList(_ attribute: String) -> [String] {
        guard rawExpression(attribute) != nil else { return [] }
        switch evaluate(attribute) {
        case .string(let text):
            return text.utf8.split { $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 == 0x20 || $0 == 0x2C }.map { String(Substring($0)) }
        case .list(let items):
            return items.compactMap {
                guard case .string(let name) = $0.evaluate() else { return nil }
                return name
            }
        default:
            return []
        }
    }

    /// An integer that fits; otherwise nil.
    func int(_ name: String) -> Int? {
        integer(name).flatMap { Int(exactly: $0) }
    }
}
