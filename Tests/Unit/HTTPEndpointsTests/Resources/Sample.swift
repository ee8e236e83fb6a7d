import Diagnostics
@testable import HTTPEndpoints
import JSON
import SeededGeneration

/// A resource with a member of each kind.
struct Sample: ResourceValue, Hashable {
    enum Color: String, CaseIterable, Sendable {
        case red
        case green
        case blue
    }

    var number: Int
    var ratio: Double
    var text: String
    var isOn: Bool
    var color: Color
    var id: String
    var counts: [String: Int]
    var parts: [SamplePart]
    var owner: String?
    var note: String?
    var limit: Int
    var patch: String??

    static let resource = Resource(
        "Sample", "For the tests.", checks: [.init(at: "note", "note: only with is_on") { $0.note == nil || $0.isOn }], make: Sample.init
    ) {
        Member.required("number", \.number, .integer(1...1000), "A number")
        Member.required("ratio", \.ratio, .number(minimum: 0, maximum: 1))
        Member.required("text", \.text, .string(maxLength: 8))
        Member.required("is_on", \.isOn, .boolean)
        Member.required("color", \.color, .word)
        Member.required("id", \.id, .string(pattern: #"^\d+\.\d+$"#))
        Member.required("counts", \.counts, .map(of: .integer(0...)))
        Member.required("parts", \.parts, .array(of: .resource, maxItems: 4))
        Member.required("owner", \.owner, .nullable(.string))
        Member.optional("note", \.note, .string)
        Member.optional("limit", \.limit, .integer(0...), default: 50, "At most this many")
        Member.optional("patch", \.patch, .nullable(.string))
    }

    static let value = Sample(
        number: 7, ratio: 0.5, text: "hi", isOn: true, color: .green, id: "7.0", counts: ["b": 1, "a": 2],
        parts: [SamplePart(name: "x", size: nil), SamplePart(name: "y", size: 3)], owner: nil, note: "n", limit: 10, patch: .some(nil))

    static func random(_ generator: inout SeededGenerator) -> Sample {
        let isOn = generator.chance(50)
        return Sample(
            number: generator.number(1...1000), ratio: Double(generator.below(1025)) / 1024, text: Self.text(&generator), isOn: isOn,
            color: generator.pick(Color.allCases), id: "\(generator.below(1000)).\(generator.below(10))",
            counts: Dictionary((0..<generator.below(4)).map { _ in (Self.text(&generator), generator.below(1 << 40)) }) { first, _ in first },
            parts: (0..<generator.below(5)).map { _ in
                SamplePart(name: Self.text(&generator), size: generator.chance(50) ? Int64(generator.below(1 << 50)) : nil)
            },
            owner: generator.chance(50) ? Self.text(&generator) : nil, note: isOn && generator.chance(50) ? Self.text(&generator) : nil,
            limit: generator.below(100), patch: generator.pick([.none, .some(nil), .some("p")]))
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let pieces = ["a", "Z", "\"", "\\", "/", "~", "\n", "\u{0}", "\u{1F}", "é", "😀", " ", "e\u{301}"]
        return (0..<generator.below(5)).map { _ in generator.pick(pieces) }.joined()
    }
}

struct SamplePart: ResourceValue, Hashable {
    var name: String
    var size: Int64?

    static let resource = Resource("SamplePart", make: SamplePart.init) {
        Member.required("name", \.name, .string)
        Member.optional("size", \.size, .integer(0...))
    }
}

extension Codec {
    /// The mistakes of a document as `pointer line:column detail`, or none.
    func mistakes(_ text: String, unknownMembers: ResourceReader.UnknownMembers = .refused) -> [String] {
        do {
            _ = try decode(text.utf8, unknownMembers: unknownMembers)
            return []
        } catch {
            switch error {
            case .notJSON(let finding): return ["not JSON: \(finding.message)"]
            case .mistakes(let mistakes):
                return mistakes.map { "\($0.pointer) \($0.place.map { "\($0.line):\($0.column)" } ?? "-") \($0.detail)" }
            }
        }
    }
}
