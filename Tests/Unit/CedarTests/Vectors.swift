import Foundation
import Text
import Tokens

@testable import Cedar

/// The recorded vectors of the folder `Vectors`.
enum Vectors {
    static func load<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: folder.appendingPathComponent(name + ".json")))
    }

    /// The key of the pool in which the conversations were recorded.
    static func poolKey() throws -> SigningKey { try SigningKey(id: "POOL", fileContents: Array(0..<64)) }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8).compactMap { Hex.value($0) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static func base64(_ text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data()) }
}

/// Bytes written as hexadecimal digits in a vector.
struct HexBytes: Decodable {
    var bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        bytes = Vectors.bytes(try decoder.singleValueContainer().decode(String.self))
    }
}

/// One message of a recorded connection.
struct RecordedMessage: Decodable {
    var name: String
    var dir: String
    var wire: HexBytes
    var plaintext: HexBytes
    var aad: HexBytes?
    var iv: HexBytes?
    var counter: Int?

    var fromClient: Bool { dir == "C->S" }
}

struct RecordedDigests: Decodable {
    var clientSendSha256: HexBytes
    var clientRecvSha256: HexBytes
}

struct TokenSessionVector: Decodable {
    struct ECDH: Decodable {
        var clientPrivateScalar: HexBytes
        var clientPublicB64: String
        var serverPublicB64: String
        var sharedSecretX: HexBytes
        var sessionKey: HexBytes
    }
    struct AKEP2: Decodable {
        var a: String
        var b: String
        var headerPayload: String
        var signature, ka, kb, ra, rb, hkt, hk, wrapKey: HexBytes
    }
    var sinful: String
    var token: String
    var ecdh: ECDH
    var akep2: AKEP2
    var digests: RecordedDigests
    var messages: [RecordedMessage]
}

struct ResumeVector: Decodable {
    var sid: String
    var sessionKey: HexBytes
    var digests: RecordedDigests
    var messages: [RecordedMessage]
}

struct StockTokenVector: Decodable {
    var ecdhServerPrivateScalar: HexBytes
    var sessionKey: HexBytes
    var digests: RecordedDigests
    var messages: [RecordedMessage]
}

struct StockFSVector: Decodable {
    var messages: [RecordedMessage]
}

struct PacketVectors: Decodable {
    struct Packet: Decodable {
        var dir: String
        var counter: Int
        var header, ivUsed, aad, plaintext, wire: HexBytes
    }
    var key: HexBytes
    var packets: [Packet]
}

struct SeedVector: Decodable {
    var seedKa, seedKb: HexBytes
}

struct FramingVector: Decodable {
    struct Plain: Decodable { var wire: HexBytes }
    struct Encrypted: Decodable { var plaintext: HexBytes }
    struct Number: Decodable {
        var value: Double
        var frac, exp: Int64
    }
    struct Ad: Decodable {
        var lines: [String]
        var plainBytes, encryptedModeBytes: HexBytes
    }
    struct TwoPackets: Decodable { var packets: [HexBytes] }
    var messagePlain: Plain
    var stringsWhenEncrypted: Encrypted
    var double: [Number]
    var classad: Ad
    var twoPacketMessage: TwoPackets
}
