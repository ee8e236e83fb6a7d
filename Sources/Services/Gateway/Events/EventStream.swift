import HTTPEndpoints
import HTTPMessages
import Jobs
import NIOConcurrencyHelpers
import NIOCore
import Waiting

/// One client's stream of events.
struct EventStream: Sendable {
    let subscription: EventSubscription
    let format: EventFormat

    /// The number of filtered events after which the client is told its position.
    private static let cursorInterval: UInt64 = 4096

    /// The stream's position: the last event that was read, and the last cursor that the client has received.
    private struct Place {
        var read: UInt64
        var sent: UInt64
    }

    func send(to client: ResponseBodyWriter) async throws {
        let start = subscription.start
        let place = NIOLockedValueBox(Place(read: start.sequence, sent: start.sequence))
        try await subscription.read { reader in
            let ping: @Sendable () -> ByteBuffer = {
                let (read, isFarAhead) = place.withLockedValue { place -> (UInt64, Bool) in
                    let isFarAhead = place.read - place.sent > Self.cursorInterval
                    if isFarAhead { place.sent = place.read }
                    return (place.read, isFarAhead)
                }
                return format.ping(cursor(read), isFarAhead: isFarAhead)
            }
            let shutdown: @Sendable () -> ByteBuffer = { format.shutdown(cursor(place.withLockedValue { $0.sent })) }
            try await client.live(ping: ping, atShutdown: shutdown) { try await forward(reader, to: $0, place) }
        }
    }

    private func cursor(_ sequence: UInt64) -> EventCursor { EventCursor(epoch: subscription.start.epoch, sequence: sequence) }

    /// Sends events until the stream ends.
    private func forward(_ reader: EventReader, to client: ResponseBodyWriter, _ place: NIOLockedValueBox<Place>) async throws {
        try await client.write(format.connected(subscription.start))
        while true {
            let read = place.withLockedValue { $0.read }
            let admitted: [(sequence: UInt64, event: JobEvent)]
            let last: UInt64
            do throws(JobsError) {
                (admitted, last) = try await reader.events(after: read)
            } catch {
                if error.code == .cancelled { throw CancellationError() }
                return try await client.write(format.error(Problem(error), cursor(read)))
            }
            var buffer = ByteBuffer()
            for (sequence, event) in admitted { format.write(event, cursor(sequence), into: &buffer) }
            try await client.write(buffer)
            place.withLockedValue { place in
                place.read = last
                place.sent = admitted.last?.sequence ?? place.sent
            }
        }
    }
}
