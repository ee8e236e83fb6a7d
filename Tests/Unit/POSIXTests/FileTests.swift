import Glibc
import Testing

@testable import POSIX

@Suite struct FileTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/htapi-posix-test.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = try? ChildProcess("rm", arguments: ["rm", "-rf", directory]).wait() }
        try body(directory)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func replacing() throws {
        try withDirectory { directory in
            let path = directory + "/file"
            try FileWriting.replace(path, with: Array("one".utf8), mode: 0o600)
            #expect(mode(path) == 0o600)
            try FileWriting.replace(path, with: Array("two".utf8), mode: 0o666)
            #expect(try FileReading.contents(of: path, limit: 3) == Array("two".utf8))
            #expect(mode(path) == 0o666)
            #expect(try DirectoryNames.all(in: directory) == ["file"])
        }
    }

    /// A directory is in the way: the new file does not stay behind under another name.
    @Test func replacingWhatCannotBeReplaced() throws {
        try withDirectory { directory in
            try #require(mkdir(directory + "/file", 0o700) == 0)
            let error = #expect(throws: SystemError.self) { try FileWriting.replace(directory + "/file", with: [1], mode: 0o600) }
            #expect(error?.number == EISDIR)
            #expect(try DirectoryNames.all(in: directory) == ["file"])
            let missing = #expect(throws: SystemError.self) { try FileWriting.replace(directory + "/no/file", with: [1], mode: 0o600) }
            #expect(missing?.number == ENOENT)
        }
    }

    @Test func reading() throws {
        try withDirectory { directory in
            let path = directory + "/file"
            let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
            try FileWriting.replace(path, with: bytes, mode: 0o600)
            #expect(try FileReading.contents(of: path, limit: 200_000) == bytes)
            let error = #expect(throws: SystemError.self) { try FileReading.contents(of: path, limit: 199_999) }
            #expect(error?.number == EFBIG)
            #expect(FileReading.prefix(of: path) == Array(bytes.prefix(16_384)))
            #expect(FileReading.prefix(of: path, limit: 3) == [0, 1, 2])
            #expect(FileReading.prefix(of: directory + "/none") == nil)
            #expect(FileReading.prefix(of: directory) == nil)
            let missing = #expect(throws: SystemError.self) { try FileReading.contents(of: directory + "/none", limit: 1) }
            #expect(missing?.number == ENOENT)
        }
    }

    @Test func names() throws {
        try withDirectory { directory in
            for name in ["b", "a", ".hidden"] { try FileWriting.replace("\(directory)/\(name)", with: [], mode: 0o600) }
            #expect(try DirectoryNames.all(in: directory).sorted() == [".hidden", "a", "b"])
            let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            defer { close(descriptor) }
            for _ in 0..<2 { #expect(try DirectoryNames.all(in: descriptor).sorted() == [".hidden", "a", "b"]) }
            #expect(throws: SystemError("opening \(directory)/a", ENOTDIR)) { try DirectoryNames.all(in: directory + "/a") }
            #expect(throws: SystemError("opening a directory", EBADF)) { try DirectoryNames.all(in: -1) }
        }
    }

    @Test func accounts() {
        #expect(Account(uid: 0)?.name == "root")
        #expect(Account(named: "root").map { [$0.uid, $0.gid] } == [0, 0])
        #expect(Account(named: "root")?.home == Account(uid: 0)?.home)
        #expect(Account(named: "no such account") == nil)
        #expect(Account(uid: 4_000_000_000) == nil)
    }

    @Test func environment() {
        #expect(EnvironmentVariables.all.first { $0.name == "PATH" }?.value == EnvironmentVariables.value("PATH"))
        #expect(EnvironmentVariables.value("HTAPI_NOT_SET_ANYWHERE") == nil)
    }

    @Test func errors() {
        #expect(SystemError("opening x", ENOENT).description == "opening x: No such file or directory (errno 2)")
        #expect(SystemError("cannot open x", EACCES).sentence == "cannot open x: Permission denied")
        #expect(ProcessEnding(status: 0x0300) == .code(3))
        #expect(ProcessEnding(status: 9) == .signal(9, dumpedCore: false))
        #expect(ProcessEnding(status: 0x8B) == .signal(11, dumpedCore: true))
    }
}
