import JSON
import Testing

@Suite struct JSONPointerTests {
    /// RFC 6901, section 5.
    private static let text = #"""
        {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}
        """#

    @Test(
        arguments: [
            ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)])
    func followsTheRFC(text: String, value: JSONValue) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(try JSONValue.parse(Self.text)[pointer] == value)
        #expect(pointer.description == text)
    }

    @Test func leadsToTheWholeDocument() throws {
        let document = try JSONValue.parse(Self.text)
        #expect(document[.document] == document)
        #expect(JSONPointer(parsing: "") == .document)
        #expect(JSONPointer.document.description == "")
    }

    @Test(arguments: ["/foo/2", "/foo/-", "/foo/01", "/foo/+1", "/foo/x", "/none", "/foo/0/0"])
    func leadsNowhere(text: String) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(try JSONValue.parse(Self.text)[pointer] == nil)
        #expect(JSONValue.place(of: pointer, in: Self.text.utf8) == nil)
    }

    @Test(arguments: ["a", "/~", "/~2", "/a~"])
    func refusesMalformedPointers(text: String) {
        #expect(JSONPointer(parsing: text) == nil)
    }

    @Test func isBuiltStepByStep() {
        #expect(JSONPointer.document.member("a/b").element(3).member("~").description == "/a~1b/3/~0")
        #expect(JSONPointer.escaped("a/~b") == "a~1~0b")
    }

    @Test func findsPlaces() throws {
        let text = "{\n  \"a\": [1,\n    {\"b\": null}, 2]}"
        func place(_ pointer: String) throws -> JSONPlace? { JSONValue.place(of: try #require(JSONPointer(parsing: pointer)), in: text.utf8) }
        #expect(try place("") == JSONPlace(line: 1, column: 1))
        #expect(try place("/a") == JSONPlace(line: 2, column: 3))
        #expect(try place("/a/0") == JSONPlace(line: 2, column: 9))
        #expect(try place("/a/1") == JSONPlace(line: 3, column: 5))
        #expect(try place("/a/1/b") == JSONPlace(line: 3, column: 6))
        #expect(try place("/a/2") == JSONPlace(line: 3, column: 18))
        #expect(try place("/a/3") == nil)
    }
}
