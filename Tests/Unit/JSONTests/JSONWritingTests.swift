import JSON
import Testing

@Suite struct JSONWritingTests {
    private func text(_ value: JSONValue, pretty: Bool = false) -> String {
        String(decoding: value.serialized(pretty: pretty), as: UTF8.self)
    }

    @Test func serialises() {
        let value: JSONValue = ["b": [1, -2, 1.5, true, nil, "x"], "a": ["z": [:], "y": []]]
        #expect(text(value) == #"{"b":[1,-2,1.5,true,null,"x"],"a":{"z":{},"y":[]}}"#)
        #expect(text(["a": [1, ["b": "c"]]], pretty: true) == "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"c\"\n    }\n  ]\n}\n")
        #expect(text(.number(.infinity)) == "null")
        #expect(text(.integer(.min)) == "-9223372036854775808")
        #expect(text(.number(1e300)) == "1e+300")
    }

    @Test func escapesWhatMustBe() {
        #expect(
            text("a\"b\\c/\u{8}\t\n\u{c}\r\u{0}\u{1f}\u{7f}\u{e4}\u{1F600}") == "\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0000\\u001F\u{7f}\u{e4}\u{1F600}\"")
    }

    @Test func membersKeepTheirOrder() {
        var object: JSONValue.Object = ["b": 1, "a": 2]
        object["c"] = 3
        object["b"] = 4
        #expect(text(.object(object)) == #"{"b":4,"a":2,"c":3}"#)
        object["a"] = nil
        #expect(object.members.map(\.name) == ["b", "c"])
        #expect(JSONValue.object(object)["c"] == 3)
        #expect(JSONValue.integer(1)["c"] == nil)
    }

    @Test func placesCommasByItself() {
        var writer = JSONWriter(capacity: 1)
        writer.beginObject()
        writer.name("a")
        writer.value(1)
        writer.name("b")
        writer.beginArray()
        writer.value(true)
        writer.null()
        writer.value(-0.5)
        writer.value(Double.nan)
        writer.value("x\u{7F}\u{0}")
        writer.beginObject()
        writer.endObject()
        writer.write(["c": []])
        writer.endArray()
        writer.raw(json: "7".utf8)
        writer.endObject()
        writer.newline()
        writer.value(UInt64.max)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "{\"a\":1,\"b\":[true,null,-0.5,null,\"x\u{7F}\\u0000\",{},{\"c\":[]}],7}\n18446744073709551615")
        writer.removeAll()
        #expect(writer.count == 0)
    }

    @Test func writesBytesThatAreNoTextAsReplacements() {
        var writer = JSONWriter(capacity: 1)
        [0x61, 0xFF, 0xC3, 0xA9, 0xED, 0xA0, 0x80].withUnsafeBufferPointer { writer.quoted($0) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"a\u{FFFD}é\u{FFFD}\u{FFFD}\u{FFFD}\"")
    }

    /// Strings of every length with a special byte at every place come back as they were.
    @Test func escapesAtEveryOffset() throws {
        for length in 0...20 {
            for place in 0..<max(length, 1) {
                for special in ["\"", "\\", "\n", "\u{1}", "é", "😀"] {
                    var text = String(repeating: "x", count: length)
                    if length > 0 {
                        text.replaceSubrange(
                            text.index(text.startIndex, offsetBy: place)...text.index(text.startIndex, offsetBy: place), with: special)
                    }
                    #expect(try JSONValue.parse(JSONValue.string(text).serialized()) == .string(text))
                }
            }
        }
    }
}
