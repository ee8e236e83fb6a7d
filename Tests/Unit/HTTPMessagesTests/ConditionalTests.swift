import HTTPMessages
import HTTPTypes
import SeededGeneration
import Testing

@Suite struct ConditionalTests {
    @Test(
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-", .part(0..<10)), ("bytes=0-0", .part(0..<1)), ("Bytes=3-5", .part(3..<6)),
            ("bytes=5-100", .part(5..<10)),
            ("bytes=-3", .part(7..<10)), ("bytes=-100", .part(0..<10)), ("bytes=-0", .unsatisfiable), ("bytes=10-", .unsatisfiable),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=0-99999999999999999999", .part(0..<10)), ("bytes=5-3", .whole),
            ("bytes=0-1,3-4", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("lines=1-2", .whole), ("bytes", .whole),
            ("bytes=+1-2", .whole), ("bytes=--1", .whole),
        ] as [(String?, ByteRange)])
    func ranges(_ field: String?, _ wanted: ByteRange) {
        #expect(ByteRange(field, length: 10) == wanted)
    }

    @Test func rangesOfNothing() {
        #expect(ByteRange("bytes=0-", length: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-1", length: 0) == .unsatisfiable)
        #expect(ByteRange.part(3..<6).contentRange(length: 10) == "bytes 3-5/10")
        #expect(ByteRange.unsatisfiable.contentRange(length: 10) == "bytes */10")
        #expect(ByteRange.whole.contentRange(length: 10) == nil)
    }

    @Test func randomRangesStayInside() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let words = ["bytes=", "-", "0", "7", "99999999999999999999", ",", " ", "x"]
        for _ in 0..<50_000 {
            let field = (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined()
            let length = Int.random(in: 0...20, using: &random)
            if case .part(let range) = ByteRange(field, length: length) {
                #expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= length, "seed \(seed) \(field)")
            }
            _ = EntityTag("x").isKnown(ifNoneMatch: field)
        }
    }

    @Test func tags() {
        let tag = EntityTag("abc")
        #expect(tag.description == #""abc""#)
        #expect(EntityTag("a\"b c", isWeak: true).description == #"W/"a_b_c""#)
        for field in [#""abc""#, #""x", "abc""#, "*", #" W/"abc" , "abc""#] { #expect(tag.satisfies(ifMatch: field), "\(field)") }
        for field in ["", "abc", #"W/"abc""#, #""x""#, #""abc"#, #""abc" "x""#] { #expect(!tag.satisfies(ifMatch: field), "\(field)") }
        #expect(!EntityTag("abc", isWeak: true).satisfies(ifMatch: #"W/"abc""#))
        for field in [#""abc""#, #"W/"abc""#, "*"] { #expect(tag.isKnown(ifNoneMatch: field), "\(field)") }
        for field in ["", #""x""#, #"w/"abc""#] { #expect(!tag.isKnown(ifNoneMatch: field), "\(field)") }
        #expect(EntityTag(of: "a".utf8).description == #""af63dc4c8601ec8c""#)
    }

    /// A comma, a star and a `W/` within the quotes are parts of the tag; outside of them `*` stands alone.
    @Test func tagsOfListCharacters() {
        let tag = EntityTag("a,*,b")
        #expect(tag.description == #""a,*,b""#)
        for field in [#""a,*,b""#, #""x" , "a,*,b""#, #",,"a,*,b","#, " * "] { #expect(tag.satisfies(ifMatch: field), "\(field)") }
        for field in [#""a", "*", "b""#, #"W/"a,*,b""#, #""a,*,b"#, #""x", *"#, #"*, "x""#, "**", "* *", "*,*", #""W/a,*,b""#] {
            #expect(!tag.satisfies(ifMatch: field), "\(field)")
        }
        // Nobody but the tag itself is meant by it.
        for other in ["a", "b", "*", "a,", "x"] { #expect(!EntityTag(other).satisfies(ifMatch: #""a,*,b""#), "\(other)") }
        #expect(EntityTag("*").satisfies(ifMatch: #""*""#))
        #expect(!EntityTag("*").satisfies(ifMatch: #""x""#))
        #expect(tag.isKnown(ifNoneMatch: #"W/"a,*,b""#) && !tag.isKnown(ifNoneMatch: #""a",*"#))
    }

    @Test func staticDocuments() throws {
        let document = StaticDocument("hello".utf8, type: "text/plain")
        func response(_ headers: HTTPFields) throws -> Response {
            document.response(
                to: Request(method: .get, target: try RequestTarget("/"), headers: headers, id: "1", logger: .quiet))
        }
        let first = try response([:])
        let tag = try #require(first.headers[.eTag])
        #expect(first.status == .ok)
        #expect(try response([.ifNoneMatch: tag]).status == .notModified)
        #expect(try response([.ifNoneMatch: "\"other\""]).status == .ok)
    }
}
