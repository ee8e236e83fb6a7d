package import CondorProtocol
package import NIOCore
import Waiting

/// Reads what a job writes as it comes, until the job ends.
package struct TextFollower: Sendable {
    /// The job whose text it is.
    package var job: JobID { source.id }

    let source: JobText
    /// Where to go on behind the beginning.
    let position: Int64
    let end: Int64
    /// What comes first.
    let beginning: ByteBuffer

    /// Between two looks at a job that has written nothing new.
    private static let interval: Duration = .milliseconds(500)

    /// Gives the text to `write` until the job ends or leaves the queue.
    /// - Returns: how the job was last seen.
    /// - Throws: ``JobsError``, and what `write` throws.
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
            // The text of a job that is over is complete; one that is held may run again.
            if state.progress.isOver { return state.progress }
            if !isNew { try await source.time.pause(Self.interval) }
        }
        return (try? await source.state().progress) ?? .gone
    }

    /// The next piece; nil also where a starter does not tell, since its job is about to end.
    private static func next(_ reader: inout JobTextReader) async throws(JobsError) -> ByteBuffer? {
        do throws(JobsError) {
            return try await reader.next()
        } catch {
            guard error.code == .outputUnavailable else { throw error }
            return nil
        }
    }
}
