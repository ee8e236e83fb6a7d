package import JSON

extension Codec {
    /// The value as a JSON document.
    package func encode(_ value: Value) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        write(value, &json)
        return json.bytes
    }

    /// The value as a JSON document, for places that take text.
    package func text(_ value: Value) -> String {
        String(decoding: encode(value), as: UTF8.self)
    }

    /// Reads a whole JSON document.
    /// - Parameters:
    ///   - unknownMembers: what to do with members that a resource does not have: refuse those of a request, ignore those of an answer.
    ///   - limits: the length and the depth that are accepted.
    /// - Throws: all mistakes at once.
    package func decode(
        _ text: some Collection<UInt8>, unknownMembers: ResourceReader.UnknownMembers = .refused, limits: JSONValue.Limits = JSONValue.Limits()
    ) throws(ResourceError) -> Value {
        let json: JSONValue
        do {
            json = try JSONValue.parse(text, limits: limits)
        } catch {
            throw .notJSON(error.diagnostic)
        }
        var reader = ResourceReader(unknownMembers: unknownMembers)
        let value = read(json, &reader)
        guard let value, reader.mistakes.isEmpty else {
            throw .mistakes(reader.mistakes(in: text, limits: limits))
        }
        return value
    }
}

extension ResourceReader {
    /// For each of these the text is read again.
    private static let placedElements = 16

    /// The mistakes with their places in a text.
    fileprivate func mistakes(in text: some Collection<UInt8>, limits: JSONValue.Limits) -> [ResourceError.Mistake] {
        var mistakes = mistakes
        for (index, pointer) in unplaced.prefix(Self.placedElements) {
            mistakes[index].place = JSONValue.place(of: pointer, in: text, limits: limits) ?? mistakes[index].place
        }
        return mistakes
    }
}
