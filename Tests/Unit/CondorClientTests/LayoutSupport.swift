import Cedar
import ClassAd
import Testing

/// Writes a message and reads it back, in clear and in the encrypted form of strings.
func roundTrip<Value>(
    _ write: (inout MessageEncoder) -> Void, _ read: (inout MessageDecoder) throws(CedarError) -> Value
) throws -> [Value] {
    var values: [Value] = []
    for encrypted in [false, true] {
        var encoder = MessageEncoder(encrypted: encrypted)
        write(&encoder)
        var decoder = MessageDecoder(message: encoder.bytes, encrypted: encrypted)
        values.append(try read(&decoder))
        try decoder.readEndOfMessage()
    }
    return values
}

/// The bytes of a message in clear.
func clear(_ write: (inout MessageEncoder) -> Void) -> [UInt8] {
    var encoder = MessageEncoder(encrypted: false)
    write(&encoder)
    return encoder.bytes
}

/// An integer of the wire.
func int(_ value: Int64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }

/// A string of the wire, in clear.
func str(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

/// An ad of the wire, in clear.
func ad(_ lines: String...) -> [UInt8] { int(Int64(lines.count)) + lines.flatMap(str) + [0, 0] }

/// The lines of an ad in clear, in their order.
func lines(of message: [UInt8]) throws -> [String] {
    var decoder = MessageDecoder(message: message, encrypted: false)
    let count = try decoder.readInteger()
    var lines: [String] = []
    for _ in 0..<count { lines.append(try decoder.readString()) }
    return lines
}
