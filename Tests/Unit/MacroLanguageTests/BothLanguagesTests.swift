import ClassAd
import CondorConfig
import SubmitDescription
import Testing

/// The same macros in a configuration and in a submit description come to the same value: the one HTCondor 25.14.1 answered to both
/// `condor_config_val R` and `condor_submit -dry-run`.
@Suite struct BothLanguagesTests {
    private static let cases: [(lines: String, value: String, expected: String)] = [
        ("S = abc", "[$STRING(S,%1001s)]", "[" + String(repeating: " ", count: 998) + "abc]"),
        ("I = 5", "[$INT(I,%5000d)]", "[" + String(repeating: " ", count: 55) + "]"),
        ("I = 5\nI2 = $INT(I,%1001d)", "$CHOICE(I2,a,b,c,d,e,f)", "f"),
        ("", "<$RANDOM_INTEGER(1,1,x)> <$RANDOM_INTEGER(1,1,0)>", "<1> <1>"),
        ("", "$RANDOM_INTEGER(-9223372036854775808,-9223372036854775808)", "-922337203685477580"),
        ("S = abcdef", "<$SUBSTR(S,0,2147483647)> <$SUBSTR(S,0,2147483648)>", "<abcdef> <>"),
        ("S = abcdef\nC1 = 0$SUBSTR(S,2147483647)", "$CHOICE(C1,a,b)", "a"),
        ("", "$INT(1e30)", "-9223372036854775808"),
        ("", "<$INT(5,%p)> <$INT(5,%Ld)> <$INT(300,%c)> <$INT(5,%d%k)> <$INT(5,%5%%d)>", "<0x5> <5> <,> <5%k> <%5>"),
        ("X = $(X)y", "<$(X)>", "<y>"),
        ("if defined use ROLE:Submit\nX = yes\nelse\nX = no\nendif", "<$(X)>", "<yes>"),
        ("if defined use ROLE:Nope\nX = yes\nelse\nX = no\nendif", "<$(X)>", "<no>"),
    ]

    @Test(arguments: cases.indices) func theSameValue(_ index: Int) throws {
        let (lines, value, expected) = Self.cases[index]
        let configuration = try Configuration.load(
            root: .path("/main"), environment: [:], files: MemoryConfigurationFiles(["/main": "\(lines)\nR = \(value)\n"]), facts: HostFacts())
        #expect(configuration.value("R") == expected)
        let plan = try SubmitDescription.parse(
            "\(lines)\nexecutable = a\nbatch_name = \(value)\nqueue\n", mode: .remote, parameters: SubmitParameters())
        #expect(plan.clusterAd["JobBatchName"]?.literalValue == .string(expected))
    }

    /// The prefixes differ: a description's names are looked up as `SUBMIT.NAME` first. condor_submit 25.14.1 answered "qr".
    @Test func anAssignmentUnderThePrefixOfSubmit() throws {
        let plan = try SubmitDescription.parse(
            "SUBMIT.Z = q\nSUBMIT.Z = $(Z)r\nexecutable = a\nbatch_name = $(Z)\nqueue\n", mode: .remote, parameters: SubmitParameters())
        #expect(plan.clusterAd["JobBatchName"]?.literalValue == .string("qr"))
    }
}
