import Foundation
import Text

/// The recorded vector `Vectors/idtoken.json`: keys and tokens.
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
        var keyFileHex: Hexadecimal
        var signingKeyAscii: String
        var jwtHmacKeyHex: Hexadecimal
        var token: String
    }
    var keyFileHex: Hexadecimal
    var kid: String
    var unscrambledHex, signingKeyHexDoubled, jwtHmacKeyHex: Hexadecimal
    var token: String
    var header: Header
    var payload: Payload
    var signatureHex: Hexadecimal
    var otherKid: Other
}

/// Bytes written as hexadecimal digits in a vector.
struct Hexadecimal: Decodable {
    var bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Hex.bytes(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no hexadecimal digits")
        }
        self.bytes = bytes
    }
}

extension TokenVector {
    static func load() throws -> TokenVector {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(TokenVector.self, from: Data(contentsOf: folder.appendingPathComponent("idtoken.json")))
    }
}
