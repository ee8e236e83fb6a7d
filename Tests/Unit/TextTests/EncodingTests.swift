import SeededGeneration
import Testing
import Text

@Suite struct EncodingTests {
    @Test func hexadecimalGoesBothWays() {
        #expect(Hex.string([0x00, 0x9F, 0xFF]) == "009fff")
        #expect(Hex.bytes("009fFF") == [0x00, 0x9F, 0xFF])
        #expect(Hex.bytes("") == [])
        #expect(Hex.bytes("0") == nil)
        #expect(Hex.bytes("0g") == nil)
        #expect(Hex.string(UInt64(0xAB)) == "00000000000000ab")
        #expect(Hex.string(UInt16.max) == "ffff")
        #expect(Hex.upperDigit(0xFA) == UInt8(ascii: "A"))
    }

    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func base64OfTheRFC(plain: String, encoded: String) {
        #expect(Base64.encode(plain.utf8) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
        let unpadded = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encodeURL(plain.utf8) == unpadded)
        #expect(Base64.decodeURL(unpadded.utf8) == Array(plain.utf8))
    }

    @Test func base64HasTwoAlphabets() {
        let bytes: [UInt8] = [0xFB, 0xEF, 0xFF]
        #expect(Base64.encode(bytes) == "++//")
        #expect(Base64.encodeURL(bytes) == "--__")
        #expect(Base64.decode("--__".utf8) == nil)
        #expect(Base64.decodeURL("++//".utf8) == nil)
    }

    @Test func base64OfEveryLengthGoesBothWays() {
        for length in 0..<40 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 251) }
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes).utf8) == bytes)
        }
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v\n", "Zm9=v", "Z", "AAAA=", "AA=A", "=AAA", "A A=", "-_8="])
    func malformedBase64IsRefused(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test(arguments: ["Zg==", "Zh", "Z", "Zm9v ", "AAAAA", "+/8"])
    func malformedBase64ForURLsIsRefused(text: String) {
        #expect(Base64.decodeURL(text.utf8) == nil)
    }

    /// What is read as base64 is written as the same text again.
    @Test func changedBase64IsReadExactlyOrRefused() {
        var random = SeededGenerator(seed: 103)
        for number in 0..<300_000 {
            let input =
                number % 2 == 0
                ? random.bytes(random.below(24)) : random.mutated(Array(Base64.encode(random.bytes(random.below(24))).utf8))
            let isExact =
                Base64.decode(input).map { Array(Base64.encode($0).utf8) == input } ?? true
                && Base64.decodeURL(input).map { Array(Base64.encodeURL($0).utf8) == input } ?? true
            // As `#expect`, without its cost for each of many cases.
            if !isExact { Issue.record("seed 103, case \(number)") }
        }
    }

    @Test func percentEncodingGoesBothWays() {
        #expect(PercentEncoding.encode("a b/ä~,+") == "a%20b%2F%C3%A4~%2C%2B")
        #expect(PercentEncoding.encode("a/b,c", keeping: "/,") == "a/b,c")
        #expect(PercentEncoding.decode("a%20b%2f+") == "a b/+")
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
        #expect(PercentEncoding.decode("%ff".utf8) == [0xFF])
    }

    @Test(arguments: ["%", "%1", "%zz", "%ff", "a%2"])
    func malformedPercentEncodingIsRefused(text: String) {
        #expect(PercentEncoding.decode(text) as String? == nil)
    }

    @Test(arguments: [("1.5", 1.5), ("-0.25e2", -25), ("1e999", .infinity), ("1e-999", 0)] as [(String, Double)])
    func readsDecimalNumbers(text: String, value: Double) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { DecimalNumber.double($0) } == value)
    }

    /// Every scalar's own encoding is found whole, and nothing else is.
    @Test func findsUTF8() {
        func length(_ bytes: [UInt8]) -> Int { bytes.withUnsafeBufferPointer { UTF8Scan.scalarLength($0, at: 0) } }
        var wrong: [[UInt8]] = []
        for code in stride(from: UInt32(0), through: 0x10FFFF, by: 31) {
            guard let scalar = Unicode.Scalar(code) else { continue }
            let bytes = Array(String(Character(scalar)).utf8)
            if length(bytes) != bytes.count || bytes.count > 1 && length(Array(bytes.dropLast())) != 0 { wrong.append(bytes) }
        }
        for first in UInt8(0x80)...0xFF {
            for second in stride(from: UInt8(0), through: 0xFF, by: 5) {
                let bytes: [UInt8] = [first, second, 0x80, 0x80]
                let isWhole = (2...4).contains { String(validating: bytes.prefix($0), as: UTF8.self) != nil }
                if (length(bytes) > 0) != isWhole { wrong.append(bytes) }
            }
        }
        #expect(wrong == [])
        #expect(length([0xED, 0xA0, 0x80]) == 0)
        #expect(length([0xC0, 0x80]) == 0)
        #expect(length([0xF4, 0x90, 0x80, 0x80]) == 0)
    }
}
