import HTTPEndpoints
import HTTPMessages
import NIOConcurrencyHelpers
import NIOCore

/// One client's stream of events.
struct EventStream: Sendable {
    let use: QueueWatchers.Use
    let filter: EventFilter
    let format: EventFormat
    let start: EventCursor
    let interval: TimeAmount

    /// Events looked at before what is wanted of them is sent.
    private static let batch = 256
    /// Events that are passed over before a client is told where it is.
    private static let leap: UInt64 = 4096

    /// Where the stream is: what has been looked at, and the last cursor the client has got.
    private struct Place {
        var read: UInt64
        var told: UInt64
    }

    func send(to client: ResponseBodyWriter) async throws {
        let watcher = use.watcher
        let place = NIOLockedValueBox(Place(read: start.sequence, told: start.sequence))
        let reader = watcher.addReader(at: start.sequence)
        defer { watcher.removeReader(reader) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: globalConcurrentExecutor) { try await watcher.drive(interval: interval) }
            group.addTask { try await live(client, reader, place) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func live(_ client: ResponseBodyWriter, _ reader: Int, _ place: NIOLockedValueBox<Place>) async throws {
        let ping: @Sendable () -> ByteBuffer = {
            let (read, isFarAhead) = place.withLockedValue { place -> (UInt64, Bool) in
                let isFarAhead = place.read - place.told > Self.leap
                if isFarAhead { place.told = place.read }
                return (place.read, isFarAhead)
            }
            return format.ping(cursor(read), isFarAhead: isFarAhead)
        }
        let shutdown: @Sendable () -> ByteBuffer = { format.shutdown(cursor(place.withLockedValue { $0.told })) }
        try await client.live(ping: ping, atShutdown: shutdown) { try await forward(to: $0, reader, place) }
    }

    private func cursor(_ sequence: UInt64) -> EventCursor { EventCursor(epoch: start.epoch, sequence: sequence) }

    /// Until something ends the stream.
    private func forward(to client: ResponseBodyWriter, _ reader: Int, _ place: NIOLockedValueBox<Place>) async throws {
        try await client.write(format.connected(start))
        while true {
            try Task.checkCancellation()
            let read = place.withLockedValue { $0.read }
            switch use.watcher.step(after: read, reader: reader, limit: Self.batch) {
            case .wait(let changes): await use.watcher.changed.wait(after: changes)
            case .events(let events):
                var buffer = ByteBuffer()
                var told: UInt64?
                for (sequence, event) in events where filter.admits(event) {
                    format.write(event, cursor(sequence), into: &buffer)
                    told = sequence
                }
                try await client.write(buffer)
                place.withLockedValue { place in
                    place.read = events.last?.sequence ?? read
                    place.told = told ?? place.told
                }
            case .tooSlow:
                let problem = Problem(.tooSlow, "Events come faster than they are read here; go on behind the cursor")
                return try await client.write(format.error(problem, cursor(read)))
            case .failed(let problem): return try await client.write(format.error(problem, cursor(read)))
            }
        }
    }
}
