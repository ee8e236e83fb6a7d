import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JSON
import NIOCore
import Testing

@Suite struct APITests {
    struct Broken: Error {}

    struct User: Sendable {
        var name: String
    }

    enum Action: String, CaseIterable, ParameterValue {
        case hold, release
    }

    static let id = Parameter<Int>("id", .integer(minimum: 1), "A job")
    static let action = Parameter<Action>("action", "What to do")
    static let limit = Parameter<Int>("limit", .integer(minimum: 1, maximum: 100), "At most so many")
    static let mine = Parameter<Bool>("mine", "Only one's own")
    static let name = Parameter<String>("name", "A name", isRequired: true)
    static let rest = Parameter<String>("path", "A file")

    static let api: API<User> = {
        var api = API<User>(
            info: .init(title: "Test", version: "1", summary: "For the tests", tags: [("jobs", "Jobs")]),
            components: [("Job", .object([.required("id", .integer())]))]
        ) { request in
            guard let authorization = request.headers[.authorization] else { return nil }
            guard authorization == "Bearer good" else {
                throw Problem(.authenticationRequired, "That token is not good", headers: [.wwwAuthenticate: "Bearer"])
            }
            return User(name: "alice")
        }
        api.on(
            Endpoint(
                .get, "/jobs/{id}", operationID: "getJob", summary: "One job", tags: ["jobs"], pathParameters: [id], query: [limit, mine],
                answers: [.json(.ref("Job"), "The job", headers: [.init("ETag", "Its version")])])
        ) { request, user in
            let id = try request.path(id)
            let limit = try request.query(limit)
            return .json(["id": .integer(Int64(id)), "user": .string(user.name), "limit": limit.map { .integer(Int64($0)) } ?? .null])
        }
        api.on(
            Endpoint(
                .delete, "/jobs/{id}", operationID: "removeJob", summary: "Removes a job", pathParameters: [id],
                answers: [.json(.any, "Done"), .problem(.conflict, "It is being removed already")])
        ) { _, _ in .json([:]) }
        api.on(
            Endpoint(
                .post, "/jobs/{action}", operationID: "actOnJobs", summary: "Acts", pathParameters: [action],
                body: .init([.init("application/json", .any)], limit: 10, isRequired: false), answers: [])
        ) { request, _ in .json(["action": .string(try request.path(action).rawValue)]) }
        api.on(
            Endpoint(
                .post, "/jobs", operationID: "submit", summary: "Submits",
                body: .init([.init("application/json", .any), .init("text/plain", .string())], limit: 10),
                answers: [.json(.created, .any, "The job")])
        ) { request, _ in .text(String(buffer: try await request.body.collect()), status: .created) }
        api.on(
            Endpoint(
                .put, "/files/{path...}", operationID: "putFile", summary: "Puts", pathParameters: [rest],
                body: .init([.init("*/*", .binary)], limit: 10, isRequired: false), answers: [])
        ) { request, _ in .text(try request.path(rest)) }
        api.onMaybeKnown(
            Endpoint(.get, "/whoami", operationID: "whoami", summary: "Who", identity: .optional, answers: [])
        ) { _, user in .text(user?.name ?? "nobody") }
        api.onPublic(
            Endpoint(.get, "/", operationID: "index", summary: "Index", identity: .none, query: [], answers: [])
        ) { _ in .text("index") }
        api.onPublic(
            Endpoint(.get, "/named", operationID: "named", summary: "Named", identity: .none, query: [name], answers: [])
        ) { request in .text(try request.query(name) ?? "") }
        api.onPublic(
            Endpoint(.get, "/broken", operationID: "broken", summary: "Broken", identity: .none, answers: [])
        ) { _ in throw Broken() }
        return api
    }()

    private func answer(
        _ method: HTTPRequest.Method, _ target: String, _ headers: HTTPFields = [.authorization: "Bearer good"], body: String? = nil
    ) async throws -> Response {
        let body = body.map { RequestBody(bytes: ByteBuffer(string: $0)) } ?? .empty
        return await Self.api.respond(
            to: Request(
                method: method, target: try RequestTarget(target), headers: headers, id: "r-1", logger: .quiet, body: body))
    }

    private func text(_ response: Response) -> String {
        if case .bytes(let bytes) = response.body { String(buffer: bytes) } else { "" }
    }

    @Test func handsTypedParametersToHandlers() async throws {
        #expect(text(try await answer(.get, "/jobs/7?limit=3&mine=true")) == #"{"id":7,"user":"alice","limit":3}"#)
        #expect(text(try await answer(.get, "/jobs/%37")) == #"{"id":7,"user":"alice","limit":null}"#)
        #expect(text(try await answer(.post, "/jobs/hold")) == #"{"action":"hold"}"#)
        #expect(text(try await answer(.put, "/files/a/b%20c")) == "a/b c")
        #expect(text(try await answer(.get, "/", [:])) == "index")
        #expect(text(try await answer(.get, "/named?name=a+b%2Bc", [:])) == "a b+c")
    }

    @Test(arguments: [
        ("/jobs/x", "id: an integer of at least 1 expected"), ("/jobs/0", "id: an integer of at least 1 expected"),
        ("/jobs/+1", "id: an integer of at least 1 expected"), ("/jobs/1?limit=101", "limit: an integer from 1 to 100 expected"),
        ("/jobs/1?limit=", "limit: an integer from 1 to 100 expected"),
        ("/jobs/1?limit=99999999999999999999", "limit: an integer from 1 to 100 expected"),
        ("/jobs/1?mine=yes", "mine: a boolean expected"), ("/jobs/1?limit=1&limit=1", "limit: given more than once"),
        ("/jobs/1?foo=1", "foo: no such parameter; known are limit, mine"), ("/named", "name: missing"),
        ("/?x", "x: no such parameter; there are none here"),
    ])
    func refusesBadParameters(_ target: String, _ detail: String) async throws {
        let response = try await answer(.get, target)
        #expect(response.status == .badRequest)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(text(response).contains(#""detail":"\#(detail)""#), "\(text(response))")
        #expect(text(response).contains(#""errors":[{"parameter":"#))
    }

    @Test(arguments: [
        "//", "//jobs", "/jobs/", "/jobs//", "/./jobs", "/jobs/./7", "/jobs/../jobs", "/JOBS", "/jobs/7/x", "/files", "/files/",
        "/files/a//b", "/files/a/../b", "/files/%2e%2e/b", "/jo%2562s", "/jobs%2F7",
    ])
    func otherPathsDoNotExist(_ target: String) async throws {
        for method in [HTTPRequest.Method.get, .put, .post] {
            #expect(try await answer(method, target).status == .notFound, "\(method) \(target)")
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.put, "/jobs/7", "DELETE, GET, HEAD"), (.post, "/jobs/7", "DELETE, GET, HEAD"), (.get, "/jobs", "POST"),
        (.head, "/jobs", "POST"), (.options, "/", "GET, HEAD"), (.trace, "/whoami", "GET, HEAD"), (.get, "/files/x", "PUT"),
    ])
    func otherMethodsAreRefused(_ method: HTTPRequest.Method, _ target: String, _ allowed: String) async throws {
        let response = try await answer(method, target)
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == allowed)
    }

    @Test func headIsWhereGetIs() async throws {
        #expect(try await answer(.head, "/jobs/7").status == .ok)
        #expect(try await answer(.head, "/").status == .ok)
    }

    @Test func identityComesFirst() async throws {
        let missing = try await answer(.get, "/jobs/x?limit=0", [:])
        #expect(missing.status == .unauthorized)
        #expect(missing.headers[.wwwAuthenticate] == "Bearer")
        #expect(try await answer(.get, "/jobs/7", [.authorization: "Bearer bad"]).status == .unauthorized)
        #expect(text(try await answer(.get, "/whoami", [:])) == "nobody")
        #expect(text(try await answer(.get, "/whoami")) == "alice")
        #expect(try await answer(.get, "/whoami", [.authorization: "Bearer bad"]).status == .unauthorized)
        #expect(try await answer(.get, "/", [.authorization: "Bearer bad"]).status == .ok)
        let inQuery = try await answer(.get, "/jobs/7?access_token=secret", [:])
        #expect(inQuery.status == .badRequest)
        #expect(text(inQuery).contains("CREDENTIAL_IN_QUERY") && !text(inQuery).contains("secret"))
    }

    @Test func checksBodies() async throws {
        func submit(_ type: String?, _ body: String?) async throws -> HTTPResponse.Status {
            var headers: HTTPFields = [.authorization: "Bearer good"]
            if let type { headers[.contentType] = type }
            return try await answer(.post, "/jobs", headers, body: body).status
        }
        #expect(try await submit("application/json", "{}") == .created)
        #expect(try await submit("Application/JSON; charset=utf-8", "{}") == .created)
        #expect(try await submit("text/html", "{}") == .unsupportedMediaType)
        #expect(try await submit("application/json, text/plain", "{}") == .unsupportedMediaType)
        #expect(try await submit("json", "{}") == .unsupportedMediaType)
        #expect(try await submit(nil, "{}") == .unsupportedMediaType)
        #expect(try await submit(nil, nil) == .badRequest)
        #expect(try await submit("text/plain", "12345678901") == .contentTooLarge)
        #expect(try await answer(.put, "/files/x", body: "1234567890").status == .ok)
        #expect(try await answer(.put, "/files/x").status == .ok)
        // Nobody expands a body here.
        var coded: HTTPFields = [.authorization: "Bearer good", .contentType: "application/json", .contentEncoding: "gzip"]
        let refused = try await answer(.post, "/jobs", coded, body: "{}")
        #expect(refused.status == .unsupportedMediaType && refused.headers[.acceptEncoding] == "identity")
        coded[.contentEncoding] = "Identity"
        #expect(try await answer(.post, "/jobs", coded, body: "{}").status == .created)
        // What `curl -d ''` says of no body at all.
        let form: HTTPFields = [.authorization: "Bearer good", .contentType: "application/x-www-form-urlencoded"]
        #expect(try await answer(.post, "/jobs/hold", form).status == .ok)
        #expect(try await answer(.post, "/jobs/hold", form, body: "a=b").status == .unsupportedMediaType)
        #expect(try await answer(.post, "/jobs", form).status == .unsupportedMediaType)
    }

    @Test func problemsHaveAllMembers() async throws {
        let response = try await answer(.get, "/nothing?secret=1")
        #expect(
            text(response)
                == #"""
                {"type":"about:blank","title":"No such path","status":404,"detail":"There is nothing at this \#
                path","instance":"/nothing","reason":"NO_SUCH_ROUTE","request_id":"r-1","error":"No such path","message":"There is nothing at \#
                this path","code":404}
                """#
        )
        let broken = try await answer(.get, "/broken")
        #expect(broken.status == .internalServerError)
        #expect(!text(broken).contains("Broken"))
    }

    @Test func problemsShowPlaces() {
        let problem = Problem(
            .badRequest, "two", errors: [.init(.body, "a", line: 3, column: 7), .init(.pointer("/a/b"), "b"), .init(.parameter("p"), "c")])
        #expect(
            problem.json(instance: nil, requestID: nil)["errors"] == [
                ["line": 3, "column": 7, "detail": "a"], ["pointer": "/a/b", "detail": "b"], ["parameter": "p", "detail": "c"],
            ])
    }

    @Test func describesItself() {
        let document = Self.api.openAPI()
        #expect(document.serialized() == Self.api.openAPI().serialized())
        #expect(document["openapi"] == "3.1.0")
        let job = document["paths"]?["/jobs/{id}"]
        #expect(job?["get"]?["operationId"] == "getJob")
        #expect(job?["delete"]?["operationId"] == "removeJob")
        #expect(
            job?["get"]?["parameters"] == [
                [
                    "name": "id", "in": "path", "description": "A job", "required": true,
                    "schema": ["type": "integer", "format": "int64", "minimum": 1],
                ],
                [
                    "name": "limit", "in": "query", "description": "At most so many",
                    "schema": ["type": "integer", "format": "int64", "minimum": 1, "maximum": 100],
                ],
                ["name": "mine", "in": "query", "description": "Only one's own", "schema": ["type": "boolean"]],
            ])
        #expect(job?["get"]?["security"] == [["bearer": []]])
        #expect(document["paths"]?["/whoami"]?["get"]?["security"] == [["bearer": []], [:]])
        #expect(document["paths"]?["/files/{path}"]?["put"]?["requestBody"]?["required"] == false)
        #expect(
            document["paths"]?["/jobs/{action}"]?["post"]?["parameters"] == [
                [
                    "name": "action", "in": "path", "description": "What to do", "required": true,
                    "schema": ["type": "string", "enum": ["hold", "release"]],
                ]
            ])
        let responses = job?["get"]?["responses"]
        #expect(responses?["200"]?["content"]?["application/json"]?["schema"] == ["$ref": "#/components/schemas/Job"])
        #expect(responses?["200"]?["headers"]?["ETag"] != nil)
        #expect(responses?["401"] != nil && responses?["default"] != nil)
        #expect(document["components"]?["schemas"]?["Problem"] != nil)
    }
}
