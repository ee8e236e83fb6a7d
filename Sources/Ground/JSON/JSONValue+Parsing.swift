extension JSONValue {
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
    package static func parse(_ text: some Collection<UInt8>, limits: Limits = Limits()) throws(JSONError) -> JSONValue {
        let result: Result<JSONValue, JSONError> = withContiguousBytes(of: text) { bytes in
            do throws(JSONError) {
                var parser = try JSONParser(bytes, limits: limits)
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The same for a string.
    package static func parse(_ text: String, limits: Limits = Limits()) throws(JSONError) -> JSONValue {
        try parse(text.utf8, limits: limits)
    }

    private static func withContiguousBytes<Result>(
        of text: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        if let result = text.withContiguousStorageIfAvailable(body) { return result }
        return Array(text).withUnsafeBufferPointer(body)
    }

    /// Where the value of `pointer` stands in a text: a member at its name, an element at its first byte.
    ///
    /// The text is read again, so that only those who report a mistake pay for places. Nil if the text has no such value or is no JSON.
    package static func place(of pointer: JSONPointer, in text: some Collection<UInt8>, limits: Limits = Limits()) -> JSONPlace? {
        withContiguousBytes(of: text) { bytes in
            guard var parser = try? JSONParser(bytes, limits: limits) else { return nil }
            return try? parser.place(of: pointer)
        }
    }
}
