import Cedar
import Glibc
import NIOCore

/// Drives one connection on its event loop: the handshake from the first byte, then packets in and messages out. All decisions of the handshake are
/// those of ``ClientHandshake``; this only carries them out.
final class CommandHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the owner of the connection wants to know about the handshake; called once, on the event loop.
    typealias HandshakeObserver = @Sendable (Result<EstablishedSession, CondorError>) -> Void

    private enum State {
        /// Until the handshake is done. Leaves to `open`, `closed`.
        case handshaking
        /// The connection belongs to the command. Leaves to `closed`.
        case open
        case closed
    }

    private var state = State.handshaking
    private var codec = PacketCodec()
    private var handshake: ClientHandshake
    private var first: [[UInt8]]
    private let inbox: PacketInbox
    private let deadlines: CommandDeadlines
    private let observer: HandshakeObserver
    private let peer: String

    private var context: ChannelHandlerContext?
    private var deadline: Scheduled<Void>?
    private var lastProgress = NIODeadline.distantPast
    private var waitingForRoom: [CheckedContinuation<Result<Void, CondorError>, Never>] = []
    private var isReadPending = false
    private var isReadPaused = false

    init(_ call: Call, handshake: ClientHandshake, inbox: PacketInbox, peer: String, observer: @escaping HandshakeObserver) {
        self.handshake = handshake
        first = call.first
        self.inbox = inbox
        deadlines = call.deadlines
        self.peer = peer
        self.observer = observer
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard inbox.failure == nil else { return context.close(promise: nil) }
        if context.channel.isActive { channelActive(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        // A connection that never was is reported by `connectFailed`, which knows why.
        if deadline != nil { fail(CondorError(.unreachable, "the connection to \(peer) ended")) }
    }

    func channelActive(context: ChannelHandlerContext) {
        guard deadline == nil else { return }
        noteProgress()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: deadlines.handshake) { [self] in
            fail(CondorError(.timedOut, "\(peer) did not finish the security handshake within \(deadlines.handshake.inSeconds)"))
        }
        carryOut(handshake.start())
        read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        codec.receive(unwrapInboundIn(data))
        noteProgress()
        do throws(CedarError) {
            while case .handshaking = state {
                guard let packet = try codec.nextPacket() else { return }
                carryOut(handshake.receive(packet))
            }
            guard case .open = state else { return }
            var packets: [PacketCodec.Packet] = []
            while let packet = try codec.nextPacket() { packets.append(packet) }
            if !packets.isEmpty, !inbox.add(packets) { isReadPaused = true }
        } catch {
            fail(CondorError(error))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReadPending = false
        if !isReadPaused { read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        noteProgress()
        guard context.channel.isWritable else { return }
        releaseWriters(.success(()))
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch state {
        case .handshaking:
            carryOut(handshake.connectionClosed())
            fail(CondorError(.unreachable, "\(peer) ended the connection during the security handshake"))
        case .open:
            // Bytes of an incomplete packet mean that the connection broke in the middle.
            let ending: Result<Void, CondorError> =
                codec.bufferedByteCount == 0
                ? .success(()) : .failure(CondorError(.unreachable, "the connection to \(peer) broke in the middle of an answer"))
            finish(ending)
        case .closed:
            break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let reason = (error as? IOError).map { "the connection to \(peer) broke: \(String(cString: strerror($0.errnoCode)))" }
        fail(CondorError(.unreachable, reason ?? "the connection to \(peer) broke"))
    }

    // MARK: Called by the owner, on the event loop

    func send(_ outgoing: [OutgoingBytes], then continuation: CheckedContinuation<Result<Void, CondorError>, Never>) {
        guard case .open = state, let context else {
            return continuation.resume(returning: .failure(inbox.failure ?? CondorError(.unreachable, "\(peer) ended the connection")))
        }
        do throws(CedarError) {
            for bytes in outgoing {
                switch bytes {
                case .message(let message): context.write(wrapOutboundOut(try codec.frame(message)), promise: nil)
                case .piece(let buffer, let endsMessage):
                    context.write(wrapOutboundOut(try codec.frame(buffer, endsMessage: endsMessage)), promise: nil)
                }
            }
        } catch {
            let failure = CondorError(error)
            fail(failure)
            return continuation.resume(returning: .failure(failure))
        }
        noteProgress()
        context.flush()
        acknowledgeAtOnce(context)
        if context.channel.isWritable {
            continuation.resume(returning: .success(()))
        } else {
            waitingForRoom.append(continuation)
        }
    }

    /// A daemon that answers several requests in one go sends each answer by itself, and the second one only after the first has been acknowledged
    /// (its sockets wait for that): without this the kernel lets it wait for 40 ms.
    private func acknowledgeAtOnce(_ context: ChannelHandlerContext) {
        _ = context.channel.setOption(.tcpOption(.init(rawValue: TCP_QUICKACK)), value: 1)
    }

    func resumeReading() {
        isReadPaused = false
        noteProgress()
        read()
    }

    /// No connection came about.
    func connectFailed(_ error: any Error) {
        var reason = "no connection to \(peer)"
        switch error {
        case let error as IOError: reason += ": \(String(cString: strerror(error.errnoCode)))"
        case ChannelError.connectTimeout: reason += " within \(deadlines.connect.inSeconds)"
        case is SocketAddressError: reason += ": its name cannot be resolved"
        default: break
        }
        fail(CondorError(.unreachable, reason))
    }

    func close() {
        finish(.failure(CondorError(.cancelled, "the command has ended")))
    }

    // MARK: Handshake

    private func carryOut(_ actions: [HandshakeAction]) {
        for action in actions {
            guard case .handshaking = state, let context else { return }
            do throws(CedarError) {
                switch action {
                case .send(let bytes): context.write(wrapOutboundOut(try codec.frame(bytes)), promise: nil)
                case .resetDigests: codec.resetDigests()
                case .enableEncryption(let key): try codec.enableEncryption(key: key)
                case .createDirectory(let path): carryOut(handshake.directoryCreated(Self.makeDirectory(path)))
                case .removeDirectory(let path): rmdir(path)
                case .established(let session): try established(session)
                case .failed(let error): fail(CondorError(error))
                }
            } catch {
                fail(CondorError(error))
            }
        }
        context?.flush()
    }

    private func established(_ session: EstablishedSession) throws(CedarError) {
        state = .open
        codec.acceptsLargePackets = session.session.isAuthenticated
        observer(.success(session))
        for message in first { context?.write(wrapOutboundOut(try codec.frame(message)), promise: nil) }
        context?.flush()
        first = []
        inbox.establish(session)
        noteProgress()
        armInactivityDeadline()
    }

    /// Exactly mode 0700, whatever the process's umask is.
    private static func makeDirectory(_ path: String) -> Bool {
        guard mkdir(path, 0o700) == 0 else { return false }
        guard chmod(path, 0o700) == 0 else {
            rmdir(path)
            return false
        }
        return true
    }

    // MARK: Deadlines, reading and the end

    private func armInactivityDeadline(in delay: TimeAmount? = nil) {
        deadline?.cancel()
        guard let context else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: delay ?? deadlines.inactivity) { [self] in checkActivity() }
    }

    /// Nothing moved for too long while somebody waits for it?
    private func checkActivity() {
        guard case .open = state, let context else { return }
        let waitingSince = inbox.waitingSince ?? (waitingForRoom.isEmpty ? nil : lastProgress)
        guard let waitingSince else { return armInactivityDeadline() }
        let idle = context.eventLoop.now - max(waitingSince, lastProgress)
        guard idle < deadlines.inactivity else {
            return fail(CondorError(.timedOut, "\(peer) did not answer within \(deadlines.inactivity.inSeconds)"))
        }
        armInactivityDeadline(in: deadlines.inactivity - idle)
    }

    private func noteProgress() {
        if let context { lastProgress = context.eventLoop.now }
    }

    private func read() {
        guard !isReadPending, let context, context.channel.isActive else { return }
        isReadPending = true
        context.read()
    }

    private func releaseWriters(_ result: Result<Void, CondorError>) {
        let writers = waitingForRoom
        waitingForRoom = []
        for writer in writers { writer.resume(returning: result) }
    }

    private func fail(_ error: CondorError) {
        finish(.failure(error))
    }

    private func finish(_ ending: Result<Void, CondorError>) {
        if case .closed = state { return }
        if case .handshaking = state {
            for case .removeDirectory(let path) in handshake.connectionClosed() { rmdir(path) }
            if case .failure(let error) = ending { observer(.failure(inbox.failure ?? error)) }
        }
        state = .closed
        deadline?.cancel()
        inbox.end(ending)
        if case .failure(let error) = ending {
            releaseWriters(.failure(inbox.failure ?? error))
        } else {
            releaseWriters(.failure(CondorError(.unreachable, "\(peer) ended the connection")))
        }
        context?.close(promise: nil)
    }
}

extension TimeAmount {
    /// For people: `20 s`.
    var inSeconds: String {
        let tenths = nanoseconds / 100_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
