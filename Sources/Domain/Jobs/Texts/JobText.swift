import ClassAd
import CondorClient
import CondorModel
import NIOCore
import Waiting

/// A job's standard output or standard error.
struct JobText: Sendable {
    let scheduler: any JobFiles
    let id: JobID
    let stream: JobStream
    let caller: Caller
    let time: any TimeSource

    /// The job's state at one moment.
    struct State: Sendable {
        var progress: JobProgress
        /// The text's name as HTCondor delivers it.
        var name: String

        /// Whether the text must be read from the starter.
        var isRunning: Bool { progress.isRunning }
    }

    private static let projection = [
        "ClusterId", "ProcId", "JobStatus", "Out", "Err", "Owner", "User", "ExitCode", "ExitSignal", "ExitBySignal",
    ]

    /// - Throws: `jobNotFound`, `notOwner`, `fileNotFound` if the job does not keep this stream.
    func state() async throws(JobsError) -> State {
        let ad = try await scheduler.sandboxJob(id, of: caller, projection: Self.projection)
        let attribute = stream == .output ? "Out" : "Err"
        guard let name = ad.string(attribute), !name.isEmpty, name != "/dev/null" else {
            throw JobsError(.fileNotFound, "Job \(id) does not keep its standard \(stream == .output ? "output" : "error")")
        }
        return State(progress: JobProgress(ad), name: name)
    }

    /// Bytes per request to a starter.
    static let pieceSize = 1 << 20

    /// A reader for what has been written between two offsets.
    func reader(from start: Int64, to end: Int64, _ state: State) async throws(JobsError) -> JobTextReader {
        let file = state.isRunning ? nil : try await scheduler.file(named: state.name, of: id)
        return JobTextReader(text: self, file: file, isLive: state.isRunning, position: start, end: end)
    }

    /// After a starter stops answering: how long the scheduler may take to notice that the job is over, and the interval between queries.
    private static let patience: Duration = .seconds(5)
    private static let interval: Duration = .milliseconds(200)

    /// The first piece between two offsets, and a reader for the rest. If the job ends at this moment, the sandbox is read instead.
    func begin(from start: Int64, to end: Int64, _ state: State) async throws(JobsError) -> (first: ByteBuffer?, rest: JobTextReader) {
        var state = state
        let deadline = time.uptime + Self.patience
        while true {
            var reader = try await reader(from: start, to: end, state)
            var refusal: JobsError?
            do throws(JobsError) {
                let first = try await reader.next()
                if first != nil || !state.isRunning { return (first, reader) }
            } catch {
                guard error.code == .outputUnavailable else { throw error }
                refusal = error
            }
            state = try await self.state()
            guard state.isRunning else { continue }
            guard let refusal else { return (nil, reader) }
            if time.uptime > deadline { throw refusal }
            try await time.pause(Self.interval)
        }
    }

    /// The last lines, and the size of the whole text in bytes.
    func tail(_ lines: Int, _ state: State) async throws(JobsError) -> (text: ByteBuffer, size: Int64) {
        var last = LastLines(lines)
        var size: Int64 = 0
        var (next, reader) = try await begin(from: 0, to: .max, state)
        while let piece = next {
            size += Int64(piece.readableBytes)
            last.add(piece)
            next = try await reader.next()
        }
        return (last.text, size)
    }

    /// What a running job has written; nil if there is no starter to ask.
    /// - Throws: `outputUnavailable` if the starter refuses, for instance because the job has finished.
    func peek(from offset: Int64, limit: Int) async throws(JobsError) -> ByteBuffer? {
        do throws(CondorError) {
            return try await scheduler.peek(id, stream, offset: offset, limit: limit)
        } catch {
            switch error.code {
            case .refused: throw JobsError(.outputUnavailable, error.reason, cause: error)
            // The starter has gone in the meantime.
            case .unreachable: return nil
            default: throw JobsError(error)
            }
        }
    }
}
