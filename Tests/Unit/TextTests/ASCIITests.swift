import Glibc
import Testing
import Text

@Suite struct ASCIITests {
    @Test func classesAreThoseOfC() {
        for byte in UInt8.min...UInt8.max {
            let c = Int32(byte)
            let isASCII = byte < 0x80
            #expect(ASCII.isDigit(byte) == (isASCII && isdigit(c) != 0))
            #expect(ASCII.isHexDigit(byte) == (isASCII && isxdigit(c) != 0))
            #expect(ASCII.isLetter(byte) == (isASCII && isalpha(c) != 0))
            #expect(ASCII.isAlphanumeric(byte) == (isASCII && isalnum(c) != 0))
            #expect(ASCII.isSpace(byte) == (isASCII && isspace(c) != 0))
            #expect(ASCII.isControl(byte) == (isASCII && iscntrl(c) != 0))
            #expect(ASCII.lowercased(byte) == (isASCII ? UInt8(tolower(c)) : byte))
            #expect(ASCII.uppercased(byte) == (isASCII ? UInt8(toupper(c)) : byte))
        }
        #expect((UInt8.min...UInt8.max).filter { ASCII.isOctalDigit($0) } == Array("01234567".utf8))
        #expect(ASCII.isWord(UInt8(ascii: "_")) && !ASCII.isWord(UInt8(ascii: "-")))
        #expect(ASCII.isBlank(0x09) && !ASCII.isBlank(0x0A))
    }

    @Test func changesTheCaseOfASCIILettersAlone() {
        #expect(ASCII.lowercased("AbÄ[@Z") == "abÄ[@z")
        #expect(ASCII.uppercased("abä{`z") == "ABä{`Z")
        #expect(ASCII.lowercased("abc") == "abc")
        #expect(ASCII.lowercased([0x41, 0xC4]) == [0x61, 0xC4])
    }

    @Test func comparesIgnoringCase() {
        #expect(ASCII.equalIgnoringCase("JobStatus", "jobSTATUS"))
        #expect(!ASCII.equalIgnoringCase("JobStatus", "JobStatu"))
        #expect(!ASCII.equalIgnoringCase("[", "{"))
        #expect(!ASCII.equalIgnoringCase("ä", "Ä"))
        #expect(ASCII.hasPrefixIgnoringCase("Bearer x", "bearer "))
        #expect(!ASCII.hasPrefixIgnoringCase("Bear", "bearer"))
        #expect(ASCII.precedesIgnoringCase("a".utf8, "B".utf8))
        #expect(!ASCII.precedesIgnoringCase("B".utf8, "a".utf8))
    }

    @Test(arguments: [("abc", "ABD"), ("ABC", "abc"), ("ab", "ABC"), ("_a", "Aa"), ("", "a"), ("", "")])
    func ordersAsStrcasecmp(left: String, right: String) {
        let order = Array(left.utf8).withUnsafeBufferPointer { a in
            Array(right.utf8).withUnsafeBufferPointer { ASCII.compareIgnoringCase(a, $0) }
        }
        #expect(order.signum() == Int(strcasecmp(left, right)).signum())
    }

    @Test func trims() {
        #expect(ASCII.trimmed(" \t\r\n a b \u{B}\u{C}") == "a b")
        #expect(ASCII.trimmed("\u{A0}") == "\u{A0}")
        #expect(ASCII.trimmed([0x20, 0x20]) == [])
    }
}
