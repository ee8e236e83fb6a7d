import CondorModel
import Testing

/// What `ArgList` of HTCondor 25.14.1's own library makes of each text.
@Suite struct ArgumentListTests {
    /// `AppendArgsV1RawOrV2Quoted` and `AppendArgsV1WackedOrV2Quoted`; nil where HTCondor refuses the text.
    @Test(
        arguments: [
            ("", [], []), ("  ", [], []), ("a b", ["a", "b"], ["a", "b"]), ("a\tb\nc\rd", ["a", "b", "c", "d"], ["a", "b", "c", "d"]),
            ("a\u{B}b\u{C}c", ["a\u{B}b\u{C}c"], ["a\u{B}b\u{C}c"]), (#""a b""#, ["a", "b"], ["a", "b"]), (#" "a b" "#, ["a", "b"], ["a", "b"]),
            (#""a" b"#, nil, nil), (#""a"#, nil, nil), (#"""#, nil, nil), (#""""#, [], []), (#""'a b' c""#, ["a b", "c"], ["a b", "c"]),
            (#""''""#, [""], [""]), (#""'' ''""#, ["", ""], ["", ""]), (#""a'b c'd""#, ["ab cd"], ["ab cd"]), (#""'it''s'""#, ["it's"], ["it's"]),
            (#""'a""#, nil, nil), (#""a""b""#, [#"a"b"#], [#"a"b"#]), (#""a"b""#, nil, nil), (#"a"b"#, [#"a"b"#], nil),
            (#"a\"b"#, [#"a\"b"#], [#"a"b"#]), ("'a b'", ["'a", "b'"], ["'a", "b'"]), ("\"a\"\u{B}", ["a"], ["a"]),
            ("\"a\u{B}b\"", ["a\u{B}b"], ["a\u{B}b"]), ("\u{B}\"a\"", ["a"], ["a"]), (#""it's""#, nil, nil), (#""''''""#, ["'"], ["'"]),
            (#""a''b""#, ["ab"], ["ab"]),
        ] as [(String, [String]?, [String]?)])
    func isReadAsByHTCondor(_ text: String, _ raw: [String]?, _ escaped: [String]?) {
        #expect((try? ArgumentList(rawOrQuoted: text))?.list == raw)
        #expect((try? ArgumentList(text))?.list == escaped)
        let isQuoted = text.contains("\"") && text.drop { $0.isWhitespace }.first == "\""
        #expect((try? ArgumentList(quoted: text))?.list == (isQuoted ? raw : nil))
    }

    @Test func aMalformedTextIsExplained() {
        func message(_ text: String) -> String? {
            do throws(ArgumentList.Malformed) {
                _ = try ArgumentList(text)
                return nil
            } catch {
                return error.message
            }
        }
        #expect(message(#""a 'b c""#) == "unbalanced quote starting here: 'b c")
        #expect(message(#""a"#) == "unterminated double-quote")
        #expect(message(#"a "b"#) == #"illegal unescaped double-quote: "b"#)
        #expect(message(#""a" b"#) == "unexpected characters after the closing double-quote (a double-quote inside is doubled):  b")
    }

    @Test(arguments: [[], [""], ["a"], ["a b", "c"], ["it's", "", "'"], ["a\nb", "\t"], ["''"], ["ä"]])
    func isWrittenSoThatItIsReadBack(_ list: [String]) throws {
        let text = ArgumentList.joined(list)
        #expect(try ArgumentList.split(Array(text.utf8)) == list)
        #expect(try ArgumentList(quoted: "\"" + text.replacing("\"", with: "\"\"") + "\"").newText == text)
    }
}
