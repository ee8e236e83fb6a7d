import Cedar
import ClassAd
import CondorModel
import CondorProtocol
import Glibc
import NIOCore
import POSIX
import SeededGeneration
import Testing
import Tokens

@testable import CondorClient
@testable import MiniCondor

/// Clients that have an identity and mean ill, or are broken.
@Suite struct HostileClientTests {
    private static func message(_ write: (inout MessageEncoder) -> Void) -> [UInt8] {
        var message = MessageEncoder(encrypted: true)
        write(&message)
        return message.bytes
    }

    /// Sends one file of a given name into the sandbox of a new job. Gives the scheduler's report.
    private func spool(_ names: [String], to mini: RunningScheduler) async throws -> (report: FileTransfer.Report, cluster: Int) {
        let job = try mini.job(try await mini.submit(held: true).cluster)
        var (connection, reader) = try await mini.open(.spoolJobFilesWithPermissions, as: .token(try mini.token("alice@mini.test")))
        defer { connection.close() }
        let request = SpoolRequest(jobs: [job])
        try await connection.send([
            Self.message { request.encode(into: &$0) }, Self.message { request.encodeJobs(into: &$0) },
            Self.message { FileTransfer.Start(isFinal: false, sandboxSize: 1).encode(into: &$0) },
        ])
        for (index, name) in names.enumerated() {
            try await connection.send([Self.message { $0.write(integer: 1) }, Self.message { $0.write(string: name) }])
            if index == 0 {
                try await connection.send([Self.message { $0.write(integer: 300) }])
                _ = try await reader.goAhead()
                _ = try await reader.message { message throws(CedarError) in try message.readInteger() }
                try await connection.send([Self.message { FileTransfer.GoAhead.always.encode(into: &$0) }])
            }
            try await connection.send([
                Self.message { $0.write(integer: 0o644) }, Self.message { FileTransfer.FileSize(size: 4).encode(into: &$0) },
                Array("evil".utf8),
            ])
        }
        try await connection.send([Self.message { $0.write(integer: 0) }, Self.message { FileTransfer.Report(result: 0).encode(into: &$0) }])
        let report = try await reader.message { message throws(CedarError) in try FileTransfer.Report(from: &message) }
        return (report, job.cluster)
    }

    @Test(arguments: [["../evil"], ["/tmp/mini-evil"], ["a/../../evil"], ["a/.."], [".."], [""], ["./a"], ["a//b"], ["a", "a/b"]])
    func noNameLeavesTheSandbox(_ names: [String]) async throws {
        try await RunningScheduler.run { mini in
            let (report, cluster) = try await spool(names, to: mini)
            #expect(report.result == -1)
            #expect(report.holdReasonCode == 12)
            #expect(access("/tmp/mini-evil", F_OK) != 0)
            #expect(access(mini.directory + "/spool/evil", F_OK) != 0)
            // The jobs of a failed request are removed.
            let alice = try mini.schedd(as: "alice")
            var isGone = false
            for _ in 0..<500 where !isGone {
                isGone = try await alice.job(try mini.job(cluster)) == nil
                if !isGone { try await Task.sleep(for: .milliseconds(10)) }
            }
            #expect(isGone)
        }
    }

    @Test func linksAreNeitherFollowedNorSent() throws {
        var template = Array("/tmp/mini-links.XXXXXX".utf8CString)
        let path = try #require(template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } })
        defer { try? DirectoryHandle.remove(path) }
        let outside = path + "/outside"
        mkdir(outside, 0o700)
        close(open(outside + "/secret", O_CREAT | O_WRONLY, 0o600))
        let box = try DirectoryHandle.make(path + "/box")
        symlink(outside, path + "/box/dir")
        symlink(outside + "/secret", path + "/box/file")
        mkfifo(path + "/box/pipe", 0o600)
        #expect(throws: SystemError.self) { try box.makeFile("dir/new") }
        #expect(throws: SystemError.self) { try box.makeDirectory("dir/new", mode: 0o755) }
        #expect(throws: SystemError.self) { try box.openFile("file") }
        #expect(throws: SystemError.self) { try box.openFile("pipe") }
        #expect(throws: SystemError.self) { try box.openFile("dir/secret") }
        #expect(box.entry("file") == nil)
        #expect(box.entry("dir") == nil)
        // A file takes the place of a link, and what the link named stays.
        _ = try box.makeFile("file")
        #expect(box.entry("file") == .file(size: 0, mode: 0o600))
        try DirectoryHandle.remove(path + "/box")
        #expect(access(outside + "/secret", F_OK) == 0)
        #expect(access(path + "/box", F_OK) != 0)
    }

    @Test func theLogOfAJobSurvivesTheArrivalOfItsInput() throws {
        var template = Array("/tmp/mini-log.XXXXXX".utf8CString)
        let path = try #require(template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } })
        defer { try? DirectoryHandle.remove(path) }
        func write(_ text: String, _ name: String, in directory: String) throws {
            try DirectoryHandle.makeIfMissing("\(path)/\(directory)")
            try DirectoryHandle(path: "\(path)/\(directory)").makeFile(name).write(bytes: Array(text.utf8))
        }
        try write("000", "job.log", in: "a/job")
        try write("old", "both", in: "a/job")
        try write("newer", "both", in: "a/job.tmp")
        try DirectoryHandle.replace(path + "/a/job", by: path + "/a/job.tmp")
        let job = try DirectoryHandle(path: path + "/a/job")
        #expect(try job.names(in: "") == ["both", "job.log"])
        #expect(job.entry("both") == .file(size: 5, mode: 0o600))
        #expect(access(path + "/a/job.tmp", F_OK) != 0)
        // Where there was nothing before.
        try write("1", "x", in: "b.tmp")
        try DirectoryHandle.replace(path + "/b", by: path + "/b.tmp")
        #expect(try DirectoryHandle(path: path + "/b").entry("x") == .file(size: 1, mode: 0o600))
    }

    /// Whatever a client of any command says, the scheduler goes on.
    @Test func anyInputIsSurvived() async throws {
        let seed = UInt64.random(in: .min ... .max)
        try await RunningScheduler.run { mini in
            _ = try await mini.submit(2)
            var random = SeededGenerator(seed: seed)
            let credential = Credential.token(try mini.token("condor@mini.test"))
            for number in CommandTable.entries.keys.sorted() {
                for _ in 0..<12 {
                    guard let (connection, _) = try? await mini.open(Command(rawValue: number), as: credential) else { break }
                    let messages = (0...random.below(6)).map { _ in Self.randomMessage(&random) }
                    try? await connection.send(messages)
                    connection.close()
                }
            }
            #expect(try await mini.schedd(as: "bob").ad().string("MyType") == "Scheduler", "seed \(seed)")
        }
    }

    private static func randomMessage(_ random: inout SeededGenerator) -> [UInt8] {
        let numbers: [Int64] = [
            0, 1, -1, 2, 6, 300, 666, 10_001, 10_002, 10_003, 10_004, 10_005, 10_006, 10_007, 10_009, 10_012, 10_013, 10_018, 10_020, 10_025, 10_026,
            10_027, 10_028, 10_030, 10_031, 10_032, 10_037, 10_039, .min, .max, 1 << 32,
        ]
        let names = [
            "Requirements", "Projection", "LimitResults", "MyJobs", "Me", "JobAction", "ActionIds", "ActionConstraint", "Result", "ClusterId",
            "ProcId",
            "Since", "NumJobMatches", "HistoryRecordSource", "TargetType", "Out", "OutOffset", "MaxTransferBytes", "TransferFiles", "SummaryOnly",
            "ProjectionIsGroupBy", "QueryDefaultAutocluster", "MaxReturnedJobIds", "StreamResults", "JobStatus", "Owner",
        ]
        let values = [
            "1", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "true", "undefined", "error", "\"x\"", "\"1.0,1.1\"", "{ \"a\",1 }",
            "[ A = -1 ]", "((((", "\"", "\"\\\"", "ClusterId == 1", "ClusterId > -9223372036854775808 / -1", "1 % 0", "\"Any,Machine\"",
            "regexp(\"(a+)+$\", \"aaaaaaaaaaaaaaaa!\")", "substr(\"abc\", -9223372036854775808)", "\"../../etc/passwd\"",
        ]
        var message = MessageEncoder(encrypted: true)
        for _ in 0...random.below(5) {
            switch random.below(5) {
            case 0: message.write(integer: numbers[random.below(numbers.count)])
            case 1:
                let count = random.below(5)
                message.write(integer: count)
                for _ in 0..<count { message.write(string: names[random.below(names.count)] + " = " + values[random.below(values.count)]) }
                message.writeAdTypes()
            case 2: message.write(string: values[random.below(values.count)])
            case 3: message.write(string: names[random.below(names.count)])
            default: message.write(bytes: random.bytes(random.below(24)))
            }
        }
        let bytes = message.bytes
        return random.below(4) == 0 ? Array(bytes.prefix(random.below(max(bytes.count, 1)) + 1)) : bytes
    }

    /// Bytes that are no HTCondor at all.
    @Test func noiseIsSurvived() async throws {
        let seed = UInt64.random(in: .min ... .max)
        try await RunningScheduler.run { mini in
            var random = SeededGenerator(seed: seed)
            let port = try #require(try await mini.client.scheddAddress().sinful.primary.port as Int?)
            for _ in 0..<60 {
                let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                defer { close(socket) }
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = in_port_t(port).bigEndian
                address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
                let connected = withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
                }
                #expect(connected == 0)
                var bytes = random.bytes(random.below(200))
                if random.below(2) == 0 {
                    // A packet with a number in front, perhaps of a command.
                    let number = [60_010, 75, 60_011, 60_045, 516, 1112][random.below(6)]
                    var message = MessageEncoder(encrypted: false)
                    message.write(integer: number)
                    message.write(bytes: bytes)
                    var codec = PacketCodec()
                    bytes = Array(try codec.frame(message.bytes).readableBytesView)
                }
                _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            }
            #expect(try await mini.schedd(as: "bob").ad().string("MyType") == "Scheduler", "seed \(seed)")
        }
    }
}
