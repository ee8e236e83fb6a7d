import NIOCore
import SeededGeneration
import Testing

@testable import Sandbox

@Suite("Sandbox paths")
struct SandboxPathTests {
    @Test(
        "are normalised",
        arguments: [
            ("a", "a"), ("a/b", "a/b"), ("./a", "a"), ("a//b/", "a/b"), ("a/./b/.", "a/b"), (".hidden", ".hidden"), ("...", "..."),
            ("a..b/..c", "a..b/..c"),
            ("with\\backslash", "with\\backslash"), ("c:x", "c:x"), ("x\ny", "x\ny"),
        ])
    func normalised(given: String, expected: String) throws {
        #expect(try SandboxPath(given).string == expected)
    }

    @Test(
        "refuse what HTCondor would refuse",
        arguments: [
            ("", SandboxError.Code.invalidName), (".", .invalidName), ("./.", .invalidName), ("a\u{0}b", .invalidName), ("/", .absolutePath),
            ("/a", .absolutePath), ("\\a", .absolutePath), ("..", .traversal), ("../a", .traversal), ("a/..", .traversal), ("a/../b", .traversal),
            ("a\\..", .traversal), ("c:/x", .absolutePath), ("c:\\x", .absolutePath), ("a/..\\b", .traversal),
            (String(repeating: "n", count: 256), .nameTooLong),
            ([String](repeating: "n", count: 129).joined(separator: "/"), .nameTooLong),
            ([String](repeating: String(repeating: "n", count: 200), count: 11).joined(separator: "/"), .nameTooLong),
            (String(repeating: "./", count: 100_000), .nameTooLong),
        ])
    func refused(given: String, code: SandboxError.Code) {
        #expect { try SandboxPath(given) } throws: { ($0 as? SandboxError)?.code == code }
    }

    @Test("are UTF-8")
    func utf8() {
        #expect { try SandboxPath(bytes: [0x61, 0xFF]) } throws: { ($0 as? SandboxError)?.code == .invalidName }
        #expect { try SandboxPath(bytes: [0xC0, 0xAF]) } throws: { ($0 as? SandboxError)?.code == .invalidName }
        #expect { try SandboxPath(bytes: [0xED, 0xA0, 0x80]) } throws: { ($0 as? SandboxError)?.code == .invalidName }
    }

    @Test("compare as bytes")
    func bytewise() throws {
        let composed = try SandboxPath("caf\u{e9}")
        let decomposed = try SandboxPath("cafe\u{301}")
        #expect(composed.string == decomposed.string)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed)
    }

    @Test("know name and parent")
    func parts() throws {
        let path = try SandboxPath("a/b/c")
        #expect(path.name == "c")
        #expect(path.parent?.string == "a/b")
        #expect(try SandboxPath("a").name == "a")
        #expect(try SandboxPath("a").parent == nil)
    }

    @Test("names in errors can be shown")
    func shown() {
        #expect(SandboxError.displayName(Array("a\n\u{1b}[1m\\b".utf8)) == "a\\x0a\\x1b[1m\\\\b")
        #expect(SandboxError.displayName([0xFF, 0x41]) == "\u{fffd}A")
        #expect(SandboxError.displayName([UInt8](repeating: 65, count: 5000)).utf8.count == 203)
    }
}

@Suite("Output remaps")
struct OutputRemapsTests {
    @Test(
        "apply as the stock client's",
        arguments: [
            ("made.txt=renamed.txt", "made.txt", "renamed.txt"),
            ("made.txt=renamed.txt", "other.txt", "other.txt"),
            ("_condor_stdout=oo/out.txt;_condor_stderr=err.txt", "_condor_stdout", "oo/out.txt"),
            ("_condor_stdout=oo/out.txt;_condor_stderr=err.txt", "_condor_stderr", "err.txt"),
            (" a = b ;\tc =\n d e ", "a", "b"),
            (" a = b ;\tc =\n d e ", "c", "d e"),
            ("a b=c d", "a b", "c d"),
            ("src=dst;;out=x", "out", "x"),
            ("a=1;missing;c=2", "c", "2"),
            (" lead;c=2", "c", "2"),
            ("a=first;a=second", "a", "first"),
            ("a\\=b=c", "a=b", "c"),
            ("a=b\\;c;d=e", "a", "b;c"),
            ("a=b\\;c;d=e", "d", "e"),
            ("a=b\\=c", "a", "b\\=c"),
            ("a\\b=c", "a\\b", "c"),
            ("a=b;b=c", "a", "c"),
            ("dir=moved", "dir/x/y", "moved/x/y"),
            ("dir=moved", "dir", "moved"),
            ("dir/x=flat", "dir/x/y", "flat/y"),
            ("dir=moved;moved/x=away", "dir/x", "moved/x"),
            ("noequals", "noequals", "noequals"),
            ("a=", "a", "a"),
            ("=b", "a", "a"),
            ("a=b;b=a", "a", "a"),
            ("a=a/b", "a", "a"),
            ("", "a", "a"),
        ])
    func apply(text: String, name: String, expected: String) throws {
        #expect(OutputRemaps(text).destination(of: try SandboxPath(name)) == .path(try SandboxPath(expected)))
    }

    @Test(
        "stay inside of the archive",
        arguments: [
            ("a=/home/alice/work/logs/o.txt", "logs/o.txt"), ("a=/home/alice/work", "a"), ("a=/data/out.txt", "data/out.txt"),
            ("a=../../etc/passwd", "etc/passwd"), ("a=logs/../../o.txt", "o.txt"), ("a=/../../x", "x"), ("a=/", "a"), ("a=..", "a"), ("a=.", "a"),
            ("a=./b/", "b"), ("a=b\\..\\..\\c", "a"), ("a=\\b", "a"), ("a=/home/alice/worker/o", "home/alice/worker/o"),
            ("a=/home/alice/./work//x/../o", "o"),
        ])
    func inside(text: String, expected: String) throws {
        let remaps = OutputRemaps(text, workingDirectory: "/home/alice/work")
        #expect(remaps.destination(of: try SandboxPath("a")) == .path(try SandboxPath(expected)))
    }

    @Test("to URLs are not delivered")
    func urls() throws {
        let remaps = OutputRemaps("a=https://example.org/x;b=osdf+s3://y/z;c=9p://x;d=s3://")
        #expect(remaps.destination(of: try SandboxPath("a")) == .url("https://example.org/x"))
        #expect(remaps.destination(of: try SandboxPath("b")) == .url("osdf+s3://y/z"))
        #expect(remaps.destination(of: try SandboxPath("c")) == .path(try SandboxPath("9p:/x")))
        #expect(remaps.destination(of: try SandboxPath("d")) == .path(try SandboxPath("s3:")))
    }

    @Test("put the user log where the job wants it")
    func userLog() throws {
        let log = try SandboxPath("job.log")
        #expect(OutputRemaps(nil, userLog: "job.log").destination(of: log) == .path(log))
        #expect(OutputRemaps(nil, userLog: "logs/job.log").destination(of: log) == .path(try SandboxPath("logs/job.log")))
        let absolute = OutputRemaps(nil, userLog: "/home/alice/work/l/job.log", workingDirectory: "/home/alice/work/")
        #expect(absolute.destination(of: log) == .path(try SandboxPath("l/job.log")))
    }

    @Test("never give a name twice")
    func unique() throws {
        var names = OutputNames(OutputRemaps("a=same;b=same;d=sub;u=http://x/y"))
        func file(_ name: String) throws -> String? { try names.file(SandboxPath(name))?.string }
        #expect(try file("a") == "same")
        #expect(try file("b") == "b")
        #expect(try file("same") == "same.2")
        #expect(try file("b") == "b.2")
        #expect(try file("u") == nil)
        #expect(try names.directory(SandboxPath("d"))?.string == "sub")
        #expect(try names.directory(SandboxPath("sub")) == nil)
        #expect(try file("d/x") == "sub/x")
    }

    @Test("survive any text")
    func random() throws {
        let letters = Array("ab=;\\/. \t:".utf8)
        for seed in 1...10_000 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let text = String(
                decoding: (0..<Int.random(in: 0...40, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? 0 }, as: UTF8.self)
            let remaps = OutputRemaps(text, workingDirectory: "/a/b")
            for name in ["a", "b/a", "a/b/a"] {
                guard case .path(let path) = remaps.destination(of: try SandboxPath(name)) else { continue }
                #expect(throws: Never.self, "seed \(seed): \(text)") { try SandboxPath(path.string) }
            }
        }
    }
}

@Suite("Manifest and picking")
struct ManifestReaderTests {
    @Test("a manifest lists what passes")
    func manifest() throws {
        var manifest = ManifestReader()
        manifest.directory(try SandboxPath("d"), mode: 0o40755)
        manifest.begin(file: try SandboxPath("d/f"), mode: 0o644, size: 7)
        #expect(
            manifest.entries == [
                SandboxEntry(path: try SandboxPath("d"), kind: .directory, mode: 0o755),
                SandboxEntry(path: try SandboxPath("d/f"), kind: .file, mode: 0o644, size: 7),
            ])
        #expect(manifest.contentBytes == 7)
    }

    @Test(
        "a file is picked, whole or in part",
        arguments: [
            (nil, "0123456789"), (2..<5, "234"), (0..<1, "0"), (9..<100, "9"), (10..<20, ""), (0..<Int64.max, "0123456789"), (Int64.min..<2, "01"),
            (4..<4, ""),
        ] as [(Range<Int64>?, String)])
    func pick(range: Range<Int64>?, expected: String) throws {
        var picker = FilePicker(try SandboxPath("f"), range: range)
        var picked = ""
        func pass(_ name: String, _ content: String) throws {
            let isWanted = picker.begin(file: try SandboxPath(name), mode: 0o600, size: Int64(content.utf8.count))
            #expect(isWanted == (name == "f" && picked.isEmpty))
            for byte in content.utf8.reversed().reversed() {
                picked += picker.write(ByteBuffer(bytes: [byte])).map { String(buffer: $0) } ?? ""
            }
        }
        try pass("e", "before")
        #expect(picker.entry == nil)
        #expect(!picker.isComplete)
        try pass("f", "0123456789")
        #expect(picked == expected)
        #expect(picker.isComplete)
        #expect(picker.entry?.size == 10)
        #expect(picker.selected?.count == expected.utf8.count)
        _ = picker.begin(file: try SandboxPath("g"), mode: 0o600, size: 5)
        #expect(picker.write(ByteBuffer(string: "after")) == nil)
    }
}
