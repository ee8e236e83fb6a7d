import ClassAd
import CondorModel
import Glibc
import JobExecution

/// How to run a job, according to its ad.
struct JobLaunch: Sendable {
    enum Notation: Sendable, Equatable {
        case v1([UInt8])
        case v2([UInt8])
    }

    struct Stream: Sendable, Equatable {
        /// As in the ad; empty for none.
        var path: String
        /// Whether the job writes directly to the final file.
        var isStreamed: Bool

        var isNone: Bool { path.isEmpty || path == "/dev/null" }
    }

    var job: JobID
    /// `Cmd`.
    var command: String
    var transfersExecutable: Bool
    /// `Iwd`, absolute.
    var initialDirectory: String
    /// Whether the job's files come from, and go back to, its spool directory.
    var isSpooled: Bool
    /// Whether the job runs in a scratch directory rather than in its initial directory.
    var transfersFiles: Bool
    var arguments: Notation
    var environment: Notation
    var input: Stream
    var output: Stream
    var error: Stream
    /// `TransferInput`.
    var inputFiles: [String]
    /// `TransferOutput`; nil for every new or changed file.
    var outputFiles: [String]?
    /// `TransferOutputRemaps`, for a job that was not spooled.
    var outputRemaps: [String: String]
    var keepsRelativePaths: Bool
    /// In bytes; nil for no limit.
    var coreSize: UInt64?
    /// Signals that ask the job to end: for a vacate, a removal and a hold.
    var killSignal: Int32
    var removeKillSignal: Int32
    var holdKillSignal: Int32
    /// Seconds between such a signal and SIGKILL.
    var killGrace: Int64
    /// When the job is to start, in seconds since 1970, and how many seconds late it may start.
    var deferral: (time: Int64, window: Int64)?

    /// Reads an ad.
    /// - Parameters:
    ///   - spool: the job's spool directory, if it has one.
    ///   - defaultGrace: the default and largest number of seconds before SIGKILL.
    /// - Throws: if the ad lacks a required attribute, or requests something unsupported.
    init(_ ad: ClassAd, job: JobID, spool: String, defaultGrace: Int64) throws(RunFailure) {
        self.job = job
        guard let command = ad.string("Cmd"), !command.isEmpty else {
            throw RunFailure("The job has no executable", code: .failedToCreateProcess, subCode: Int64(ENOENT))
        }
        self.command = command
        transfersExecutable = ad.boolean("TransferExecutable") ?? true
        initialDirectory = ad.string("Iwd") ?? "/"
        guard initialDirectory.utf8.first == UInt8(ascii: "/") else {
            throw RunFailure("The initial directory \(initialDirectory) is not an absolute path", code: .iwdError, subCode: Int64(ENOENT))
        }
        isSpooled = initialDirectory == spool
        let wants = (ad.string("ShouldTransferFiles") ?? "IF_NEEDED").uppercased()
        let universe = ad.integer("JobUniverse").flatMap(Universe.init(rawValue:)) ?? .vanilla
        transfersFiles = isSpooled || wants != "NO" && !universe.runsAtScheduler
        arguments =
            ad.string("Arguments").map { .v2($0.withClassAdBytes { Array($0) }) } ?? .v1((ad.string("Args") ?? "").withClassAdBytes { Array($0) })
        if let text = ad.string("Environment") {
            environment = .v2(text.withClassAdBytes { Array($0) })
        } else {
            let delimiter = ad.string("EnvDelim").flatMap { $0.utf8.first } ?? UInt8(ascii: ";")
            let text = (ad.string("Env") ?? "").withClassAdBytes { Array($0) }
            environment = .v1(text.isEmpty || delimiter == UInt8(ascii: ";") ? text : [delimiter] + text)
        }
        let isSpooled = isSpooled
        func stream(_ name: String, _ flag: String) -> Stream {
            let path = ad.string(name) ?? ""
            // Outside the spool the file is written at the end. Until then tools read it in the scratch directory.
            return Stream(path: path, isStreamed: isSpooled && !path.utf8.contains(UInt8(ascii: "/")) && ad.boolean(flag) == true)
        }
        input = stream("In", "StreamIn")
        if ad.boolean("TransferIn") == false, isSpooled { input.path = "" }
        output = stream("Out", "StreamOut")
        error = stream("Err", "StreamErr")
        inputFiles = NameList.split(ad.string("TransferInput"))
        outputFiles = ad.string("TransferOutput").map(NameList.split)
        outputRemaps = isSpooled ? [:] : Self.remaps(ad.string("TransferOutputRemaps"))
        keepsRelativePaths = ad.boolean("PreserveRelativePaths") ?? false
        switch ad.integer("CoreSize") {
        case nil: coreSize = 0
        case .some(let size): coreSize = size < 0 ? nil : UInt64(size)
        }
        func signal(_ name: String) -> Int32? {
            if let number = ad.integer(name), let exact = Int32(exactly: number), (1...64).contains(exact) { return exact }
            return ad.string(name).flatMap(SignalNumbers.number)
        }
        killSignal = signal("KillSig") ?? SIGTERM
        removeKillSignal = signal("RemoveKillSig") ?? killSignal
        holdKillSignal = signal("HoldKillSig") ?? killSignal
        let asked = ad.integer("KillSigTimeout") ?? ad.integer("JobMaxVacateTime") ?? defaultGrace
        killGrace = max(0, min(asked, defaultGrace))
        if ad["DeferralTime"] != nil {
            guard let time = ad.integer("DeferralTime"), time > 0 else {
                throw RunFailure("Invalid deferred execution time for Job \(job).", code: .missedDeferredExecutionTime)
            }
            deferral = (time, max(0, ad.integer("DeferralWindow") ?? 0))
        }
    }

    /// The program's arguments, without its name.
    func argumentList() throws(RunFailure) -> [[UInt8]] {
        switch arguments {
        case .v1(let text): return ArgumentText.splitV1(text)
        case .v2(let text):
            guard let list = try? ArgumentText.splitV2(text) else {
                throw RunFailure(
                    "The arguments of the job are malformed: a quote is not closed", code: .failedToCreateProcess, subCode: Int64(EINVAL))
            }
            return list
        }
    }

    /// The program's path, in the scratch directory if it was transferred.
    func program(scratch: String) -> String {
        if transfersFiles, transfersExecutable { return scratch + "/" + FileAccess.baseName(command) }
        return FileAccess.join(transfersFiles ? scratch : initialDirectory, command)
    }

    /// Parses `name=path;name=path`; a backslash quotes the next character.
    static func remaps(_ text: String?) -> [String: String] {
        var result: [String: String] = [:]
        var name: [UInt8]?
        var word: [UInt8] = []
        func take() {
            if let name, !name.isEmpty, !word.isEmpty { result[String(decoding: name, as: UTF8.self)] = String(decoding: word, as: UTF8.self) }
            name = nil
            word = []
        }
        var isEscaped = false
        for byte in (text ?? "").utf8 {
            switch byte {
            case _ where isEscaped:
                word.append(byte)
                isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "=") where name == nil:
                name = word
                word = []
            case UInt8(ascii: ";"): take()
            case 0x20 where word.isEmpty: break
            default: word.append(byte)
            }
        }
        take()
        return result
    }
}
