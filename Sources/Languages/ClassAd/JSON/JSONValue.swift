import Diagnostics

/// A parsed JSON text.
package indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number with a fraction or exponent.
    case real(Double)
    case string(String)
    case array([JSONValue])
    /// Members in the order of the text; no name occurs twice.
    case object([Member])

    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSONValue
        /// Where the name stands in the text; 1-based, columns in bytes.
        package var line: Int
        package var column: Int

        package init(name: String, value: JSONValue, line: Int = 0, column: Int = 0) {
            self.name = name
            self.value = value
            self.line = line
            self.column = column
        }
    }

    /// What to call the kind of value in a message.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .real: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The member called `name`, if this is an object that has it. Names are case-sensitive.
    package subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// How much of a JSON text is accepted.
    package struct Limits: Sendable {
        /// Length in bytes.
        package var length: Int
        /// Arrays and objects within each other.
        package var depth: Int

        package init(length: Int = 1 << 20, depth: Int = 64) {
            self.length = length
            self.depth = depth
        }
    }

    /// The value of `text`, which must be exactly one JSON value (RFC 8259) in UTF-8 without a byte order mark.
    ///
    /// Integers that do not fit 64 bits, numbers that are out of a double's range, lone surrogates and two members of one name are errors.
    package static func parse(_ text: some Collection<UInt8>, limits: Limits = Limits()) throws(ClassAdError) -> JSONValue {
        let result: Result<JSONValue, ClassAdError> = withContiguousBytes(of: text) { bytes in
            do throws(ClassAdError) {
                var parser = try JSONParser(bytes, limits: limits)
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The same for a string.
    package static func parse(_ text: String, limits: Limits = Limits()) throws(ClassAdError) -> JSONValue {
        try parse(text.utf8, limits: limits)
    }

    private static func withContiguousBytes<Result>(
        of text: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        if let result = text.withContiguousStorageIfAvailable(body) { return result }
        return Array(text).withUnsafeBufferPointer(body)
    }
}
