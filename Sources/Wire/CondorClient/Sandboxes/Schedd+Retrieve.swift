import Cedar
package import ClassAd
package import CondorModel
import CondorProtocol
package import NIOCore

/// One step of fetching sandboxes.
package enum SandboxEvent: Sendable {
    /// A job's sandbox begins: its ad, and the bytes of all its files where the schedd tells.
    case job(WireAd, sandboxSize: Int64?)
    /// A directory; parents come before what is in them. The mode is the permission bits.
    case directory(name: String, mode: Int)
    /// A file; exactly `size` bytes follow as ``chunk(_:)``. The mode is nil when the schedd sends none.
    case file(name: String, mode: Int?, size: Int64)
    case chunk(ByteBuffer)
    /// The job's sandbox is complete.
    case jobEnd
}

extension Schedd {
    /// The output sandboxes of jobs, as they stream from the schedd, at constant memory and with back-pressure.
    ///
    /// Completed jobs give their output, others what is in their spool directory; declared output that is not there is left out. Jobs that do not
    /// exist or belong to somebody else are left out: nothing may come at all. Fetching changes nothing: a job that leaves the queue once its
    /// output was fetched by HTCondor's own tools stays, since
    /// we do not confirm the receipt. Names are relative, without `..`; remaps of the job are left to the caller.
    package func retrieve(_ selection: JobSelection) -> SandboxEvents {
        SandboxEvents(schedd: self, constraint: selection.expression.wireText)
    }
}

/// The events of ``Schedd/retrieve(_:)``. The first `next()` returns only after the schedd accepted the identity and answered.
package struct SandboxEvents: AsyncSequence, Sendable {
    package typealias Element = SandboxEvent
    package typealias Failure = CondorError

    let schedd: Schedd
    let constraint: String

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(receiver: SandboxReceiver(schedd: schedd, constraint: constraint)) }

    /// One transfer. Copies share its connection, so only one of them can read on. Dropping it ends the connection.
    package struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        fileprivate var receiver: SandboxReceiver

        package mutating func next() async throws(CondorError) -> SandboxEvent? { try await receiver.next() }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(CondorError) -> SandboxEvent? {
            try await receiver.next()
        }
    }
}

/// The receiving end of file transfers.
private struct SandboxReceiver: Sendable {
    private enum State {
        /// Nothing was sent yet. Leaves to `betweenJobs`.
        case idle
        /// This many jobs are still to come. Leaves to `items`, `finished`.
        case betweenJobs(left: Int)
        /// Within a job. Leaves to `content`, `betweenJobs`.
        case items(jobsLeft: Int)
        /// Within a file. Leaves to `items`.
        case content(jobsLeft: Int, left: Int64, leftInChunk: Int, chunkSize: Int)
        case finished
    }

    private let schedd: Schedd
    private let constraint: String
    private var state = State.idle
    private var connection: CommandConnection?
    private var reader: MessageReader?
    private var mayGoAhead = false
    private var bytes: Int64 = 0
    private var files = 0
    /// Files that the job declares as output and that the schedd has not.
    private var missing = 0

    /// `ENOENT`
    private static let noSuchFile = 2

    init(schedd: Schedd, constraint: String) {
        self.schedd = schedd
        self.constraint = constraint
    }

    mutating func next() async throws(CondorError) -> SandboxEvent? {
        do throws(CondorError) {
            return try await step()
        } catch {
            finish()
            throw error
        }
    }

    private mutating func finish() {
        state = .finished
        reader = nil
        // Without the final confirmation the schedd leaves the job as it is.
        connection?.close()
        connection = nil
    }

    private mutating func step() async throws(CondorError) -> SandboxEvent? {
        while true {
            switch state {
            case .finished:
                return nil
            case .idle:
                var request = MessageEncoder(encrypted: true)
                TransferDataRequest(constraint: constraint).encode(into: &request)
                let connection = try await schedd.open(.transferDataWithPermissions, first: [request.bytes])
                self.connection = connection
                reader = MessageReader(connection)
                let jobs = try await read { message throws(CedarError) in try message.readInteger() }
                state = .betweenJobs(left: Int(clamping: jobs))
            case .betweenJobs(let left):
                guard left > 0 else {
                    finish()
                    return nil
                }
                let ad = try await read { message throws(CedarError) in try message.readAd() }
                let start = try await read { message throws(CedarError) in try FileTransfer.Start(from: &message) }
                mayGoAhead = false
                bytes = 0
                files = 0
                missing = 0
                state = .items(jobsLeft: left - 1)
                return .job(ad, sandboxSize: start.sandboxSize)
            case .items(let jobsLeft):
                if let event = try await nextItem(jobsLeft: jobsLeft) { return event }
            case .content(let jobsLeft, let left, let leftInChunk, let chunkSize):
                guard left > 0 else {
                    state = .items(jobsLeft: jobsLeft)
                    continue
                }
                return try await nextChunk(jobsLeft: jobsLeft, left: left, leftInChunk: leftInChunk, chunkSize: chunkSize)
            }
        }
    }

    /// Reads the next item's beginning; nil for one that makes no event.
    private mutating func nextItem(jobsLeft: Int) async throws(CondorError) -> SandboxEvent? {
        let number = try await read { message throws(CedarError) in try message.readInteger() }
        guard let item = Int(exactly: number).flatMap(FileTransfer.Item.init) else {
            throw CondorError(.protocolViolation, "the scheduler sends an item of the unknown kind \(number)")
        }
        if item == .finished {
            try await endJob()
            state = .betweenJobs(left: jobsLeft)
            return .jobEnd
        }
        let name = try await read { message throws(CedarError) in try message.readString() }
        if !mayGoAhead {
            try await exchangeGoAhead()
            mayGoAhead = true
        }
        switch item {
        case .file:
            let mode = try await read { message throws(CedarError) in try message.readInteger() }
            let size = try await read { message throws(CedarError) in try FileTransfer.FileSize(from: &message) }
            if size.size == 0 {
                let mark = try await read { message throws(CedarError) in try message.readInteger() }
                guard mark == FileTransfer.emptyFileMark else { throw CondorError(.protocolViolation, "an empty file does not end as it should") }
            }
            if mode == FileTransfer.modeMissingFile {
                missing += 1
                return nil
            }
            try check(name)
            files += 1
            state = .content(
                jobsLeft: jobsLeft, left: size.size, leftInChunk: Int(min(size.size, Int64(size.chunkSize))), chunkSize: size.chunkSize)
            return .file(name: name, mode: mode == FileTransfer.modeAbsent ? nil : Int(mode & 0o777), size: size.size)
        case .directory:
            let mode = try await read { message throws(CedarError) in try message.readInteger() }
            try check(name)
            return .directory(name: name, mode: Int(mode & 0o777))
        case .url:
            _ = try await read { message throws(CedarError) in try message.readString() }
            return nil
        case .encryptionOn, .encryptionOff:
            return nil
        case .delegation, .other, .finished:
            throw CondorError(.protocolViolation, "the scheduler sends an item of a kind (\(number)) that has no place in a fetched sandbox")
        }
    }

    private mutating func nextChunk(jobsLeft: Int, left: Int64, leftInChunk: Int, chunkSize: Int) async throws(CondorError) -> SandboxEvent {
        guard var reader else { throw CondorError(.protocolViolation, "no connection") }
        let chunk = try await reader.value { message throws(CedarError) in try message.readAvailableBytes(upTo: leftInChunk) }
        let leftNow = left - Int64(chunk.readableBytes)
        var leftInChunkNow = leftInChunk - chunk.readableBytes
        if leftInChunkNow == 0 {
            try await reader.endOfMessage()
            leftInChunkNow = Int(min(leftNow, Int64(chunkSize)))
        }
        self.reader = reader
        bytes += Int64(chunk.readableBytes)
        state = .content(jobsLeft: jobsLeft, left: leftNow, leftInChunk: leftInChunkNow, chunkSize: chunkSize)
        return .chunk(chunk)
    }

    private mutating func exchangeGoAhead() async throws(CondorError) {
        _ = try await read { message throws(CedarError) in try message.readInteger() }
        var word = MessageEncoder(encrypted: true)
        FileTransfer.GoAhead.always.encode(into: &word)
        var interval = MessageEncoder(encrypted: true)
        interval.write(integer: FileTransfer.aliveInterval)
        try await connection?.send([word.bytes, interval.bytes])
        guard var reader else { return }
        _ = try await reader.goAhead()
        self.reader = reader
    }

    private mutating func endJob() async throws(CondorError) {
        let theirs = try await read { message throws(CedarError) in try FileTransfer.Report(from: &message) }
        var ours = MessageEncoder(encrypted: true)
        FileTransfer.Report(result: 0, bytes: bytes, files: files).encode(into: &ours)
        try await connection?.send([ours.bytes])
        // For the schedd it is a failure when a declared file is not there, as with a job that has not run yet or is held since it did not make it;
        // all that is there has come nevertheless.
        guard theirs.result == 0 || (missing > 0 && theirs.holdReasonSubCode == Self.noSuchFile) else {
            throw CondorError(.refused, theirs.holdReason ?? "the scheduler could not send the sandbox", errno: theirs.holdReasonSubCode)
        }
    }

    private func check(_ name: String) throws(CondorError) {
        guard FileTransfer.isAllowed(name: name) else {
            throw CondorError(.protocolViolation, "the scheduler sends a file whose name is no path within a sandbox")
        }
    }

    private mutating func read<Value>(_ layout: (inout MessageDecoder) throws(CedarError) -> Value) async throws(CondorError) -> Value {
        guard var reader else { throw CondorError(.protocolViolation, "no connection") }
        self.reader = nil
        let value = try await reader.message(layout)
        self.reader = reader
        return value
    }
}
