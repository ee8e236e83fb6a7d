/// A JSON value, built in memory for documents and small answers.
///
/// Object members keep the order in which they were given, so that the same value always serialises to the same bytes. Long lists
/// are not meant to be built this way: see ``JSONArrayStream``.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number with a fraction. Values that JSON cannot express (infinities, NaN) serialise as `null`.
    case number(Double)
    case string(String)
    case array([JSON])
    case object(Object)

    /// The members of a JSON object in the order in which they are written.
    package struct Object: Sendable, Hashable {
        /// One name and its value.
        package struct Member: Sendable, Hashable {
            package var name: String
            package var value: JSON
        }

        /// All members in order.
        package private(set) var members: [Member]

        /// An object without members.
        package init() {
            members = []
        }

        /// The value of the first member of that name. Assigning replaces it in place, or appends a member; `nil` removes it.
        package subscript(name: String) -> JSON? {
            get { members.first { $0.name == name }?.value }
            set {
                if let index = members.firstIndex(where: { $0.name == name }) {
                    if let newValue {
                        members[index].value = newValue
                    } else {
                        members.remove(at: index)
                    }
                } else if let newValue {
                    members.append(Member(name: name, value: newValue))
                }
            }
        }

        /// Appends without looking for an earlier member of that name.
        package mutating func append(_ name: String, _ value: JSON) {
            members.append(Member(name: name, value: value))
        }
    }

    /// The member of an object, `nil` for a value of another kind or a member that does not exist.
    package subscript(name: String) -> JSON? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    /// The value as UTF-8 JSON text.
    /// - Parameter pretty: indented by two spaces with one member a line, ending in a newline.
    package func serialized(pretty: Bool = false) -> [UInt8] {
        var text: [UInt8] = []
        append(to: &text, indentation: pretty ? 0 : nil)
        if pretty { text.append(UInt8(ascii: "\n")) }
        return text
    }

    /// Appends the value as compact JSON text.
    package func append(to text: inout [UInt8]) {
        append(to: &text, indentation: nil)
    }

    private func append(to text: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: text.append(contentsOf: "null".utf8)
        case .bool(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): text.append(contentsOf: String(value).utf8)
        case .number(let value): text.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
        case .string(let value): Self.append(string: value, to: &text)
        case .array(let values):
            Self.append(values, open: "[", close: "]", to: &text, indentation: indentation) { value, text, inner in
                value.append(to: &text, indentation: inner)
            }
        case .object(let object):
            Self.append(object.members, open: "{", close: "}", to: &text, indentation: indentation) { member, text, inner in
                Self.append(string: member.name, to: &text)
                text.append(UInt8(ascii: ":"))
                if inner != nil { text.append(UInt8(ascii: " ")) }
                member.value.append(to: &text, indentation: inner)
            }
        }
    }

    private static func append<Element>(
        _ elements: [Element], open: Unicode.Scalar, close: Unicode.Scalar, to text: inout [UInt8], indentation: Int?,
        element write: (Element, inout [UInt8], Int?) -> Void
    ) {
        text.append(UInt8(ascii: open))
        let inner = indentation.map { $0 + 2 }
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            breakLine(inner, &text)
            write(element, &text, inner)
        }
        if !elements.isEmpty { breakLine(indentation, &text) }
        text.append(UInt8(ascii: close))
    }

    private static func breakLine(_ indentation: Int?, _ text: inout [UInt8]) {
        guard let indentation else { return }
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
    }

    /// Appends a string with its quotes, escaping what RFC 8259 section 7 demands.
    package static func append(string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { bytes in
            var clean = 0
            for index in bytes.indices {
                let byte = bytes[index]
                if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
                text.append(contentsOf: bytes[clean..<index])
                clean = index + 1
                text.append(UInt8(ascii: "\\"))
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
                case 0x08: text.append(UInt8(ascii: "b"))
                case 0x09: text.append(UInt8(ascii: "t"))
                case 0x0A: text.append(UInt8(ascii: "n"))
                case 0x0C: text.append(UInt8(ascii: "f"))
                case 0x0D: text.append(UInt8(ascii: "r"))
                default:
                    text.append(contentsOf: "u00".utf8)
                    text.append(hexDigits[Int(byte >> 4)])
                    text.append(hexDigits[Int(byte & 15)])
                }
            }
            text.append(contentsOf: bytes[clean...])
        }
        text.append(UInt8(ascii: "\""))
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Object(elements))
    }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements)
    }

    /// An object of those members in that order.
    package init(_ members: some Sequence<(String, JSON)>) {
        self.members = members.map { Member(name: $0.0, value: $0.1) }
    }
}
