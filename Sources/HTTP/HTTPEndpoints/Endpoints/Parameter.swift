package import HTTPMessages
import JSON
/// A type that can be read from one path segment, query value or header field.
package protocol ParameterValue: Sendable {
    /// The value that a text stands for, `nil` if it stands for none.
    init?(parameter text: String)
    /// How the value looks, for the document and for the message that refuses another text.
    static var parameterSchema: Schema { get }
}

extension String: ParameterValue {
    package init?(parameter text: String) { self = text }
    package static var parameterSchema: Schema { .string() }
}

extension Int: ParameterValue {
    /// Decimal digits with at most a leading minus sign; nothing else, in particular no plus sign.
    package init?(parameter text: String) {
        guard text.utf8.first != UInt8(ascii: "+"), let value = Int(text) else { return nil }
        self = value
    }
    package static var parameterSchema: Schema { .integer() }
}

extension Bool: ParameterValue {
    /// `true` or `false`.
    package init?(parameter text: String) {
        switch text {
        case "true": self = true
        case "false": self = false
        default: return nil
        }
    }
    package static var parameterSchema: Schema { .boolean }
}

extension ParameterValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    package init?(parameter text: String) {
        self.init(rawValue: text)
    }
    package static var parameterSchema: Schema { .string(oneOf: allCases.map(\.rawValue)) }
}

/// A parameter of an endpoint: its name, its type and its documentation in one value.
///
/// The same value describes the parameter in the OpenAPI document and reads it from a request:
///
///     static let limit = Parameter<Int>("limit", .integer(minimum: 1), "At most so many jobs")
///     …
///     let limit = try request.query(Self.limit)
package struct Parameter<Value: ParameterValue>: Sendable {
    package let name: String
    package let schema: Schema
    package let summary: String
    package let isRequired: Bool
    private let isValid: @Sendable (Value) -> Bool

    /// - Parameters:
    ///   - schema: how the value looks. The bounds of an integer are checked by it.
    ///   - summary: one sentence for the document.
    ///   - isRequired: whether a request without it is refused. Path parameters always are there.
    ///   - isValid: what neither the type nor an integer's bounds check. Must agree with the schema.
    package init(
        _ name: String, _ schema: Schema, _ summary: String, isRequired: Bool = false,
        isValid: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) {
        self.name = name
        self.schema = schema
        self.summary = summary
        self.isRequired = isRequired
        self.isValid = isValid
    }

    /// A parameter that takes every value of its type.
    package init(_ name: String, _ summary: String, isRequired: Bool = false) {
        self.init(name, Value.parameterSchema, summary, isRequired: isRequired)
    }

    /// The value of a text, or the problem that names the parameter and what was expected.
    package func value(of text: String) throws(Problem) -> Value {
        if let value = Value(parameter: text), isInBounds(value), isValid(value) { return value }
        let detail = "\(name): \(Self.expectation(schema)) expected"
        throw Problem(.badParameter, detail, errors: [.init(.parameter(name), detail)])
    }

    private func isInBounds(_ value: Value) -> Bool {
        guard let number = value as? Int else { return true }
        if case .integer(let minimum)? = schema.json["minimum"], number < minimum { return false }
        if case .integer(let maximum)? = schema.json["maximum"], number > maximum { return false }
        return true
    }

    private static func expectation(_ schema: Schema) -> String {
        if case .array(let values)? = schema.json["enum"] {
            let names = values.compactMap { if case .string(let name) = $0 { name } else { nil } }
            return "one of " + names.joined(separator: ", ")
        }
        if case .string(let text)? = schema.json["description"] { return text }
        guard case .string(let type)? = schema.json["type"] else { return "another value" }
        let article = type == "integer" ? "an" : "a"
        switch (schema.json["minimum"], schema.json["maximum"]) {
        case (.integer(let low)?, .integer(let high)?): return "\(article) \(type) from \(low) to \(high)"
        case (.integer(let low)?, _): return "\(article) \(type) of at least \(low)"
        case (_, .integer(let high)?): return "\(article) \(type) of at most \(high)"
        default: break
        }
        if case .string(let pattern)? = schema.json["pattern"] { return "\(article) \(type) matching \(pattern)" }
        return "\(article) \(type)"
    }
}

/// A parameter of any type, as endpoints list them.
package protocol ParameterDescription: Sendable {
    var name: String { get }
    var schema: Schema { get }
    var summary: String { get }
    var isRequired: Bool { get }
    /// Throws if the text is not a value of the parameter.
    func check(_ text: String) throws(Problem)
}

extension Parameter: ParameterDescription {
    package func check(_ text: String) throws(Problem) {
        _ = try value(of: text)
    }
}
