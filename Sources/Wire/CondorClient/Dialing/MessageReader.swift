import Cedar

/// Reads the messages of one connection, value by value. Owned by the task that reads.
struct MessageReader {
    private let connection: CommandConnection
    private var decoder: MessageDecoder
    private var packets: ArraySlice<PacketCodec.Packet> = []

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
                    guard let packet = packets.popFirst() else { return nil }
                    try decoder.append(packet)
                }
            }
        } catch {
            connection.close()
            throw CondorError(error)
        }
    }

    private mutating func fill() async throws(CondorError) {
        while try !connection.takePackets(into: &packets) { try await connection.waitForPackets() }
    }
}
