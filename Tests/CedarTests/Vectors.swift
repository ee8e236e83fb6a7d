import Foundation

@testable import Cedar

/// The recorded vectors of the folder `Vectors`.
enum Vectors {
    static func load<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors")
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name + ".json")))
    }

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
    var client_send_sha256: HexBytes
    var client_recv_sha256: HexBytes
}

struct TokenSessionVector: Decodable {
    struct ECDH: Decodable {
        var client_private_scalar: HexBytes
        var client_public_b64: String
        var server_public_b64: String
        var shared_secret_x: HexBytes
        var session_key: HexBytes
    }
    struct AKEP2: Decodable {
        var a: String
        var b: String
        var header_payload: String
        var signature, ka, kb, ra, rb, hkt, hk, wrap_key: HexBytes
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
    var session_key: HexBytes
    var digests: RecordedDigests
    var messages: [RecordedMessage]
}

struct StockTokenVector: Decodable {
    var ecdh_server_private_scalar: HexBytes
    var session_key: HexBytes
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
        var header, iv_used, aad, plaintext, wire: HexBytes
    }
    var key: HexBytes
    var packets: [Packet]
}

struct SeedVector: Decodable {
    var seed_ka, seed_kb: HexBytes
}

struct TokenVector: Decodable {
    struct Header: Decodable {
        var alg, kid: String
    }
    struct Payload: Decodable {
        var iat: Int64
        var iss, jti, sub: String
    }
    struct Other: Decodable {
        var kid: String
        var key_file_hex: HexBytes
        var signing_key_ascii: String
        var jwt_hmac_key_hex: HexBytes
        var token: String
    }
    var key_file_hex: HexBytes
    var kid: String
    var unscrambled_hex, signing_key_hex_doubled, jwt_hmac_key_hex: HexBytes
    var token: String
    var header: Header
    var payload: Payload
    var signature_hex: HexBytes
    var other_kid: Other
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
        var plain_bytes, encrypted_mode_bytes: HexBytes
    }
    struct TwoPackets: Decodable { var packets: [HexBytes] }
    var message_plain: Plain
    var strings_when_encrypted: Encrypted
    var double: [Number]
    var classad: Ad
    var two_packet_message: TwoPackets
}
