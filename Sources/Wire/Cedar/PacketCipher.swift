import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One direction of an encrypted connection: AES-256-GCM with a 16-byte initialization vector per packet.
///
/// The sender chooses 16 random bytes and sends them with its first packet; the n-th packet uses them with n added to the first four
/// bytes, taken as a big-endian number modulo 2^32. The first packet authenticates, besides its header, the digests of everything that
/// went over the connection in clear: first what its sender sent, then what its sender received.
///
/// Source: HTCondor 25.14, `condor_io/condor_crypt_aesgcm.cpp` and `reli_sock.cpp`; checked against recorded connections.
struct PacketCipher: Sendable {
    static let vectorLength = 16
    static let tagLength = 16
    /// Packets one direction may carry before the vectors would repeat.
    static let maximumPackets: UInt32 = .max - 1

    private let key: SymmetricKey
    /// Nil until the first packet of the peer has brought it.
    private var base: [UInt8]?
    private var counter: UInt32 = 0
    /// 64 bytes: the sender's digests.
    private let handshakeDigests: [UInt8]

    init(key: SessionKey, vector: [UInt8]?, handshakeDigests: [UInt8]) {
        self.key = key.symmetric
        self.base = vector
        self.handshakeDigests = handshakeDigests
    }

    /// True while the next packet is the first, which carries the vector.
    var isFirst: Bool { counter == 0 }

    /// What the next packet's body is longer than its plaintext.
    var overhead: Int { isFirst ? Self.vectorLength + Self.tagLength : Self.tagLength }

    /// The vector of a direction that sends; nil for one that has received nothing yet.
    var initialVector: [UInt8]? { base }

    /// Encrypts one packet's plaintext.
    mutating func seal(
        _ plaintext: UnsafeRawBufferPointer, header: [UInt8]
    ) throws(CedarError) -> AES.GCM.SealedBox {
        let nonce = try nextNonce()
        let data = authenticated(header)
        do {
            let box = try AES.GCM.seal(plaintext, using: key, nonce: nonce, authenticating: data)
            counter += 1
            return box
        } catch {
            throw CedarError(.integrity, "a packet could not be encrypted")
        }
    }

    /// Decrypts one packet's body (without its header).
    mutating func open(_ body: UnsafeRawBufferPointer, header: [UInt8]) throws(CedarError) -> Data {
        var body = body
        guard body.count >= overhead else { throw CedarError(.malformed, "an encrypted packet is shorter than its tag") }
        if isFirst {
            base = Array(body.prefix(Self.vectorLength))
            body = UnsafeRawBufferPointer(rebasing: body.dropFirst(Self.vectorLength))
        }
        let nonce = try nextNonce()
        let data = authenticated(header)
        do {
            let box = try AES.GCM.SealedBox(
                nonce: nonce,
                ciphertext: UnsafeRawBufferPointer(rebasing: body.dropLast(Self.tagLength)),
                tag: UnsafeRawBufferPointer(rebasing: body.suffix(Self.tagLength)))
            let plaintext = try AES.GCM.open(box, using: key, authenticating: data)
            counter += 1
            return plaintext
        } catch {
            throw CedarError(.integrity, "a packet failed authentication")
        }
    }

    private func authenticated(_ header: [UInt8]) -> [UInt8] {
        isFirst ? handshakeDigests + header : header
    }

    private func nextNonce() throws(CedarError) -> AES.GCM.Nonce {
        guard var vector = base, vector.count == Self.vectorLength else {
            throw CedarError(.unexpectedEvent, "no initialization vector")
        }
        guard counter < Self.maximumPackets else { throw CedarError(.limitExceeded, "too many packets on one connection") }
        var number: UInt32 = 0
        for index in 0..<4 { number = number << 8 | UInt32(vector[index]) }
        number &+= counter
        for index in 0..<4 { vector[index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index)) }
        do {
            return try AES.GCM.Nonce(data: vector)
        } catch {
            throw CedarError(.integrity, "the initialization vector was refused")
        }
    }
}
