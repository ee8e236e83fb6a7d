import CondorModel
import Testing

@Suite struct SandboxNameTests {
    /// What `LegalPathInSandbox` of HTCondor 25.14.1's own library says of each name.
    @Test(arguments: [
        ("", SandboxName.Fault.empty), ("a", nil), ("a/b", nil), ("a.b/..c", nil), ("...", nil), (".hidden", nil), ("ä", nil), (".", nil),
        ("./a", nil),
        ("a/.", nil), ("a//b", nil), ("a/", nil), ("/", .absolute), ("/a", .absolute), ("\\", .absolute), ("\\a", .absolute),
        ("\\\\host\\x", .absolute), ("..", .parent), ("../a", .parent), ("a/..", .parent), ("x/../y", .parent), ("..\\a", .parent),
        ("a\\..", .parent), ("a\\..\\b", .parent), ("a\\b", nil), ("a..\\b", nil), ("c:", nil), ("c:/", .absolute), ("c:/x", .absolute),
        ("c:\\x", .absolute), ("c:x", nil), ("9p:/x", nil), ("ab:/x", nil), ("/:/", .absolute), ("::/", .absolute), ("a/c:/x", nil), ("é:/x", nil),
        ("..../..", .parent), ("x/ ..", nil), ("a\n/b", nil),
    ])
    func isJudgedAsByHTCondor(_ name: String, _ fault: SandboxName.Fault?) {
        #expect(SandboxName.fault(in: name.utf8) == fault)
    }

    @Test(arguments: [
        ("a", ["a"]), ("a/b\\..\\c", ["a", "b\\..\\c"]), ("...", ["..."]), ("c:/x", ["c:", "x"]), ("", nil), ("/a", nil), ("a/", nil), ("a//b", nil),
        ("./a", nil), ("a/..", nil), ("a/\0", nil),
    ])
    func hasComponentsOfALinuxPath(_ name: String, _ components: [String]?) {
        #expect(SandboxName.components(of: name) == components)
    }
}
