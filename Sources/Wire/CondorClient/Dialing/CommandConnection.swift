import Cedar
import NIOCore
import Synchronization

/// One connection to a daemon that carries one command: what the commands use to talk.
///
/// Waiting functions end with `cancelled` when the task is cancelled, and the connection with them. It also ends when nobody holds it any more.
final class CommandConnection: Sendable {
    let eventLoop: any EventLoop
    let inbox: PacketInbox
    private let handler: NIOLoopBoundBox<CommandHandler>
    private let closing = Mutex(Closing())

    private struct Closing {
        var isAsked = false
        var observer: (@Sendable (CondorError.Code?) -> Void)?
    }

    init(eventLoop: any EventLoop, inbox: PacketInbox, handler: NIOLoopBoundBox<CommandHandler>) {
        self.eventLoop = eventLoop
        self.inbox = inbox
        self.handler = handler
    }

    /// Sends whole messages. Returns when the socket has taken enough of what is waiting to go out.
    func send(_ messages: [[UInt8]]) async throws(CondorError) {
        try await send(messages.map { .message($0) })
    }

    /// Sends messages, or pieces of long ones.
    func send(_ outgoing: [OutgoingBytes]) async throws(CondorError) {
        let result: Result<Void, CondorError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.execute { [handler] in handler.value.send(outgoing, then: continuation) }
            }
        } onCancel: {
            cancel()
        }
        try result.get()
    }

    /// Puts the packets that have arrived behind those in `packets`. Returns false when there are none yet.
    func takePackets(into packets: inout ArraySlice<PacketCodec.Packet>) throws(CondorError) -> Bool {
        switch inbox.take() {
        case .packets(let new, let resumeReading):
            if packets.isEmpty { packets = new[...] } else { packets.append(contentsOf: new) }
            if resumeReading { eventLoop.execute { [handler] in handler.value.resumeReading() } }
            return true
        case .ended(.success):
            throw CondorError(.unreachable, "the daemon ended the connection before it had answered")
        case .ended(.failure(let error)):
            throw error
        case .nothing(let resumeReading):
            if resumeReading { eventLoop.execute { [handler] in handler.value.resumeReading() } }
            return false
        }
    }

    /// Returns when something has arrived or the connection has ended; with `handshake` also when the handshake is done.
    func waitForPackets(handshake: Bool = false) async throws(CondorError) {
        await withTaskCancellationHandler {
            await inbox.wait(handshake: handshake)
        } onCancel: {
            cancel()
        }
        if Task.isCancelled { throw CondorError(.cancelled, "the command was cancelled") }
    }

    /// Ends the connection. What the socket has not taken yet is lost.
    func close(_ error: CondorError? = nil) {
        if let error { inbox.end(.failure(error)) }
        let (isFirst, observer) = closing.withLock { closing in
            defer { closing = Closing(isAsked: true) }
            return (!closing.isAsked, closing.observer)
        }
        observer?(inbox.failure?.code)
        if isFirst { eventLoop.execute { [handler] in handler.value.close() } }
    }

    /// Calls the observer once, when the connection is closed, with the reason if it broke.
    func onClose(_ observer: @escaping @Sendable (CondorError.Code?) -> Void) {
        closing.withLock { $0.observer = observer }
    }

    deinit { close() }

    private func cancel() {
        close(CondorError(.cancelled, "the command was cancelled"))
    }
}

/// Something to send.
enum OutgoingBytes: Sendable {
    case message([UInt8])
    /// A part of a message; the last one must not be empty.
    case piece(ByteBuffer, endsMessage: Bool)
}
