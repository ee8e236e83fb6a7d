@testable import HTTPEndpoints
import JSON
import Testing

@Suite struct CodecTests {
    private func expectMistake<Value>(_ codec: Codec<Value>, _ texts: [String], _ detail: String) {
        for text in texts {
            let mistakes = codec.mistakes(text)
            #expect(mistakes.count == 1 && mistakes[0].hasPrefix(" - " + detail), "\(text): \(mistakes)")
        }
    }

    @Test func integers() throws {
        let codec = Codec<Int>.integer(-2...5)
        for (text, value) in [("-2", -2), ("5", 5), ("5.0", 5), ("-0", 0), ("4e0", 4)] { #expect(try codec.decode(text.utf8) == value) }
        expectMistake(codec, ["-3", "6", "4.5", "1e300", "true", "\"3\"", "null", "[]"], "an integer from -2 to 5 is expected")
        #expect(codec.schema.json == ["type": "integer", "format": "int64", "minimum": -2, "maximum": 5])
        // A type that holds less than its limits say.
        expectMistake(Codec<UInt8>.integer, ["-1", "256"], "an integer is expected")
        #expect(try Codec<Int64>.integer.decode("9223372036854775807".utf8) == .max)
        #expect(Codec<Int64>.integer.mistakes("9223372036854775808") == ["not JSON: the integer does not fit 64 bits"])
    }

    @Test func numbers() throws {
        let codec = Codec<Double>.number(minimum: 0)
        #expect(try codec.decode("1".utf8) == 1 && codec.decode("0.25".utf8) == 0.25)
        expectMistake(codec, ["-0.1", "\"1\"", "false"], "a number of at least 0.0 is expected")
        #expect(codec.text(.nan) == "null" && codec.text(.infinity) == "null" && codec.text(0.1) == "0.1")
        expectMistake(Codec<Double>.number(maximum: 1), ["1.5"], "a number of at most 1.0 is expected")
    }

    @Test func texts() throws {
        let codec = Codec<String>.string(minLength: 1, maxLength: 2)
        // A length is a number of Unicode scalars.
        #expect(try codec.decode("\"😀é\"".utf8) == "😀é")
        expectMistake(codec, ["\"\"", "\"abc\"", "\"ae\u{301}e\"", "1"], "a string of 1 to 2 characters is expected")
        expectMistake(.string(minLength: 1), ["\"\""], "a string of at least 1 character is expected")
        let pattern = Codec<String>.string(pattern: "^[a-c]+$")
        #expect(try pattern.decode("\"abc\"".utf8) == "abc")
        expectMistake(pattern, ["\"abd\"", "\"\"", "\"abc\\n\"", "\"\\u0000abc\""], "a string matching ^[a-c]+$ is expected")
        #expect(pattern.schema.json == ["type": "string", "pattern": "^[a-c]+$"])
    }

    @Test func words() throws {
        enum Word: String, CaseIterable { case hold, release, remove }
        let codec = Codec<Word>.word(of: [.hold, .release])
        #expect(try codec.decode("\"release\"".utf8) == .release)
        expectMistake(codec, ["\"remove\"", "\"HOLD!!!!\"", "1"], "one of hold, release is expected")
        #expect(codec.mistakes("\"relase\"") == [" - one of hold, release is expected; did you mean 'release'?"])
        #expect(Codec<Word>.word.schema.json == ["type": "string", "enum": ["hold", "release", "remove"]])
    }

    @Test func checkedAndMappedValues() throws {
        let even = Codec<Int>.integer(0...).checked("an even number") { $0.isMultiple(of: 2) }
        #expect(try even.decode("4".utf8) == 4)
        expectMistake(even, ["3"], "an even number is expected")
        expectMistake(even, ["-2"], "an integer of at least 0 is expected")
        let scalar = Codec<String>.string.mapped("one character", encode: { (value: Character) in String(value) }) { $0.count == 1 ? $0.first : nil }
        #expect(try scalar.decode("\"é\"".utf8) == "é" && scalar.text("x") == "\"x\"")
        expectMistake(scalar, ["\"ab\""], "one character is expected")
    }

    @Test func listsAndMaps() throws {
        let list = Codec<[Int]>.array(of: .integer, minItems: 1, maxItems: 2)
        #expect(try list.decode("[1,2]".utf8) == [1, 2] && list.text([1, 2]) == "[1,2]")
        expectMistake(list, ["{}", "1", "null"], "an array is expected")
        expectMistake(list, ["[]"], "an array of at least 1 item is expected")
        expectMistake(list, ["[1,2,3]"], "an array of at most 2 items is expected")
        #expect(list.mistakes("[1, \"2\"]") == ["/1 1:5 [1]: an integer is expected, not a string"])
        let map = Codec<[String: Bool]>.map(of: .boolean)
        #expect(try map.decode(#"{"b":true,"a":false}"#.utf8) == ["a": false, "b": true])
        #expect(map.text(["b": true, "a": false]) == #"{"a":false,"b":true}"#)
        #expect(map.mistakes(#"{"b":1}"#) == ["/b 1:2 b: true or false is expected, not 1"])
    }

    @Test func openObjectsAndAnyValues() throws {
        let text = #"{"b":[1,null],"a":{"c":"d"}}"#
        let open = Codec<RawJSON>.openObject()
        #expect(open.text(try open.decode(text.utf8)) == text)
        #expect(open.text(RawJSON(bytes: Array(text.utf8))) == text)
        expectMistake(open, ["[]", "null"], "an object is expected")
        #expect(try Codec<JSONValue>.any.decode("null".utf8) == .null && Codec.any.text(["x": [1.5]]) == #"{"x":[1.5]}"#)
        let members = try Codec<JSONValue.Object>.members.decode("{\n \"x\": 1}".utf8)
        #expect(members.members.map(\.name) == ["x"] && members.members[0].place == JSONPlace(line: 2, column: 2))
    }

    @Test func unionsAreReadAsTheAlternativeThatFits() throws {
        enum Either: Equatable {
            case part(SamplePart)
            case number(Int)
        }
        let codec = Codec<Either>.oneOf([
            Alternative(.resource, extract: { if case .part(let part) = $0 { part } else { nil } }, make: Either.part),
            Alternative(.integer, extract: { if case .number(let number) = $0 { number } else { nil } }, make: Either.number),
        ])
        for (text, value) in [("5", Either.number(5)), (#"{"name":"x"}"#, .part(SamplePart(name: "x", size: nil)))] {
            #expect(try codec.decode(text.utf8) == value)
            #expect(codec.text(value) == text)
        }
        #expect(codec.mistakes(#"{"name":1}"#) == ["/name 1:2 name: a string is expected, not 1"])
        #expect(codec.mistakes(#"{"nam":"x","sice":1}"#) == [" - an integer is expected, not an object"])
        #expect(codec.schema.json == ["oneOf": [["$ref": "#/components/schemas/SamplePart"], ["type": "integer", "format": "int64"]]])
        #expect(Set(codec.schema.components.keys) == ["SamplePart"])
    }
}
