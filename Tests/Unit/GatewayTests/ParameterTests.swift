import ClassAd
import HTTPMessages
import NIOCore
import Testing

@testable import Gateway

@Suite struct HistorySinceTests {
    @Test func jobsAndTimesAreTold() {
        #expect(HistorySince(parameter: "1795250014") == .time(1_795_250_014))
        #expect(HistorySince(parameter: "1970-01-01T00:00:00Z") == .time(0))
        #expect(HistorySince(parameter: "2026-11-21T09:00:00.25+01:00") == .time(1_795_248_000))
        // A plus sign that was not escaped in the query.
        #expect(HistorySince(parameter: "2026-11-21T09:00:00 01:00") == .time(1_795_248_000))
        #expect(HistorySince(parameter: "2026-11-21T07:00:00-01:00") == .time(1_795_248_000))
        #expect(HistorySince(parameter: "7.0")?.stop?.unparsed(.old).contains("ClusterId == 7") == true)
        for wrong in [
            "", "-1", "7.", "2026-02-30T00:00:00Z", "2026-11-21", "2026-11-21T09:00:00", "2026-11-21T25:00:00Z", "2026-11-21T09:00:00Zx", "now",
        ] {
            #expect(HistorySince(parameter: wrong) == nil, "\(wrong)")
        }
    }

    @Test func onlyOwnCursorsAreTaken() {
        #expect(HistoryCursor("h1-7-0-1795250014")?.text == "h1-7-0-1795250014")
        for wrong in ["", "h1", "h1-7-0", "h1-07-0-1", "h1-7-0-01", "h1-0-0-1", "j1-7-0", "h1-7-0-1-2", "h1-7-0- 1"] {
            #expect(HistoryCursor(wrong) == nil, "\(wrong)")
        }
    }
}

@Suite struct IdempotencyKeyTests {
    @Test func keysAreVisibleASCII() {
        for good in ["k", "A-b_c!~\"", String(repeating: "x", count: 128)] { #expect(IdempotencyKey(parameter: good)?.text == good) }
        for bad in ["", "a b", "a\tb", "é", String(repeating: "x", count: 129)] { #expect(IdempotencyKey(parameter: bad) == nil) }
    }

    @Test func theClauseHoldsForTheUsersJobsOnly() throws {
        let key = try #require(IdempotencyKey(parameter: #"a"||true||""#))
        let stamp = SubmissionStamp(key: key, digest: "d")
        var ad = ClassAd()
        stamp.mark(&ad)
        ad.set("User", "alice@pool")
        func holds(_ ad: ClassAd, user: String, isRepeatable: Bool = false) -> Bool {
            if case .boolean(true) = stamp.expression(user: user, isRepeatable: isRepeatable).evaluate(my: ad) { return true }
            return false
        }
        #expect(holds(ad, user: "alice@pool"))
        #expect(!holds(ad, user: "bob@pool"))
        #expect(!holds(ad, user: "ALICE@pool"))
        #expect(holds(ad, user: "alice@pool", isRepeatable: true))
        ad.set("JobStatus", 3)
        #expect(!holds(ad, user: "alice@pool", isRepeatable: true))
        ad.set("StageInFinish", 5)
        #expect(holds(ad, user: "alice@pool", isRepeatable: true))
        ad.set(SubmissionStamp.keyAttribute, "another")
        #expect(!holds(ad, user: "alice@pool"))
    }
}

@Suite struct LastLinesTests {
    @Test func linesAreCountedFromTheEnd() {
        func last(_ count: Int, _ parts: [String]) -> String {
            var lines = LastLines(count)
            for part in parts { lines.add(ByteBuffer(string: part)) }
            return String(decoding: lines.text.readableBytesView, as: UTF8.self)
        }
        #expect(last(2, ["one\ntw", "o\nthree\n"]) == "two\nthree\n")
        #expect(last(2, ["one\ntwo\nthree"]) == "two\nthree")
        #expect(last(9, ["one\n"]) == "one\n")
        #expect(last(1, ["\n\n"]) == "\n")
        #expect(last(0, ["one"]) == "")
        #expect(last(3, []) == "")
    }
}

@Suite struct TextPiecesTests {
    /// Whatever the pieces are, the text is that of the whole, also where it is no UTF-8.
    @Test(arguments: ["plain", "a\u{E4}b\u{20AC}c\u{1F600}", "\u{1F600}\u{1F600}"])
    func charactersAreNotCut(text: String) {
        for bytes in [Array(text.utf8), Array(text.utf8) + [0xE2, 0x82], [0xFF, 0x80] + Array(text.utf8)] {
            for size in 1...bytes.count {
                var pieces = TextPieces()
                var found = ""
                for start in stride(from: 0, to: bytes.count, by: size) {
                    found += pieces.add(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
                }
                #expect(found + pieces.end() == String(decoding: bytes, as: UTF8.self), "pieces of \(size)")
            }
        }
    }
}

@Suite struct EntityTagTests {
    @Test func listsOfTags() {
        for field in ["\"a\"", "*", "\"x\", \"a\"", " \"a\" ,\"b\""] {
            #expect(JobsService.matches(field, "\"a\"", weakly: false) && JobsService.matches(field, "\"a\"", weakly: true), "\(field)")
        }
        #expect(JobsService.matches("W/\"a\"", "\"a\"", weakly: true))
        for field in ["W/\"a\"", "", "a", "\"b\""] { #expect(!JobsService.matches(field, "\"a\"", weakly: false), "\(field)") }
    }
}

@Suite struct TriviallyTrueTests {
    @Test func onlyWhatLooksAtNothingIsTrivial() throws {
        for text in ["true", "1", "-2", "0.5", "!false", "1 < 2", "time() > 0", "(true)", "[a = 1].a", "{true}[0]"] {
            #expect(try ExprTree.parse(text).isTriviallyTrue, "\(text)")
        }
        for text in [
            "false", "0", "0.0", "undefined", "error", "\"true\"", "ProcId >= 0", "true || X", "{true}", "MY.X is undefined", "unparse(X) == \"X\"",
            "[a = X is undefined].a",
        ] {
            #expect(try !ExprTree.parse(text).isTriviallyTrue, "\(text)")
        }
    }
}
