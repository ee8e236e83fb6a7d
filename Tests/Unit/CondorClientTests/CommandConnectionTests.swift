import Cedar
import ClassAd
import CondorProtocol
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import Testing
import Tokens

@testable import CondorClient

/// One connection, from the handshake to its end, without a socket.
struct CommandConnectionTests {
    @Test func theFirstMessagesFollowTheHandshakeAtOnce() async throws {
        let scripted = try await ScriptedConnection(first: [clearOrEncrypted { $0.write(integer: 7) }])
        try await scripted.peer.acceptResumption()
        #expect(try await scripted.peer.receive { (m) throws(CedarError) in try m.readInteger() } == 7)
        try await scripted.connection.waitForPackets(handshake: true)
        #expect(scripted.connection.inbox.session?.isResumed == true)
        #expect(scripted.connection.inbox.session?.session.user == "alice@pool.test")
    }

    @Test func withoutAWordOfThePeerEverythingGoesOutAtOnce() async throws {
        let scripted = try await ScriptedConnection(first: [clearOrEncrypted { $0.write(integer: 7) }], awaitsAnswer: false)
        try await scripted.peer.acceptResumption()
        #expect(try await scripted.peer.receive { (m) throws(CedarError) in try m.readInteger() } == 7)
        try await scripted.peer.send { $0.write(integer: 8) }
        var reader = MessageReader(scripted.connection)
        #expect(try await reader.message { (m) throws(CedarError) in try m.readInteger() } == 8)
        #expect(!scripted.connection.inbox.isSilent)

        let unknown = try await ScriptedConnection(first: [clearOrEncrypted { $0.write(integer: 7) }], awaitsAnswer: false)
        try await unknown.channel.close()
        try await unknown.connection.waitForPackets()
        #expect(unknown.connection.inbox.isSilent)
    }

    @Test func messagesArriveByteByByte() async throws {
        let scripted = try await ScriptedConnection()
        try await scripted.peer.acceptResumption()
        var reader = MessageReader(scripted.connection)
        async let answer: (Int64, String) = {
            let number = try await reader.message { (m) throws(CedarError) in try m.readInteger() }
            let text = try await reader.message { (m) throws(CedarError) in try m.readString() }
            return (number, text)
        }()
        var bytes = try scripted.peer.bytes { $0.write(integer: -5) }
        bytes.writeImmutableBuffer(try scripted.peer.bytes { $0.write(string: "text") })
        while let byte = bytes.readSlice(length: 1) { try await scripted.channel.writeInbound(byte) }
        let (number, text) = try await answer
        #expect(number == -5)
        #expect(text == "text")
    }

    @Test func aSessionThePeerDoesNotKnowIsToldApart() async throws {
        let outcome = NIOLockedValueBox<CondorError?>(nil)
        let scripted = try await ScriptedConnection(observer: { result in
            if case .failure(let error) = result { outcome.withLockedValue { $0 = error } }
        })
        try await scripted.peer.answerResumption("SID_NOT_FOUND")
        try await scripted.connection.waitForPackets(handshake: true)
        #expect(scripted.connection.inbox.failure?.code == .sessionUnknown)
        #expect(outcome.withLockedValue { $0 }?.code == .sessionUnknown)
    }

    @Test func anEndWithinTheHandshakeIsUnreachable() async throws {
        let scripted = try await ScriptedConnection()
        try await scripted.channel.close()
        try await scripted.connection.waitForPackets(handshake: true)
        #expect(scripted.connection.inbox.failure?.code == .unreachable)
    }

    @Test func anEndInTheMiddleOfAnAnswerIsAnError() async throws {
        for cut in [3, 30] {
            let scripted = try await ScriptedConnection()
            try await scripted.peer.acceptResumption()
            var bytes = try scripted.peer.bytes { $0.write(bytes: [UInt8](repeating: 1, count: 40)) }
            try await scripted.channel.writeInbound(try #require(bytes.readSlice(length: cut)))
            try await scripted.channel.close()
            var reader = MessageReader(scripted.connection)
            let error = await #expect(throws: CondorError.self) {
                try await reader.message { (m) throws(CedarError) in try m.readBytes(40) }
            }
            #expect(error?.code == .unreachable)
        }
    }

    @Test func garbageIsAProtocolViolation() async throws {
        let scripted = try await ScriptedConnection()
        try await scripted.peer.acceptResumption()
        try await scripted.channel.writeInbound(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"))
        var reader = MessageReader(scripted.connection)
        let error = await #expect(throws: CondorError.self) {
            try await reader.message { (m) throws(CedarError) in try m.readInteger() }
        }
        #expect(error?.code == .protocolViolation)
    }

    @Test func deadlinesEndHandshakeAndSilence() async throws {
        let slow = try await ScriptedConnection(deadlines: CommandDeadlines(handshake: .seconds(3), inactivity: .seconds(10)))
        await slow.channel.testingEventLoop.advanceTime(by: .seconds(4))
        try await slow.connection.waitForPackets(handshake: true)
        #expect(slow.connection.inbox.failure?.code == .timedOut)

        let silent = try await ScriptedConnection(deadlines: CommandDeadlines(handshake: .seconds(3), inactivity: .seconds(10)))
        try await silent.peer.acceptResumption()
        // Nobody waits: no time limit.
        await silent.channel.testingEventLoop.advanceTime(by: .seconds(60))
        #expect(silent.connection.inbox.failure == nil)
        let connection = silent.connection
        async let waiting: Void = connection.waitForPackets()
        while silent.connection.inbox.waitingSince == nil { await Task.yield() }
        await silent.channel.testingEventLoop.advanceTime(by: .seconds(9))
        #expect(silent.connection.inbox.failure == nil)
        await silent.channel.testingEventLoop.advanceTime(by: .seconds(11))
        try await waiting
        #expect(silent.connection.inbox.failure?.code == .timedOut)
    }

    @Test func cancellationClosesTheConnection() async throws {
        let scripted = try await ScriptedConnection()
        try await scripted.peer.acceptResumption()
        let connection = scripted.connection
        let task = Task {
            var reader = MessageReader(connection)
            _ = try await reader.message { (m) throws(CedarError) in try m.readInteger() }
        }
        while connection.inbox.waitingSince == nil { await Task.yield() }
        task.cancel()
        let error = await #expect(throws: CondorError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        await scripted.channel.testingEventLoop.run()
        #expect(!scripted.channel.isActive)
    }

    @Test func readingStopsWhileNobodyTakesWhatIsThere() {
        let inbox = PacketInbox(eventLoop: EmbeddedEventLoop())
        let packet = PacketCodec.Packet(payload: ByteBuffer(repeating: 0, count: 65_536), endsMessage: true)
        var added = 0
        while inbox.add([packet]) { added += 1 }
        #expect((added + 1) * 65_536 == PacketInbox.highWater)
        guard case .packets(let packets, let resumes) = inbox.take() else { Issue.record("packets expected"); return }
        #expect(packets.count == added + 1)
        #expect(resumes)
        #expect(inbox.add([packet]))
        guard case .packets(_, false) = inbox.take(), case .nothing(false) = inbox.take() else { Issue.record("one packet expected"); return }
        inbox.end(.failure(CondorError(.timedOut, "")))
        inbox.end(.success(()))
        guard case .ended(.failure(let error)) = inbox.take() else { Issue.record("an end expected"); return }
        #expect(error.code == .timedOut)
    }

    /// A list whose packets have 2 to 20 MB: ads that end in one packet and go on in the next are read as from small ones.
    @Test func aListInLargePackets() async throws {
        let scripted = try await ScriptedConnection(packetLength: 20_000_000)
        try await scripted.peer.acceptResumption()
        let lengths = [2_000_000, 1, 9_999_000, 9_000_000, 3, 8_000_000, 100]
        let connection = scripted.connection
        async let read: [Int] = {
            var reader = MessageReader(connection)
            var found: [Int] = []
            for _ in lengths {
                let ad = try await reader.value { (m) throws(CedarError) in try m.readAd() }
                found.append(ad.string("Text")?.utf8.count ?? -1)
            }
            try await reader.endOfMessage()
            return found
        }()
        try await scripted.peer.send { message in
            for length in lengths {
                var ad = ClassAd()
                ad.set("Text", String(repeating: "x", count: length))
                message.write(ad: ad)
            }
        }
        #expect(try await read == lengths)
    }

    @Test func largePacketsNeedAnAuthenticatedPeer() async throws {
        for method in [nil, .anonymous, .claimToBe] as [AuthenticationMethod?] {
            let scripted = try await ScriptedConnection(session: ScriptedConnection.session(method: method), packetLength: 2_000_000)
            try await scripted.peer.acceptResumption()
            try await scripted.peer.send { $0.write(bytes: [UInt8](repeating: 1, count: 1_500_000)) }
            var reader = MessageReader(scripted.connection)
            let error = await #expect(throws: CondorError.self) {
                try await reader.message { (m) throws(CedarError) in try m.readBytes(1_500_000) }
            }
            #expect(error?.code == .protocolViolation)
        }
    }

    /// While the consumer works on a large packet, nothing more is read from the socket.
    @Test func readingStartsAgainWhenALargePacketIsUsed() {
        let inbox = PacketInbox(eventLoop: EmbeddedEventLoop())
        let packet = PacketCodec.Packet(payload: ByteBuffer(repeating: 0, count: PacketInbox.largeAmount + 1), endsMessage: false)
        #expect(!inbox.add([packet]))
        guard case .packets(let packets, resumeReading: false) = inbox.take() else { Issue.record("a packet expected"); return }
        #expect(packets.count == 1)
        // What the socket had delivered before it was told to stop.
        let late = PacketCodec.Packet(payload: ByteBuffer(repeating: 0, count: 10), endsMessage: true)
        #expect(!inbox.add([late]))
        guard case .packets(_, resumeReading: true) = inbox.take() else { Issue.record("a packet expected"); return }
        #expect(!inbox.add([packet]))
        guard case .packets(_, resumeReading: false) = inbox.take(), case .nothing(resumeReading: true) = inbox.take(),
            case .nothing(resumeReading: false) = inbox.take()
        else { Issue.record("reading resumes once"); return }
    }

    private func clearOrEncrypted(_ write: (inout MessageEncoder) -> Void) -> [UInt8] {
        var message = MessageEncoder(encrypted: true)
        write(&message)
        return message.bytes
    }
}
