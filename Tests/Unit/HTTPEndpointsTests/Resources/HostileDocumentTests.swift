@testable import HTTPEndpoints
import JSON
import SeededGeneration
import Testing

/// Documents that want to cost time, memory or the process.
@Suite struct HostileDocumentTests {
    private static let codec = Sample.resource.codec

    @Test func depthAndLengthAreLimited() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(Codec<JSONValue>.any.mistakes(deep) == ["not JSON: the JSON text is nested more than 64 levels deep"])
        #expect(throws: ResourceError.self) { try Codec<JSONValue>.any.decode("[1,2]".utf8, limits: JSONValue.Limits(length: 4)) }
    }

    @Test func twoMembersOfOneNameAreRefused() {
        #expect(SamplePart.resource.codec.mistakes(#"{"name":"x","name":"y"}"#) == ["not JSON: the member 'name' occurs twice"])
        #expect(SamplePart.resource.codec.mistakes(#"{"name":"x","n\u0061me":"y"}"#) == ["not JSON: the member 'name' occurs twice"])
    }

    @Test func mistakesAreCountedUpToALimit() {
        let many = "[" + (0..<50_000).map { _ in "1" }.joined(separator: ",") + "]"
        #expect(Codec<[String]>.array(of: .string).mistakes(many).count == 100)
        let unknown = "{" + (0..<50_000).map { "\"x\($0)\":1" }.joined(separator: ",") + "}"
        #expect(Self.codec.mistakes(unknown).count == 100)
        #expect(Codec<[String: Bool]>.map(of: .boolean).mistakes(unknown).count == 100)
    }

    @Test func longNamesAreCutInMessages() {
        let name = String(repeating: "n", count: 10_000)
        let mistakes = SamplePart.resource.codec.mistakes("{\"name\":\"x\",\"\(name)\":1}")
        #expect(mistakes == ["/\(name) 1:13 \(name.prefix(64)): no such member; known are name, size"])
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func damagedDocumentsAreReadOrRefusedButNeverTrap(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["null", "-1", "1e400", "[]", "{}", "\"\"", ",", "}", "]", "\"a\":", "\\", "\"", "9999999999999999999", "0.5", "true"]
        for _ in 0..<400 {
            var text = Self.codec.encode(Sample.random(&generator))
            for _ in 0...generator.below(3) {
                let place = generator.below(text.count)
                let end = min(text.count, place + generator.below(12))
                text.replaceSubrange(place..<end, with: Array(generator.pick(pieces).utf8))
            }
            do {
                let value = try Self.codec.decode(text)
                #expect(try Self.codec.decode(Self.codec.encode(value)) == value)
            } catch ResourceError.mistakes(let mistakes) {
                #expect(!mistakes.isEmpty)
            } catch ResourceError.notJSON {
            }
        }
    }
}
