package import CondorModel
package import NIOCore
import Waiting

/// Reads a job's text as it is written, until the job ends.
package struct TextFollower: Sendable {
    /// The job whose text it is.
    package var job: JobID { source.id }

    let source: JobText
    /// Offset of the byte after ``beginning``.
    let position: Int64
    let end: Int64
    /// The text to send first.
    let beginning: ByteBuffer

    /// Interval between polls of a job that has written nothing new.
    private static let interval: Duration = .milliseconds(500)

    /// Passes the text to `write` until the job ends or leaves the queue.
    /// - Returns: the job's last known state.
    /// - Throws: ``JobsError``, and the errors of `write`.
    package func follow(_ write: (ByteBuffer) async throws -> Void) async throws -> JobProgress {
        if beginning.readableBytes > 0 { try await write(beginning) }
        var position = position
        while position < end {
            let state: JobText.State
            do throws(JobsError) {
                state = try await source.state()
            } catch {
                guard error.isNotFound else { throw error }
                return .gone
            }
            var reader = try await source.reader(from: position, to: end, state)
            var isNew = false
            while let piece = try await Self.next(&reader) {
                isNew = true
                try await write(piece)
            }
            position = reader.position
            // If the job has ended, its text is complete. A held job may run again.
            if state.progress.isOver { return state.progress }
            if !isNew { try await source.time.pause(Self.interval) }
        }
        return (try? await source.state().progress) ?? .gone
    }

    /// The next piece. Nil also if a starter refuses, since its job is about to end.
    private static func next(_ reader: inout JobTextReader) async throws(JobsError) -> ByteBuffer? {
        do throws(JobsError) {
            return try await reader.next()
        } catch {
            guard error.code == .outputUnavailable else { throw error }
            return nil
        }
    }
}
