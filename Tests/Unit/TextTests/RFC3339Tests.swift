import Glibc
import Testing
import Text

@Suite struct RFC3339Tests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_248_000, "2026-11-21T08:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func goesBothWays(seconds: Int64, text: String) {
        #expect(RFC3339.string(seconds) == text)
        #expect(RFC3339.seconds(text) == seconds)
    }

    @Test func clampsAndWritesMilliseconds() {
        #expect(RFC3339.string(.max) == "9999-12-31T23:59:59Z")
        #expect(RFC3339.string(.min) == "0000-01-01T00:00:00Z")
        #expect(RFC3339.string(0, milliseconds: 7) == "1970-01-01T00:00:00.007Z")
    }

    /// glibc's calendar gives the same.
    @Test func agreesWithGlibc() {
        for seconds in stride(from: Int64(-62_000_000_000), through: 253_000_000_000, by: 9_999_991) {
            var time = time_t(seconds)
            var parts = tm()
            gmtime_r(&time, &parts)
            var buffer = [CChar](repeating: 0, count: 32)
            let length = strftime(&buffer, buffer.count, "-%m-%dT%H:%M:%SZ", &parts)
            let text = RFC3339.string(seconds)
            #expect(Int32(text.prefix(4)) == parts.tm_year + 1_900)
            #expect(text.dropFirst(4) == String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self))
            #expect(RFC3339.seconds(text) == seconds)
        }
    }

    @Test(
        arguments: [
            ("2026-11-21t08:00:00z", 1_795_248_000), ("2026-11-21 08:00:00.5Z", 1_795_248_000), ("2026-11-21T09:30:00+01:30", 1_795_248_000),
            ("2026-11-21T09:30:00 01:30", 1_795_248_000), ("2026-11-21T00:00:00-08:00", 1_795_248_000), ("1972-06-30T23:59:60Z", 78_796_800),
        ] as [(String, Int64)])
    func readsOffsetsAndFractions(text: String, seconds: Int64) {
        #expect(RFC3339.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T08:00:00", "2026-02-30T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z", "2026-11-21T08:00:61Z", "2026-11-21T08:00:00.Z", "2026-11-21T08:00:00+0100",
        "2026-11-21T08:00:00Zx", "26-11-21T08:00:00Z", "2026-11-21T08:00:00+24:00", "+026-11-21T08:00:00Z",
    ])
    func refusesEverythingElse(text: String) {
        #expect(RFC3339.seconds(text) == nil)
    }

    @Test func refusesOtherYears() {
        #expect(RFC3339.seconds("1969-12-31T23:59:59Z", years: 1_970...9_999) == nil)
    }
}
