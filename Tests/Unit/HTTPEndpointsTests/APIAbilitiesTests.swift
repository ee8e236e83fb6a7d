import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JSON
import Testing

/// Slashes at the end of paths, security schemes, and several APIs in one server.
@Suite struct APIAbilitiesTests {
    private func request(_ method: HTTPRequest.Method = .get, _ target: String) throws -> Request {
        Request(method: method, target: try RequestTarget(target), id: "r-1", logger: .quiet)
    }

    private func endpoint(_ path: PathPattern, _ name: String, slash: Bool? = nil, identity: Endpoint.Identity = .none) -> Endpoint {
        let parameters = path.parameterNames.map { Parameter<String>($0, "Text") }
        var endpoint = Endpoint(.get, path, operationID: name, summary: name, identity: identity, pathParameters: parameters, answers: [])
        endpoint.ignoresTrailingSlash = slash
        return endpoint
    }

    private func api(ignoresTrailingSlash: Bool, security: [SecurityScheme] = [.bearer]) -> API<String> {
        var api = API<String>(
            info: .init(title: "t", version: "1"), security: security, ignoresTrailingSlash: ignoresTrailingSlash, authenticate: { _ in nil })
        api.onPublic(endpoint("/plain", "plain")) { _ in .text("plain") }
        api.onPublic(endpoint("/written/", "written")) { _ in .text("written") }
        api.onPublic(endpoint("/never", "never", slash: false)) { _ in .text("never") }
        api.onPublic(endpoint("/always/{id}", "always", slash: true)) { .text(try $0.path(Parameter<String>("id", "Text"))) }
        api.onPublic(endpoint("/files/{path...}", "files")) { _ in .text("files") }
        api.on(endpoint("/mine", "mine", identity: .required)) { _, _ in .text("mine") }
        return api
    }

    @Test(arguments: [
        ("/plain", 200, 200), ("/plain/", 404, 200), ("/written", 200, 200), ("/written/", 200, 200), ("/written//", 404, 404), ("/never/", 404, 404),
        ("/always/a", 200, 200), ("/always/a/", 200, 200), ("/always/", 404, 404), ("/files/a/", 404, 404), ("/", 404, 404), ("//", 404, 404),
    ])
    func slashesAtTheEnd(_ path: String, _ strict: Int, _ lenient: Int) async throws {
        #expect(await api(ignoresTrailingSlash: false).respond(to: try request(.get, path)).status.code == strict)
        #expect(await api(ignoresTrailingSlash: true).respond(to: try request(.get, path)).status.code == lenient)
    }

    @Test func otherMethodsOfASlashedPath() async throws {
        #expect(await api(ignoresTrailingSlash: false).respond(to: try request(.post, "/written")).status == .methodNotAllowed)
        #expect(await api(ignoresTrailingSlash: false).respond(to: try request(.post, "/plain/")).status == .notFound)
        #expect(api(ignoresTrailingSlash: false).openAPI()["paths"]?["/written/"] != nil)
    }

    @Test func aHandlerThatAsksForAParameterThatIsNotThere() async throws {
        var api = api(ignoresTrailingSlash: false)
        api.onPublic(endpoint("/wrong", "wrong")) { .text(try $0.path(Parameter<String>("id", "Text"))) }
        #expect(await api.respond(to: try request(.get, "/wrong")).status == .internalServerError)
    }

    @Test func schemesAreTheAPIs() async throws {
        let bearer = api(ignoresTrailingSlash: false)
        #expect(bearer.openAPI()["components"]?["securitySchemes"]?["bearer"]?["scheme"] == "bearer")
        #expect(await bearer.respond(to: try request(.get, "/mine")).headers[values: .wwwAuthenticate] == ["Bearer"])
        let both = api(ignoresTrailingSlash: false, security: [.basic(realm: "pool\"1"), .mutualTLS])
        let answer = await both.respond(to: try request(.get, "/mine"))
        #expect(answer.status == .unauthorized && answer.headers[values: .wwwAuthenticate] == ["Basic realm=\"pool 1\", charset=\"UTF-8\""])
        let document = both.openAPI()
        #expect(document["components"]?["securitySchemes"]?["basic"]?["scheme"] == "basic")
        #expect(document["components"]?["securitySchemes"]?["mutualTLS"]?["type"] == "mutualTLS")
        #expect(document["paths"]?["/mine"]?["get"]?["security"] == [["basic": []], ["mutualTLS": []]])
        #expect(document["paths"]?["/plain"]?["get"]?["security"] == [])
        #expect(api(ignoresTrailingSlash: false, security: []).openAPI()["components"]?["securitySchemes"] == nil)
    }

    @Test(arguments: [
        ("/a", "a"), ("/a/x", "a"), ("/a/b", "ab"), ("/a/b/c", "ab"), ("/a/bc", "a"), ("/", "rest"), ("/b", "rest"), ("/ab", "rest"), ("/%61/x", "a"),
    ])
    func longestPrefixDecides(_ path: String, _ wanted: String) async throws {
        var router = PrefixRouter()
        router.add("/a") { _ in Response(status: .ok, headers: [.server: "a"]) }
        router.add("/") { _ in Response(status: .ok, headers: [.server: "rest"]) }
        router.add("/a/b") { _ in Response(status: .ok, headers: [.server: "ab"]) }
        #expect(await router.respond(to: try request(.get, path)).headers[.server] == wanted)
    }

    @Test func nothingAtAPrefixIsAProblem() async throws {
        var router = PrefixRouter()
        router.add("/a") { _ in Response(status: .ok) }
        #expect(await router.respond(to: try request(.get, "/b")).status == .notFound)
    }
}
