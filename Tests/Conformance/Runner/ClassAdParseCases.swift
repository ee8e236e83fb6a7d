import ClassAd
import JSON

/// `classad-parse.jsonl`: which texts are accepted as expressions and ads, in both syntaxes.
struct ClassAdParseCases: CorpusRunner {
    static func accepts(_ first: JSONValue) -> Bool {
        first["kind"] != nil && first["input"] != nil
    }

    init(directory: String) throws {}

    func difference(in testCase: JSONValue) -> Difference? {
        let accepted = testCase["accepted"]?.truth == true
        let unparsed = testCase["unparsed"]?.text
        let expected = accepted ? Rendering(new: unparsed ?? "", old: testCase["unparsedOld"]?.text ?? unparsed ?? "") : nil
        let got = rendering(of: testCase["input"]?.text ?? "", kind: testCase["kind"]?.text ?? "")
        guard got != expected else { return nil }
        return Difference(
            expected: "\(testCase["input"]?.shown ?? "") => \(expected.map { "\($0)" } ?? "refused")",
            got: got.map { "\($0)" } ?? "refused")
    }

    private struct Rendering: Equatable {
        var new: String
        var old: String
    }

    private func rendering(of input: String, kind: String) -> Rendering? {
        switch kind {
        case "expr", "tokens":
            guard let tree = try? ExprTree.parse(input) else { return nil }
            return Rendering(new: tree.unparsed(.new), old: tree.unparsed(.old))
        case "ad-new":
            guard let ad = try? ClassAd.parse(input, syntax: .new, ignoresTrailingText: true) else { return nil }
            return Rendering(new: ad.unparsed(.new), old: ad.unparsed(.old))
        case "ad-old":
            let ad = ClassAd.readingLines(of: input).ad
            return ad.isEmpty ? nil : Rendering(new: ad.unparsed(.new), old: ad.unparsed(.old))
        case "expr-old":
            var wire = WireAd()
            guard wire.append(line: Array("X = \(input)".utf8)), let tree = (try? wire.expression("X")) ?? nil else { return nil }
            return Rendering(new: tree.unparsed(.new), old: tree.unparsed(.old))
        default:
            return nil
        }
    }
}
