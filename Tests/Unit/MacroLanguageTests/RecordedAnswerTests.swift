import MacroLanguage
import Testing

/// Answers of HTCondor 25.14.1. Each was recorded with `condor_config_val NAME` from a file with these lines in a test pool, and where it says so
/// with
/// `condor_submit -dry-run` or its `-digest`. Values in place were recorded by way of the index of `$CHOICE()`, or from a digest.
@Suite struct RecordedAnswerTests {
    private let macros = TestMacros("S = abc\nI = 5\nN = 0\nT = abcdef")

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    // MARK: Formats

    /// HTCondor has no limit of its own for widths; a number is cut to 55 bytes. The lengths 1,004, 4,100, 20,003 and 58 were recorded with the
    /// brackets.
    @Test func formatsOfGreatWidth() throws {
        #expect(try macros.value("[$STRING(S,%1001s)]") == "[\(spaces(998))abc]")
        #expect(try macros.value("[$STRING(S,%4097s)]") == "[\(spaces(4094))abc]")
        #expect(try macros.value("[$STRING(S,%20000s)]") == "[\(spaces(19_997))abc]")
        for width in [1001, 4097, 5000, 999_999_999, 2_147_483_647] {
            #expect(try macros.value("[$INT(I,%\(width)d)]") == "[\(spaces(55))]", "\(width)")
        }
        #expect(try macros.value("[$INT(I,%-999999999d)]") == "[5\(spaces(54))]")
        for precision in [4097, 999_999_999] {
            #expect(try macros.value("[$INT(I,%.\(precision)d)]") == "[\(String(repeating: "0", count: 55))]", "\(precision)")
        }
        #expect(try macros.value("[$REAL(I,%.4097f)]") == "[5.\(String(repeating: "0", count: 53))]")
        // A width that overflows prints nothing.
        #expect(try macros.expand("[$INT(I,%99999999999d)]") == ("[]", 0))
        // condor_config_val ends with a segmentation fault here.
        #expect(throws: MacroError.self) { try macros.value("[$STRING(S,%2147483647s)]") }
    }

    @Test(arguments: [
        ("$INT(I,%p)", "0x5"), ("$INT(I,%-p|)", "0x5|"), ("$INT(I,%Ld)", "5"), ("$INT(I,%zd)", "5"), ("$INT(I,%d%)", "5"), ("$INT(I,%d %)", "5 "),
        ("$INT(I,a%%b%dc%%)", "a%b5c%"), ("$INT(I,%5%%d)", "%5"), ("$INT(I,%hhd)", "5"), ("$INT(I,%.d)", "5"), ("$INT(300,%hhd)", "44"),
        ("$INT(I,%d%k)", "5%k"), ("$INT(I,%d%5)", "5"), ("$INT(I,%d%5k)", "5%5k"), ("$INT(I,%dx%z)", "5x"), ("$STRING(S,%05s)", "  abc"),
        ("$STRING(S,%-05s)", "abc  "), ("$STRING(S,ab%lscd)", ""), ("$STRING(S,%S)", ""), ("$INT(N,ab%ccd)", "ab"), ("$INT(300,%c)", ","),
        ("$INT(65,%C)", "A"), ("$INT(65,%lc)", "A"), ("$INT(I,%+ 05d)", "+0005"), ("$INT(I,%#o %%)", "05 %"), ("$STRING(S,%#s)", "abc"),
        ("$STRING(S,%hs)", "abc"), ("$STRING(S,%.2s|)", "ab|"), ("$STRING(S,%'5s)", "  abc"), ("$INT(4294967301,%hhhd)", "%hd"),
        ("$INT(4294967301,%d)", "5"), ("$INT(4294967301,%hlld)", "%lld"), ("$INT(4294967301,%lhd)", "%hd"), ("$INT(4294967301,%qd)", "4294967301"),
        ("$INT(-1,%u)", "4294967295"), ("$INT(-1,%x)", "ffffffff"), ("$INT(-1,%jx)", "ffffffffffffffff"), ("$REAL(I,%.0f)", "5.0"),
        ("$REAL(2.5,%a)", "0x1.4p+1"), ("$REAL(2.5,%lf)", "2.500000"), ("$REAL(2.5,%hf)", "2.500000"), ("$INT(I,%-.d)", "5"),
    ]) func formats(_ text: String, _ expected: String) throws {
        #expect(try macros.expand(text) == (expected, 0))
    }

    @Test(arguments: [
        "%", "%5", "%+05d|% d", "%.-3d", "%n%d", "%1$d", "%*d", "%r", "%d%%%d", "%%", "", "plain", "%s",
    ]) func formatsThatAreRefused(_ format: String) throws {
        #expect(try macros.expand("[$INT(I,\(format))]") == ("[\(format)]", 1))
    }

    // MARK: In place

    /// The second expander does not cut numbers to 55 bytes, as the first one does.
    @Test func numbersInPlaceAreNotCut() throws {
        let macros = TestMacros("I = 5\nI2 = $INT(I,%1001d)\nI3 = $INT(I,%-60dx)")
        #expect(try macros.expand("$CHOICE(I2,a,b,c,d,e,f)") == ("f", 0))
        #expect(try macros.expand("$CHOICE(I3,a,b,c,d,e,f)") == ("a", 1))
        #expect(try macros.value("$(I2)") == spaces(55))
        // condor_submit -digest
        #expect(try macros.digest("$INT(I,%70d)") == (spaces(69) + "5", false))
    }

    // MARK: $RANDOM_INTEGER

    /// "invalid step" is said once, and the step is 1.
    @Test(arguments: ["x", "0", "-3"]) func aStepThatIsNone(_ step: String) throws {
        #expect(try macros.expand("$RANDOM_INTEGER(1,1,\(step))") == ("1", 1))
        let inPlace = TestMacros("I = $RANDOM_INTEGER(1,1,\(step))")
        #expect(try inPlace.expand("$CHOICE(I,a,b,c)") == ("a", 2))
    }

    /// HTCondor draws 31 bits and lets the rest overflow: it answered 427067619 to a range up to 2^63 - 1, and -499999999898570850 to one from
    /// -5·10^18 to 5·10^18; the number is cut to 19 characters.
    @Test func rangesThatOverflow() throws {
        #expect(try macros.expand("$RANDOM_INTEGER(-9223372036854775808,-9223372036854775808)") == ("-922337203685477580", 0))
        var largest = TestMacros()
        largest.drawsLargest = true
        #expect(try largest.expand("$RANDOM_INTEGER(0,9223372036854775807)") == ("2147483647", 0))
        #expect(try largest.expand("$RANDOM_INTEGER(-5000000000000000000,5000000000000000000)") == ("-499999999785251635", 0))
        for _ in 0..<20 {
            let number = try macros.value("$RANDOM_INTEGER(-5000000000000000000,5000000000000000000)")
            #expect(number.hasPrefix("-4999999") && number.count == 19)
        }
        // In place nothing is cut, and the step must be given.
        #expect(try macros.digest("$RANDOM_INTEGER(-9223372036854775808,-9223372036854775808,1)") == ("-9223372036854775808", false))
    }

    /// Here condor_config_val divides by zero and ends with SIGFPE. We say what is wrong and go on with the minimum.
    @Test(arguments: ["-9223372036854775808,9223372036854775807", "-9223372036854775808,0,9223372036854775807"])
    func rangesThatEndHTCondor(_ arguments: String) throws {
        #expect(try macros.expand("$RANDOM_INTEGER(\(arguments))") == ("-9223372036854775808", 1))
    }

    // MARK: $SUBSTR

    /// The length may be 2^31 - 1, the start may not; in place, neither may.
    @Test func limitsOfSubstrings() throws {
        #expect(try macros.expand("<$SUBSTR(T,0,2147483647)>") == ("<abcdef>", 0))
        #expect(try macros.expand("<$SUBSTR(T,0,2147483648)>") == ("<>", 1))
        #expect(try macros.expand("<$SUBSTR(T,2147483647,1)>") == ("<>", 1))
        #expect(try macros.expand("<$SUBSTR(T,2147483646,2)>") == ("<>", 0))
        #expect(try macros.expand("<$SUBSTR(T,-2147483648,-2147483648)>") == ("<>", 0))
        let inPlace = TestMacros("T = 012\nI = $SUBSTR(T,2147483647)\nJ = $SUBSTR(T,2147483646)")
        #expect(try inPlace.expand("$CHOICE(I,a,b,c)") == ("a", 2))
        #expect(try inPlace.expand("$CHOICE(J,a,b,c,d,e,f,g,h,i,j,k,l,m)") == ("m", 0))
    }

    // MARK: Numbers

    @Test(arguments: [
        ("$INT(1e30)", "-9223372036854775808"), ("$INT(-1e30)", "-9223372036854775808"), ("$INT(9223372036854775808.0)", "-9223372036854775808"),
        ("$INT(99999999999999999999)", "9223372036854775807"), ("$INT(1.0e18 * 10)", "-9223372036854775808"), ("$INT(NAN)", "-9223372036854775808"),
        ("$REAL(0x10)", "16"), ("$REAL(inf)", "INF"), ("$REAL(nan)", "NAN"), ("$REAL(0x1p3)", "8"), ("$REAL( 2.5 )", "2.5"), ("$REAL(1e400)", "INF"),
        ("$INT(1.9)", "1"), ("$INT(-1.9)", "-1"),
    ]) func numbersAtTheLimits(_ text: String, _ expected: String) throws {
        #expect(try TestMacros("NAN = real(\"NaN\")").expand(text) == (expected, 0))
    }

    @Test func textsThatAreNoNumbers() throws {
        #expect(try macros.expand("$INT(0x10)") == ("", 1))
        #expect(try macros.expand("$INT(real(\"NaN\"))") == (")", 1))
    }

    // MARK: Digests

    /// condor_submit -digest of `arguments = $$([$(x)+1]) $$(foo:$(x)) $$(bar$(x)) $$([ $(Process) $(x)])`
    @Test func macrosInsideOfMatchedOnesAreReplacedInDigests() throws {
        let (value, isPending) = try TestMacros("x = 5\nProcess = 0").digest(
            "$$([$(x)+1]) $$(foo:$(x)) $$(bar$(x)) $$([ $(Process) $(x)])", keeping: ["process"])
        #expect(value == "$$([5+1]) $$(foo:5) $$(bar5) $$([ $(Process) 5])")
        #expect(isPending)
    }
}
