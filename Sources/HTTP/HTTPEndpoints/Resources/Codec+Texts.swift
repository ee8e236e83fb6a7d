import Diagnostics
import JSON

extension Codec where Value == String {
    /// A text. Lengths count Unicode scalars, as JSON Schema does.
    /// - Parameters:
    ///   - format: a `format` of JSON Schema, for the document only.
    ///   - pattern: a regular expression that JSON Schema (ECMA-262) and PCRE2 read alike, such as one of ASCII.
    package static func string(format: String? = nil, pattern: String? = nil, minLength: Int? = nil, maxLength: Int? = nil) -> Codec {
        let expectation =
            switch (minLength ?? 0, maxLength) {
            case (0, nil): "a string"
            case (0, let most?): "a string of at most \(most) characters"
            case (let least, nil): "a string of at least \(least) \(least == 1 ? "character" : "characters")"
            case (let least, let most?): "a string of \(least) to \(most) characters"
            }
        let expression = pattern.map(TextPattern.init)
        return Codec(.string(format: format, pattern: pattern, minLength: minLength, maxLength: maxLength)) { value, json in
            json.value(value)
        } read: { json, reader in
            guard case .string(let text) = json else { return reader.expected(expectation, insteadOf: json) }
            if minLength != nil || maxLength != nil {
                let count = text.unicodeScalars.count
                guard count >= minLength ?? 0, count <= maxLength ?? .max else { return reader.expected(expectation) }
            }
            if let pattern, expression?.matches(text) == false { return reader.expected("a string matching \(pattern)") }
            return text
        }
    }

    package static var string: Codec { string() }
}

extension Codec where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of a closed list of words, which the type enumerates.
    package static var word: Codec { word(of: Array(Value.allCases)) }

    /// One of some of the type's words.
    package static func word(of values: [Value]) -> Codec {
        let words = values.map(\.rawValue)
        return Codec(.string(oneOf: words)) { value, json in
            json.value(value.rawValue)
        } read: { json, reader in
            guard case .string(let text) = json else { return reader.expected("one of \(words.joined(separator: ", "))", insteadOf: json) }
            guard words.contains(text), let value = Value(rawValue: text) else {
                return reader.expected("one of \(words.joined(separator: ", "))", suggestion: closestMatch(to: text, among: words))
            }
            return value
        }
    }
}
