import AsyncHTTPClient
import ClassAd
import Foundation
import Glibc
import JSON
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// The real program `htapi`, as a process of its own on a free port, serving the test pool.
///
/// It runs below a shell that waits for the end of a pipe to this process: it ends with the tests, however these end.
struct GatewayProcess: Sendable {
    /// `http://127.0.0.1:PORT`, or `https:` with a certificate among the settings.
    let url: String
    let processID: Int32
    private let lifeline: FileHandle
    private let process: Process
    private let log: URL

    /// Starts a gateway, hands it to the body, and stops it by SIGTERM; its ending otherwise than in order is an error.
    ///
    /// Settings are configuration knobs beside those that find the pool; addresses to listen at come after the one that tests use.
    /// The configuration file is that of the pool's clients, or another one.
    static func run<R>(
        _ settings: [String: String] = [:], configuration: String? = nil, in pool: RealPool, isolation: isolated (any Actor)? = #isolation,
        _ body: (GatewayProcess) async throws -> R
    ) async throws -> R {
        let gateway = try await start(settings, configuration: configuration ?? pool.clientConfigFile, in: pool)
        let result: R
        do {
            result = try await body(gateway)
        } catch {
            let log = gateway.logText
            _ = try? await gateway.stop()
            throw RealPoolError("\(error)\n--- the gateway's log ---\n\(log.suffix(4000))")
        }
        let status = try await gateway.stop()
        guard status == 0 else { throw RealPoolError("the gateway ended with status \(status):\n\(gateway.logText.suffix(4000))") }
        return result
    }

    /// What makes `X-Remote-User` from this machine name the user.
    static func userHeaderSettings(_ pool: RealPool) -> [String: String] {
        [
            "HTTP_API_USER_HEADER": "X-Remote-User", "HTTP_API_USER_HEADER_TRUSTED_PROXIES": "127.0.0.1",
            "HTTP_API_SIGNING_KEY": pool.signingKeyFile,
        ]
    }

    /// Starts a gateway that ends with this process at the latest; whoever starts it ends it.
    static func start(_ settings: [String: String] = [:], configuration: String? = nil, in pool: RealPool) async throws -> GatewayProcess {
        let configuration = configuration ?? pool.clientConfigFile
        let port = try freePort()
        let inherited = ProcessInfo.processInfo.environment
        var environment = ["CONDOR_CONFIG": configuration, "_CONDOR_HTTP_API_LISTEN_ADDR": "127.0.0.1:\(port)", "_CONDOR_HTTP_API_DRAIN_DELAY": "0s"]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { environment[name] = inherited[name] }
        for (name, value) in settings { environment["_CONDOR_" + name] = value }
        if let more = settings["HTTP_API_LISTEN_ADDR"] { environment["_CONDOR_HTTP_API_LISTEN_ADDR"] = "127.0.0.1:\(port) \(more)" }

        let log = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-\(UUID().uuidString).log")
        try Data().write(to: log)
        let script = #"exec 3<&0; "$@" </dev/null >&2 3<&- & pid=$!; echo $pid; read -r line <&3; kill -TERM $pid; wait $pid"#
        // bash, since its wait works with SIGCHLD blocked, as it is in the children of a dispatch worker; that of dash does not.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script, "bash", program]
        process.environment = environment
        let input = Pipe()
        // Nobody else may hold it open.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        try process.runWithOpenSignals()
        let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let processID = Int32(answer.prefix { $0.isNumber }) else { throw RealPoolError("no process id of \(program): \(answer)") }
        let isSecure = settings["HTTP_API_TLS_CERT"] != nil
        let gateway = GatewayProcess(
            url: "\(isSecure ? "https" : "http")://127.0.0.1:\(port)", processID: processID, lifeline: input.fileHandleForWriting, process: process,
            log: log)
        do {
            try await pool.poll(within: .seconds(20), "the gateway to answer") {
                guard gateway.isRunning else { throw RealPoolError("the gateway ended at once") }
                if isSecure { return try await ChildProcess.run("/usr/bin/curl", ["--silent", "--insecure", gateway.url + "/healthz"]).status == 0 }
                guard let connection = try? RawConnection(to: gateway.url) else { return false }
                defer { connection.close() }
                try connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return await connection.readToEnd().hasPrefix("HTTP/1.1 200 ")
            }
        } catch {
            _ = try? await gateway.stop()
            throw RealPoolError("\(error)\n\(gateway.logText)")
        }
        return gateway
    }

    /// Whether the program runs, or is about to: a process that has ended and is not waited for yet is a zombie.
    private var isRunning: Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return false
        }
        return !text[end...].hasPrefix(") Z")
    }

    /// `htapi` beside the test program, or what the environment names.
    static var program: String {
        if let named = ProcessInfo.processInfo.environment["HTAPI_TEST_PROGRAM"] { return named }
        return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/htapi"
    }

    /// The exit status after SIGTERM.
    private func stop() async throws -> Int32 {
        defer { try? FileManager.default.removeItem(at: log) }
        try? lifeline.write(contentsOf: Data("stop\n".utf8))
        try? lifeline.close()
        // Also where the test has been cancelled for its time limit: a process that runs has no status yet, and asking for one traps.
        return await withCheckedContinuation { continuation in
            let answered = NIOLockedValueBox(false)
            let answer: @Sendable (Process) -> Void = { process in
                let isFirst = answered.withLockedValue { answered in
                    defer { answered = true }
                    return !answered
                }
                if isFirst { continuation.resume(returning: process.terminationStatus) }
            }
            process.terminationHandler = answer
            if !process.isRunning { answer(process) }
        }
    }

    /// Ends the gateway in the middle of whatever it does, by SIGKILL.
    func kill() async throws {
        defer { try? FileManager.default.removeItem(at: log) }
        Glibc.kill(processID, SIGKILL)
        // The shell around it ends when it is told to, and has waited for the program then.
        _ = try await stop()
    }

    /// What the gateway has logged so far.
    var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The most memory that the process ever held, in MiB (`VmHWM`).
    var peakMemory: Int {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
            guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
                let kilobytes = Int(line.filter(\.isNumber))
            else { throw RealPoolError("no VmHWM") }
            return kilobytes / 1024
        }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
            }
        }
        guard status == 0 else { throw RealPoolError("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension JSONValue {
    /// Whether this is the same JSON as the text, whatever the order of members.
    func isJSON(_ text: String) throws -> Bool { try Self.parse(text).inNameOrder == inNameOrder }

    /// With the members of all objects sorted by name.
    private var inNameOrder: JSONValue {
        switch self {
        case .object(let members):
            .object(Object(members.map { Member(name: $0.name, value: $0.value.inNameOrder) }.sorted { $0.name < $1.name }))
        case .array(let elements): .array(elements.map(\.inNameOrder))
        default: self
        }
    }
}

// MARK: - Requests

/// A complete answer of the gateway.
struct GatewayAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var description: String { "\(status) \(text.prefix(600))" }

    /// The body as JSON; null when it is none.
    var json: JSONValue { (try? JSONValue.parse(body, limits: .init(length: .max, depth: 64))) ?? .null }

    /// A member of the body's object.
    subscript(_ name: String) -> JSONValue? { json[name] }
}

/// Who makes a request.
enum Caller: Sendable {
    case nobody
    case token(String)
    /// By the header of a trusted proxy.
    case remoteUser(String)
}

extension GatewayProcess {
    /// Makes a request and collects the answer. The path is that after `/api/v1`.
    func api(
        _ method: Method, _ path: String, as caller: Caller, type: String? = nil, body: [UInt8]? = nil,
        headers: [(String, String)] = []
    ) async throws -> GatewayAnswer {
        try await send(method, "/api/v1" + path, as: caller, type: type, body: body, headers: headers)
    }

    func send(
        _ method: Method, _ path: String, as caller: Caller = .nobody, type: String? = nil, body: [UInt8]? = nil,
        headers: [(String, String)] = []
    ) async throws -> GatewayAnswer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method.rawValue)
        switch caller {
        case .nobody: break
        case .token(let token): request.headers.add(name: "Authorization", value: "Bearer \(token)")
        case .remoteUser(let name): request.headers.add(name: "X-Remote-User", value: name)
        }
        if let type { request.headers.add(name: "Content-Type", value: type) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        // The client refuses to expand what shrank to less than a 25th, as thousands of like jobs do.
        if !request.headers.contains(name: "Accept-Encoding") { request.headers.add(name: "Accept-Encoding", value: "identity") }
        if let body { request.body = .bytes(body) }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        var collected: [UInt8] = []
        for try await part in response.body { collected += part.readableBytesView }
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        return GatewayAnswer(status: Int(response.status.code), headers: fields, body: collected)
    }

    /// Says so at once when a gateway is not there.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }()

    enum Method: String, Sendable { case GET, POST, PUT, PATCH, DELETE, HEAD }

    /// Posts a submit description and expects the ids of its jobs.
    func submit(_ description: String, as caller: Caller) async throws -> Submitted {
        let answer = try await api(.POST, "/jobs", as: caller, type: "text/plain", body: Array(description.utf8))
        guard answer.status == 201, case .array(let ids)? = answer["job_ids"], case .integer(let cluster)? = answer["cluster_id"] else {
            throw RealPoolError("not submitted: \(answer)")
        }
        return Submitted(
            cluster: Int(cluster), jobs: ids.compactMap { if case .string(let id) = $0 { id } else { nil } },
            awaitsInput: answer["awaiting_input"] == .bool(true))
    }

    /// Posts the parts of a form; those with a file name are files.
    func post(
        _ path: String, form parts: [FormPart], as caller: Caller, headers: [(String, String)] = []
    ) async throws -> GatewayAnswer {
        let boundary = "b\(UInt64.random(in: 0 ... .max))"
        var body: [UInt8] = []
        for part in parts {
            let file = part.file.map { #"; filename="\#($0)""# } ?? ""
            body +=
                Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(file)\r\n\r\n".utf8) + part.bytes + Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return try await api(.POST, path, as: caller, type: "multipart/form-data; boundary=\(boundary)", body: body, headers: headers)
    }

    struct FormPart: Sendable {
        var name: String
        var file: String?
        var bytes: [UInt8]

        static func text(_ name: String, _ text: String) -> Self { Self(name: name, file: nil, bytes: Array(text.utf8)) }
        static func file(_ file: String, _ text: String) -> Self { Self(name: "file", file: file, bytes: Array(text.utf8)) }
    }

    struct Submitted: Sendable {
        let cluster: Int
        let jobs: [String]
        let awaitsInput: Bool
    }
}
