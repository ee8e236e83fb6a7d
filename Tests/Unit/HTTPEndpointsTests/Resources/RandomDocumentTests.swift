@testable import HTTPEndpoints
import JSON
import SeededGeneration
import Testing

/// Random values come back as they were, and the decoder accepts what the schema describes and nothing else.
@Suite struct RandomDocumentTests {
    private static let codec = Sample.resource.codec

    @Test(arguments: 0..<8 as Range<UInt64>) func valuesComeBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let value = Sample.random(&generator)
            let text = Self.codec.encode(value)
            #expect(try Self.codec.decode(text) == value)
            #expect(SchemaChecker(Self.codec.schema).accepts(try JSONValue.parse(text)))
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func decoderAndSchemaAgree(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let checker = SchemaChecker(Self.codec.schema)
        var outcomes = (accepted: 0, refused: 0)
        for _ in 0..<400 {
            var value = Sample.random(&generator)
            // The condition between members is not part of the schema.
            value.isOn = true
            var document = try JSONValue.parse(Self.codec.encode(value))
            for _ in 0..<generator.below(3) { Self.change(&document, &generator) }
            // `is_on` may have been changed.
            if document["is_on"] == false || Self.hasNullForMissing(document) { continue }
            let isAccepted = Self.codec.mistakes(String(decoding: document.serialized(), as: UTF8.self)).isEmpty
            #expect(isAccepted == checker.accepts(document), "\(String(decoding: document.serialized(), as: UTF8.self))")
            if isAccepted { outcomes.accepted += 1 } else { outcomes.refused += 1 }
        }
        #expect(outcomes.accepted > 50 && outcomes.refused > 50)
    }

    /// The decoder takes null for a missing member, which the schema does not promise.
    private static func hasNullForMissing(_ document: JSONValue) -> Bool {
        if case .array(let parts)? = document["parts"], parts.contains(where: { $0["size"] == .null }) { return true }
        return document["note"] == .null || document["limit"] == .null
    }

    private static func change(_ value: inout JSONValue, _ generator: inout SeededGenerator) {
        let others: [JSONValue] = [
            nil, true, 0, 1, -1, 1001, 5.0, 0.5, 2.5, "", "7.0", "red", "123456789", [], ["x"], [:], ["name": "n"], ["name": "n", "size": -1],
        ]
        switch value {
        case .object(var object) where !object.isEmpty && generator.chance(90):
            let name = generator.pick(object.members.map(\.name))
            switch generator.below(4) {
            case 0: object[name] = nil
            case 1: object["extra"] = generator.pick(others)
            default:
                var inner = object[name] ?? nil
                change(&inner, &generator)
                object[name] = inner
            }
            value = .object(object)
        case .array(var elements) where !elements.isEmpty && generator.chance(70):
            let index = generator.below(elements.count)
            change(&elements[index], &generator)
            value = .array(elements)
        default: value = generator.pick(others)
        }
    }
}

/// As much of JSON Schema as the codecs use.
struct SchemaChecker {
    let schema: Schema

    init(_ schema: Schema) {
        self.schema = schema
    }

    func accepts(_ value: JSONValue) -> Bool { accepts(value, .object(schema.json)) }

    private func accepts(_ value: JSONValue, _ rules: JSONValue) -> Bool {
        guard case .object(let rules) = rules else { return rules == true }
        return rules.members.allSatisfy { rule in
            switch (rule.name, rule.value) {
            case ("$ref", .string(let target)):
                schema.components[String(target.split(separator: "/").last ?? "")].map { accepts(value, .object($0.json)) } ?? false
            case ("type", .string(let type)): isA(type, value)
            case ("type", .array(let types)): types.contains { if case .string(let type) = $0 { isA(type, value) } else { false } }
            case ("enum", .array(let values)): values.contains(value)
            case ("const", let constant): value == constant
            case ("oneOf", .array(let alternatives)): alternatives.filter { accepts(value, $0) }.count == 1
            case ("anyOf", .array(let alternatives)): alternatives.contains { accepts(value, $0) }
            case ("minimum", let bound): number(value).map { $0 >= number(bound) ?? 0 } ?? true
            case ("maximum", let bound): number(value).map { $0 <= number(bound) ?? 0 } ?? true
            case ("maxLength", .integer(let most)): if case .string(let text) = value { text.unicodeScalars.count <= most } else { true }
            case ("pattern", .string(let pattern)): if case .string(let text) = value { TextPattern(pattern).matches(text) } else { true }
            case ("maxItems", .integer(let most)): if case .array(let values) = value { values.count <= most } else { true }
            case ("items", let items): if case .array(let values) = value { values.allSatisfy { accepts($0, items) } } else { true }
            case ("required", .array(let names)): names.allSatisfy { if case .string(let name) = $0 { value[name] != nil } else { false } }
            case ("properties", .object(let properties)):
                properties.members.allSatisfy { property in value[property.name].map { accepts($0, property.value) } ?? true }
            case ("additionalProperties", let additional):
                if case .object(let object) = value {
                    object.members.allSatisfy { rules["properties"]?[$0.name] != nil || accepts($0.value, additional) }
                } else {
                    true
                }
            default: ["format", "description", "examples", "default"].contains(rule.name)
            }
        }
    }

    private func isA(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number), ("string", .string),
            ("array", .array), ("object", .object):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }

    private func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
