import COpenSSL

/// A hash function of libcrypto.
package enum HashFunction: Sendable, Hashable {
    /// Only for protocols that demand it: SHA-1 is no longer safe against collisions.
    case sha1
    case sha256
    case sha512

    /// The length of a digest in bytes.
    package var digestLength: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// Fetched once; the library shares such objects between threads.
    var algorithm: OpaquePointer? {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        }
    }
}

/// A digest of bytes that arrive in pieces. Copies are independent.
package struct Hash: Sendable {
    private var context: Context
    private let function: HashFunction

    /// Owns the library's state. A shared state is copied before it is changed, so that no two threads use the same one.
    private final class Context: @unchecked Sendable {
        let pointer: OpaquePointer?

        init(_ function: HashFunction) {
            pointer = EVP_MD_CTX_new()
            EVP_DigestInit_ex(pointer, function.algorithm, nil)
        }

        init(copying other: Context) {
            pointer = EVP_MD_CTX_new()
            EVP_MD_CTX_copy_ex(pointer, other.pointer)
        }

        deinit { EVP_MD_CTX_free(pointer) }
    }

    package init(_ function: HashFunction) {
        self.function = function
        context = Context(function)
    }

    /// Adds bytes to the digest.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&context) { context = Context(copying: context) }
        EVP_DigestUpdate(context.pointer, bytes.baseAddress, bytes.count)
    }

    /// Adds bytes to the digest.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of the bytes so far.
    package func finalize() -> [UInt8] {
        let copy = Context(copying: context)
        return [UInt8](unsafeUninitializedCapacity: function.digestLength) { buffer, initialized in
            EVP_DigestFinal_ex(copy.pointer, buffer.baseAddress, nil)
            initialized = function.digestLength
        }
    }

    /// The digest of contiguous bytes.
    package static func digest(_ bytes: UnsafeRawBufferPointer, _ function: HashFunction) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: function.digestLength) { buffer, initialized in
            EVP_Digest(bytes.baseAddress, bytes.count, buffer.baseAddress, nil, function.algorithm, nil)
            initialized = function.digestLength
        }
    }

    /// The digest of bytes.
    package static func digest(_ bytes: some Sequence<UInt8>, _ function: HashFunction) -> [UInt8] {
        let bytes = Array(bytes)
        return bytes.withUnsafeBytes { digest($0, function) }
    }

    /// The SHA-256 digest of contiguous bytes.
    package static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] { digest(bytes, .sha256) }

    /// The SHA-256 digest of bytes.
    package static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        digest(bytes, .sha256)
    }
}
