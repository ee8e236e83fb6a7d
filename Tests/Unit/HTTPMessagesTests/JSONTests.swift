import HTTPMessages
import Testing

@Suite struct JSONTests {
    private func text(_ value: JSON, pretty: Bool = false) -> String {
        String(decoding: value.serialized(pretty: pretty), as: UTF8.self)
    }

    @Test func serialises() {
        let value: JSON = ["b": [1, -2, 1.5, true, nil, "x"], "a": ["z": [:], "y": []]]
        #expect(text(value) == #"{"b":[1,-2,1.5,true,null,"x"],"a":{"z":{},"y":[]}}"#)
        #expect(text(["a": [1, ["b": "c"]]], pretty: true) == "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"c\"\n    }\n  ]\n}\n")
        #expect(text(.number(.infinity)) == "null")
        #expect(text(.integer(.min)) == "-9223372036854775808")
        #expect(text(.number(1e300)) == "1e+300")
    }

    @Test func escapesWhatMustBe() {
        #expect(
            text("a\"b\\c/\u{8}\t\n\u{c}\r\u{0}\u{1f}\u{7f}\u{e4}\u{1F600}") == "\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}\u{e4}\u{1F600}\"")
    }

    @Test func membersKeepTheirOrder() {
        var object: JSON.Object = ["b": 1, "a": 2]
        object["c"] = 3
        object["b"] = 4
        #expect(text(.object(object)) == #"{"b":4,"a":2,"c":3}"#)
        object["a"] = nil
        #expect(object.members.map(\.name) == ["b", "c"])
        #expect(JSON.object(object)["c"] == 3)
        #expect(JSON.integer(1)["c"] == nil)
    }
}
