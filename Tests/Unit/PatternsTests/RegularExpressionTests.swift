import Patterns
import Testing

@Suite struct RegularExpressionTests {
    private func outcome(
        _ pattern: String, _ text: String, from start: Int = 0, _ options: RegularExpression.Options = [],
        _ match: RegularExpression.MatchOptions = []
    ) throws -> RegularExpression.Outcome {
        let expression = try #require(RegularExpression(Array(pattern.utf8), options: options))
        return Array(text.utf8).withUnsafeBufferPointer { expression.match($0, from: start, options: match) }
    }

    @Test func matchesAnywhere() throws {
        #expect(try outcome("b+", "abbc") == .matched(groups: 1))
        #expect(try outcome("(a)|(b)", "b") == .matched(groups: 3))
        #expect(try outcome("x", "abc") == .noMatch)
        #expect(try outcome("", "") == .matched(groups: 1))
        let expression = try #require(RegularExpression(Array(#"\.rpmnew$"#.utf8)))
        #expect(expression.matches("a.rpmnew"))
        #expect(!expression.matches("a.rpmnew2"))
    }

    @Test func obeysOptions() throws {
        #expect(try outcome("ABC", "abc") == .noMatch)
        #expect(try outcome("ABC", "abc", .caseInsensitive) == .matched(groups: 1))
        #expect(try outcome("^b", "a\nb", .multiline) == .matched(groups: 1))
        #expect(try outcome("a.b", "a\nb") == .noMatch)
        #expect(try outcome("a.b", "a\nb", .dotMatchesAll) == .matched(groups: 1))
        #expect(try outcome("a b # comment", "ab", .extended) == .matched(groups: 1))
        #expect(try outcome("x*", "a", [], .notEmpty) == .noMatch)
        #expect(try outcome("b", "ab", [], .anchored) == .noMatch)
        #expect(try outcome("b", "ab", from: 1, [], .anchored) == .matched(groups: 1))
    }

    @Test func givesTheRangesOfGroups() throws {
        let expression = try #require(RegularExpression(Array("(a+)(x)?(b)".utf8)))
        let outcome = Array("-aab".utf8).withUnsafeBufferPointer { expression.match($0) }
        #expect(outcome == .matched(groups: 4))
        #expect(expression.range(ofGroup: 0) == 1..<4)
        #expect(expression.range(ofGroup: 1) == 1..<3)
        #expect(expression.range(ofGroup: 2) == nil)
        #expect(expression.range(ofGroup: 3) == 3..<4)
        #expect(expression.range(ofGroup: 4) == nil)
        #expect(expression.range(ofGroup: -1) == nil)
    }

    @Test func matchesBytesThatAreNoText() throws {
        let expression = try #require(RegularExpression([0xFF, UInt8(ascii: ".")]))
        let outcome = [0x00, 0xFF, 0x80].withUnsafeBufferPointer { expression.match($0) }
        #expect(outcome == .matched(groups: 1))
        #expect(expression.range(ofGroup: 0) == 1..<3)
    }

    @Test func refusesMalformedAndLongPatterns() {
        #expect(RegularExpression(Array("(".utf8)) == nil)
        #expect(RegularExpression(Array("[a".utf8)) == nil)
        #expect(RegularExpression([UInt8](repeating: 0x61, count: 20_000)) != nil)
        #expect(RegularExpression([UInt8](repeating: 0x61, count: RegularExpression.maximumPatternLength + 1)) == nil)
    }

    @Test func endsRunawayMatches() throws {
        let text = String(repeating: "a", count: 40)
        #expect(try outcome("^(a|aa)+$", text + "b") == .limitReached)
        let expression = try #require(RegularExpression(Array("^(a|aa)+$".utf8)))
        #expect(!expression.matches(text + "b"))
    }
}
