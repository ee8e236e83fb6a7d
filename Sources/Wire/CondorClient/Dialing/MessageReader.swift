import Cedar
import NIOCore

/// Reads the messages of one connection, value by value. Owned by the task that reads.
struct MessageReader {
    private let connection: CommandConnection
    private var decoder: MessageDecoder
    private var packets: ArraySlice<PacketCodec.Packet> = []
    /// What is left of a packet that the decoder gets in pieces.
    private var rest: PacketCodec.Packet?

    init(_ connection: CommandConnection) {
        self.connection = connection
        decoder = MessageDecoder(encrypted: true)
    }

    /// A value within the current message; waits for as many packets as it needs.
    mutating func value<Value>(_ read: (inout MessageDecoder) throws(CedarError) -> Value) async throws(CondorError) -> Value {
        while true {
            if let value = try available({ decoder throws(CedarError) in try decoder.attempt(read) }) { return value }
            try await fill()
        }
    }

    /// The end of the current message: everything of it must have been read.
    mutating func endOfMessage() async throws(CondorError) {
        try await value { decoder throws(CedarError) in try decoder.readEndOfMessage() }
    }

    /// A whole message with one layout.
    mutating func message<Value>(_ read: (inout MessageDecoder) throws(CedarError) -> Value) async throws(CondorError) -> Value {
        let value = try await value(read)
        try await endOfMessage()
        return value
    }

    /// As ``value(_:)``, but nil when that would have to wait.
    mutating func valueIfAvailable<Value>(_ read: (inout MessageDecoder) throws(CedarError) -> Value) throws(CondorError) -> Value? {
        while true {
            if let value = try available({ decoder throws(CedarError) in try decoder.attempt(read) }) { return value }
            guard try connection.takePackets(into: &packets) else { return nil }
        }
    }

    private mutating func available<Value>(_ read: (inout MessageDecoder) throws(CedarError) -> Value) throws(CondorError) -> Value? {
        do throws(CedarError) {
            while true {
                do throws(CedarError) {
                    return try read(&decoder)
                } catch {
                    guard error.code == .incomplete else { throw error }
                    guard let packet = nextPiece() else { return nil }
                    try decoder.append(packet)
                }
            }
        } catch {
            connection.close()
            throw CondorError(error)
        }
    }

    /// The next packet, or the next piece of one that is so large that the decoder should not have to copy it behind what it has not read yet.
    private mutating func nextPiece() -> PacketCodec.Packet? {
        var packet: PacketCodec.Packet
        if let rest {
            packet = rest
        } else {
            guard let next = packets.popFirst() else { return nil }
            // The last packet is not kept alive by an empty slice.
            if packets.isEmpty { packets = [] }
            guard next.payload.readableBytes > PacketCodec.maximumBodyLength else { return next }
            packet = next
        }
        rest = nil
        guard packet.payload.readableBytes > PacketCodec.maximumBodyLength,
            let piece = packet.payload.readSlice(length: PacketCodec.maximumBodyLength)
        else { return packet }
        rest = packet
        return PacketCodec.Packet(payload: piece, endsMessage: false)
    }

    private mutating func fill() async throws(CondorError) {
        while try !connection.takePackets(into: &packets) { try await connection.waitForPackets() }
    }
}
