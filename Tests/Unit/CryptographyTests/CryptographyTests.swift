import Cryptography
import Testing

private func bytes(_ hex: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Substring(hex)
    while rest.count > 1 {
        result.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
    }
    return result
}

@Suite struct CryptographyTests {
    /// FIPS 180-4 examples.
    @Test func digests() {
        #expect(Hash.sha256("abc".utf8) == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        #expect(Hash.sha256([UInt8]()) == bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        var hash = Hash(.sha512)
        hash.update(Array("a".utf8))
        let copy = hash
        hash.update(Array("bc".utf8))
        let expected =
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        #expect(hash.finalize() == bytes(expected))
        // Asking does not end it, and a copy has its own state.
        #expect(hash.finalize() == bytes(expected))
        var other = copy
        other.update(Array("bc".utf8))
        #expect(other.finalize() == bytes(expected))
        #expect(copy.finalize() != hash.finalize())
    }

    /// RFC 4231, test case 2, and RFC 2202, test case 2.
    @Test func authenticationCodes() {
        let key = SecureBytes("Jefe".utf8)
        let message = Array("what do ya want for nothing?".utf8)
        let code = MessageAuthentication.code(for: message, key: key, .sha256)
        #expect(code == bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
        #expect(MessageAuthentication.code(for: message, key: key, .sha1) == bytes("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"))
        #expect(MessageAuthentication.isValid(code, for: message, key: key, .sha256))
        #expect(!MessageAuthentication.isValid(Array(code.dropLast()), for: message, key: key, .sha256))
        #expect(!MessageAuthentication.isValid(code, for: message + [0], key: key, .sha256))
    }

    /// RFC 5869, test cases 1 and 3.
    @Test func derivedKeys() {
        let secret = SecureBytes(bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"))
        let first = MessageAuthentication.derivedKey(
            from: secret, salt: bytes("000102030405060708090a0b0c"), info: bytes("f0f1f2f3f4f5f6f7f8f9"), count: 42)
        #expect(first == SecureBytes(bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")))
        let third = MessageAuthentication.derivedKey(from: secret, salt: [], info: [], count: 42)
        #expect(third == SecureBytes(bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")))
    }

    /// The GCM specification's test cases 16 (a nonce of 12 bytes) and 18 (of 60).
    @Test(arguments: [
        ("cafebabefacedbaddecaf888", "76fc6ece0f4e1768cddf8853bb2d551b"),
        (
            "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
            "a44a8266ee1c8eb0c8b5d4cf5ae9f19a"
        ),
    ])
    func authenticatedEncryption(nonce: String, tag: String) throws {
        let cipher = cipher("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
        let message = bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
        let data = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let sealed = try seal(cipher, message, bytes(nonce), data)
        #expect(Array(sealed.suffix(16)) == bytes(tag))
        #expect(try open(cipher, sealed, bytes(nonce), data) == message)
        // A change anywhere is noticed.
        for index in [0, sealed.count - 1] {
            var damaged = sealed
            damaged[index] ^= 1
            #expect(throws: CryptographyError(.authenticationFailed)) { try open(cipher, damaged, bytes(nonce), data) }
        }
        #expect(throws: CryptographyError(.authenticationFailed)) { try open(cipher, sealed, bytes(nonce), data + [0]) }
        #expect(throws: CryptographyError(.authenticationFailed)) { try open(cipher, Array(sealed.prefix(15)), bytes(nonce), data) }
    }

    @Test func emptyMessagesAreSealedToo() throws {
        let cipher = cipher(String(repeating: "07", count: 32))
        let nonce = [UInt8](repeating: 1, count: 16)
        let sealed = try seal(cipher, [], nonce, [])
        #expect(sealed.count == 16)
        #expect(try open(cipher, sealed, nonce, []) == [])
        #expect(throws: CryptographyError(.unavailable)) { try seal(AuthenticatedCipher(key: SecureBytes([1, 2, 3])), [], nonce, []) }
    }

    /// NIST CAVP, KAS ECC CDH primitive, P-256, count 0.
    @Test func agreedSecrets() throws {
        let own = try KeyAgreement(scalar: bytes("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534"))
        let publicKey =
            "04ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b23028af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141"
        #expect(own.publicKey == bytes(publicKey))
        let peer =
            "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac"
        let secret = try own.sharedSecret(with: bytes(peer))
        #expect(secret == SecureBytes(bytes("46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b")))
    }

    @Test func freshPairsAgree() throws {
        let (one, other) = (try KeyAgreement(), try KeyAgreement())
        #expect(one.publicKey.count == 65 && one.publicKey != other.publicKey)
        #expect(try one.sharedSecret(with: other.publicKey) == other.sharedSecret(with: one.publicKey))
    }

    /// A point off the curve would give the private key away.
    @Test func pointsOffTheCurveAreRefused() throws {
        let own = try KeyAgreement()
        var off = own.publicKey
        off[64] ^= 1
        let peers: [[UInt8]] = [
            off, [], [0], [UInt8](repeating: 0, count: 65), [4] + [UInt8](repeating: 0xFF, count: 64), Array(own.publicKey.dropLast()),
        ]
        for peer in peers {
            #expect(throws: CryptographyError(.invalidKey)) { try own.sharedSecret(with: peer) }
        }
        #expect(throws: CryptographyError(.invalidKey)) { try KeyAgreement(scalar: [UInt8](repeating: 0, count: 32)) }
        #expect(throws: CryptographyError(.invalidKey)) { try KeyAgreement(scalar: [UInt8](repeating: 0xFF, count: 32)) }
    }

    @Test func secretsAreNotPrinted() {
        let secret = SecureBytes("hunter2".utf8)
        #expect("\(secret) \(String(reflecting: secret)) \(Mirror(reflecting: secret).children.count)" == "SecureBytes(hidden) SecureBytes(hidden) 0")
        #expect(secret == SecureBytes("hunter2".utf8) && secret != SecureBytes("hunter3".utf8) && secret != SecureBytes([]))
    }

    @Test func randomBytesDiffer() {
        #expect(RandomBytes.make(0) == [])
        #expect(RandomBytes.make(32).count == 32 && RandomBytes.make(32) != RandomBytes.make(32))
    }

    private func cipher(_ key: String) -> AuthenticatedCipher {
        AuthenticatedCipher(key: SecureBytes(bytes(key)))
    }

    private func seal(_ cipher: AuthenticatedCipher, _ message: [UInt8], _ nonce: [UInt8], _ data: [UInt8]) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: message.count + 16)
        let count = try message.withUnsafeBytes { message in
            try output.withUnsafeMutableBytes { try cipher.seal(message, nonce: nonce, authenticating: data, into: $0) }
        }
        #expect(count == output.count)
        return output
    }

    private func open(_ cipher: AuthenticatedCipher, _ sealed: [UInt8], _ nonce: [UInt8], _ data: [UInt8]) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: max(sealed.count - 16, 0))
        _ = try sealed.withUnsafeBytes { sealed in
            try output.withUnsafeMutableBytes { try cipher.open(sealed, nonce: nonce, authenticating: data, into: $0) }
        }
        return output
    }
}
