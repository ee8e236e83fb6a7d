import Cryptography

/// One direction of an encrypted connection: AES-256-GCM with a 16-byte initialization vector per packet.
///
/// The sender chooses 16 random bytes and sends them with its first packet; the n-th packet uses them with n added to the first four
/// bytes, taken as a big-endian number modulo 2^32. The first packet authenticates, besides its header, the digests of everything that
/// went over the connection in clear: first what its sender sent, then what its sender received.
///
/// Source: HTCondor 25.14, `condor_io/condor_crypt_aesgcm.cpp` and `reli_sock.cpp`; checked against recorded connections.
struct PacketCipher: Sendable {
    static let vectorLength = 16
    static let tagLength = AuthenticatedCipher.tagLength
    /// Packets one direction may carry before the vectors would repeat.
    static let maximumPackets: UInt32 = .max - 1

    private let cipher: AuthenticatedCipher
    /// Nil until the first packet of the peer has brought it.
    private var base: [UInt8]?
    private var counter: UInt32 = 0
    /// 64 bytes: the sender's digests.
    private let handshakeDigests: [UInt8]

    init(key: SessionKey, vector: [UInt8]?, handshakeDigests: [UInt8]) {
        cipher = key.cipher
        self.base = vector
        self.handshakeDigests = handshakeDigests
    }

    /// True while the next packet is the first, which carries the vector.
    var isFirst: Bool { counter == 0 }

    /// What the next packet's body is longer than its plaintext.
    var overhead: Int { isFirst ? Self.vectorLength + Self.tagLength : Self.tagLength }

    /// The vector of a direction that sends; nil for one that has received nothing yet.
    var initialVector: [UInt8]? { base }

    /// Encrypts one packet's plaintext: the ciphertext with its tag behind it.
    /// - Parameter output: longer than the plaintext by ``tagLength``.
    mutating func seal(
        _ plaintext: UnsafeRawBufferPointer, header: [UInt8], into output: UnsafeMutableRawBufferPointer
    ) throws(CedarError) {
        let nonce = try nextNonce()
        do {
            try cipher.seal(plaintext, nonce: nonce, authenticating: authenticated(header), into: output)
        } catch {
            throw CedarError(.integrity, "a packet could not be encrypted")
        }
        counter += 1
    }

    /// Decrypts one packet's body (without its header).
    /// - Parameter output: at least as long as the body without the vector. It may be the place of the ciphertext. Its
    ///   contents must not be used after an error.
    /// - Returns: the length of the plaintext.
    mutating func open(
        _ body: UnsafeRawBufferPointer, header: [UInt8], into output: UnsafeMutableRawBufferPointer
    ) throws(CedarError) -> Int {
        var body = body
        guard body.count >= overhead else { throw CedarError(.malformed, "an encrypted packet is shorter than its tag") }
        if isFirst {
            base = Array(body.prefix(Self.vectorLength))
            body = UnsafeRawBufferPointer(rebasing: body.dropFirst(Self.vectorLength))
        }
        let nonce = try nextNonce()
        let count: Int
        do {
            count = try cipher.open(body, nonce: nonce, authenticating: authenticated(header), into: output)
        } catch {
            throw CedarError(.integrity, "a packet failed authentication")
        }
        counter += 1
        return count
    }

    private func authenticated(_ header: [UInt8]) -> [UInt8] {
        isFirst ? handshakeDigests + header : header
    }

    private func nextNonce() throws(CedarError) -> [UInt8] {
        guard var vector = base, vector.count == Self.vectorLength else {
            throw CedarError(.unexpectedEvent, "no initialization vector")
        }
        guard counter < Self.maximumPackets else { throw CedarError(.limitExceeded, "too many packets on one connection") }
        var number: UInt32 = 0
        for index in 0..<4 { number = number << 8 | UInt32(vector[index]) }
        number &+= counter
        for index in 0..<4 { vector[index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index)) }
        return vector
    }
}
