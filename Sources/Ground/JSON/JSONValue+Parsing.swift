extension JSONValue {
    /// Limits for a JSON text.
    package struct Limits: Sendable {
        /// In bytes.
        package var length: Int
        /// Nesting depth of arrays and objects.
        package var depth: Int

        package init(length: Int = 1 << 20, depth: Int = 64) {
            self.length = length
            self.depth = depth
        }
    }

    /// Parses `text`, which must be exactly one JSON value (RFC 8259) in UTF-8 without a byte order mark.
    ///
    /// Integers that do not fit 64 bits, numbers outside a double's range, lone surrogates and duplicate member names are errors.
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

    /// Parses a string.
    package static func parse(_ text: String, limits: Limits = Limits()) throws(JSONError) -> JSONValue {
        try parse(text.utf8, limits: limits)
    }

    private static func withContiguousBytes<Result>(
        of text: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        if let result = text.withContiguousStorageIfAvailable(body) { return result }
        return Array(text).withUnsafeBufferPointer(body)
    }

    /// The position of the value that `pointer` leads to: a member's name, or an element's first byte.
    ///
    /// This parses the text again, so that only callers that report a mistake pay for positions. Nil if the text has no such value or is not JSON.
    package static func place(of pointer: JSONPointer, in text: some Collection<UInt8>, limits: Limits = Limits()) -> JSONPlace? {
        withContiguousBytes(of: text) { bytes in
            guard var parser = try? JSONParser(bytes, limits: limits) else { return nil }
            return try? parser.place(of: pointer)
        }
    }
}
