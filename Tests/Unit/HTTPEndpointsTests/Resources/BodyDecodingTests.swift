@testable import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JSON
import NIOCore
import Testing

/// Bodies of requests as values, and what becomes of their mistakes.
@Suite struct BodyDecodingTests {
    private func decode(_ text: String, upTo limit: Int = .max) async throws -> SamplePart? {
        try await RequestBody(bytes: ByteBuffer(string: text)).decode(SamplePart.resource.codec, upTo: limit)
    }

    private func problem(_ text: String, upTo limit: Int = .max) async throws -> Problem {
        try #require(await #expect(throws: Problem.self) { try await decode(text, upTo: limit) })
    }

    @Test func aBodyIsAValueAndNoBodyIsNone() async throws {
        #expect(try await decode(#"{"name":"x"}"#) == SamplePart(name: "x", size: nil))
        #expect(try await decode("") == nil)
    }

    @Test func mistakesBecomeOneProblem() async throws {
        let problem = try await problem("{\n  \"name\": 1,\n  \"size\": -1}")
        #expect(problem.kind == .badBody)
        #expect(problem.detail == "name: a string is expected, not 1; size: an integer of at least 0 is expected, not -1")
        #expect(
            problem.errors == [
                .init(.pointer("/name"), "name: a string is expected, not 1", line: 2, column: 3),
                .init(.pointer("/size"), "size: an integer of at least 0 is expected, not -1", line: 3, column: 3),
            ])
    }

    @Test func unknownMembersHaveAKindOfTheirOwn() async throws {
        let problem = try await problem(#"{"nam":"x"}"#)
        #expect(problem.kind == .unknownMember)
        #expect(problem.errors.map(\.place) == [.pointer("/nam"), .pointer("/name")])
        #expect(problem.detail == "nam: no such member; did you mean 'name'?; name: missing")
    }

    @Test func manyMistakesAreCountedInTheDetail() async throws {
        let text = "{\"name\":\"x\"" + (0..<200).map { ",\"x\($0)\":1" }.joined() + "}"
        let problem = try await problem(text)
        #expect(problem.errors.count == 100 && problem.detail.hasSuffix(" (and 95 more)"))
    }

    @Test func whatIsNotJSONIsPointedAt() async throws {
        let problem = try await problem("{\"name\":\n  tru}")
        #expect(problem.kind == .badBody && problem.detail.hasPrefix("The body is not JSON: "))
        #expect(problem.errors.map(\.place) == [.body] && problem.errors[0].line == 2 && problem.errors[0].column == 3)
    }

    @Test func aLongBodyIsRefused() async throws {
        #expect(try await problem(#"{"name":"xxxxxxxx"}"#, upTo: 10).kind == .bodyTooLarge)
    }

    @Test func anAnswerIsItsResource() throws {
        let response = Response.json(SamplePart(name: "x", size: 1), status: .created, headers: [.location: "/x"])
        #expect(response.status == .created && response.headers[.contentType] == "application/json" && response.headers[.location] == "/x")
        guard case .bytes(let bytes) = response.body else { throw Problem(.internalError, "no bytes") }
        #expect(String(buffer: bytes) == #"{"name":"x","size":1}"#)
    }

    /// Problems are written where nothing is known of resources; their resource must say the same.
    @Test func problemDocumentsAreWhatTheirResourceSays() throws {
        var problem = Problem(
            .badBody, "wrong", errors: [.init(.pointer("/a~1b"), "x", line: 1, column: 2), .init(.parameter("p"), "y"), .init(.body, "z")])
        let codec = ProblemDocument.resource.codec
        for (instance, id) in [(nil, nil), ("/api/v1/jobs", "r1")] as [(String?, String?)] {
            let text = problem.json(instance: instance, requestID: id).serialized()
            let document = try codec.decode(text)
            #expect(codec.encode(document) == text)
            #expect(document.errors?.count == 3 && document.status == 400 && document.instance == instance && document.requestID == id)
        }
        problem.errors = []
        #expect(try codec.decode(problem.json(instance: nil, requestID: nil).serialized()).errors == nil)
        for kind in Problem.Kind.ofAnyServer {
            let text = Problem(kind, "d").json(instance: "/", requestID: "r").serialized()
            #expect(try codec.encode(codec.decode(text)) == text)
        }
        #expect(throws: ResourceError.self) { try codec.decode(#"{"type":"about:blank"}"#.utf8) }
    }
}
