import Cedar
import NIOCore
import Synchronization

/// What one connection has received and its consumer has not taken yet: the place where the event loop and the consuming task meet.
///
/// The event loop adds packets and stops reading from the socket while more than ``highWater`` bytes lie here; the consumer takes them
/// all at once, which starts the reading again. So a consumer that does not ask leaves the rest with the sender.
final class PacketInbox: Sendable {
    /// Bytes that lie here before reading stops.
    static let highWater = 512 * 1024
    /// Bytes taken at once with which reading starts again only when the consumer has used them all: there is never more than one large packet.
    static let largeAmount = 4 << 20

    fileprivate struct State {
        var packets: [PacketCodec.Packet] = []
        var byteCount = 0
        var session: EstablishedSession?
        /// Why no more packets will come; success for an orderly end.
        var ending: Result<Void, CondorError>?
        var waiter: CheckedContinuation<Void, Never>?
        /// True when the waiter is satisfied with the end of the handshake, without a packet.
        var waitsForHandshake = false
        var waitingSince: NIODeadline?
        var isReadingPaused = false
    }

    private let state = Mutex(State())
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    // MARK: Event loop

    /// The handshake is done.
    func establish(_ session: EstablishedSession) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.session = session
            guard state.waitsForHandshake else { return nil }
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Adds packets. Returns false when reading should stop until the consumer has taken what is here.
    func add(_ packets: [PacketCodec.Packet]) -> Bool {
        let (waiter, goOn) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            for packet in packets { state.byteCount += packet.payload.readableBytes }
            if state.packets.isEmpty { state.packets = packets } else { state.packets.append(contentsOf: packets) }
            if state.byteCount >= Self.highWater { state.isReadingPaused = true }
            return (packets.isEmpty ? nil : state.takeWaiter(), !state.isReadingPaused)
        }
        waiter?.resume()
        return goOn
    }

    /// Nothing more will come. The first ending counts.
    func end(_ ending: Result<Void, CondorError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.ending == nil { state.ending = ending }
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Since when the consumer waits for the peer; nil when it does not.
    var waitingSince: NIODeadline? { state.withLock { $0.waitingSince } }

    /// Why it ended, if it did.
    var failure: CondorError? {
        state.withLock { state in
            if case .failure(let error) = state.ending { return error }
            return nil
        }
    }

    /// What the handshake made; nil before its end.
    var session: EstablishedSession? { state.withLock { $0.session } }

    /// True when the peer ended the connection without having said anything.
    var isSilent: Bool {
        state.withLock { state in
            guard state.packets.isEmpty, let ending = state.ending else { return false }
            if case .failure(let error) = ending { return error.code == .unreachable }
            return true
        }
    }

    // MARK: Consumer

    enum Taken {
        /// Packets; the flag says that reading has to be started again.
        case packets([PacketCodec.Packet], resumeReading: Bool)
        case ended(Result<Void, CondorError>)
        case nothing(resumeReading: Bool)
    }

    /// Takes everything that lies here.
    func take() -> Taken {
        state.withLock { state in
            guard state.packets.isEmpty else {
                let (packets, isLarge) = (state.packets, state.byteCount > Self.largeAmount)
                state.packets = []
                state.byteCount = 0
                guard !isLarge else { return .packets(packets, resumeReading: false) }
                defer { state.isReadingPaused = false }
                return .packets(packets, resumeReading: state.isReadingPaused)
            }
            if let ending = state.ending { return .ended(ending) }
            defer { state.isReadingPaused = false }
            return .nothing(resumeReading: state.isReadingPaused)
        }
    }

    /// Returns once there is something to take, or once the handshake is done if `handshake` is true.
    func wait(handshake: Bool = false) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if !state.packets.isEmpty || state.ending != nil || (handshake && state.session != nil) { return true }
                state.waiter = continuation
                state.waitsForHandshake = handshake
                state.waitingSince = eventLoop.now
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}

extension PacketInbox.State {
    fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer {
            waiter = nil
            waitingSince = nil
        }
        return waiter
    }
}
