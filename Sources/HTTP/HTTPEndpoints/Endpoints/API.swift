package import HTTPMessages
package import HTTPTypes
import JSON
import Logging
import NIOCore

/// An HTTP interface: endpoints with their handlers, answering requests and describing itself.
///
///     var api = API<User>(info: …) { request in try await users.authenticate(request) }
///     api.on(.getJob) { request, user in … }
///     let server = Server(configuration: …, responder: api.respond, …)
///
/// A request is checked in this order before its handler runs: path and method (404, 405), credentials in the query (400), identity
/// (401), parameters (400), content type (415), declared length (413).
package struct API<Principal: Sendable>: Sendable {
    /// Takes the credentials out of a request: `nil` if there are none, a thrown ``Problem`` (401) if they are bad.
    package typealias Authentication = @Sendable (Request) async throws -> Principal?

    /// The head of the OpenAPI document.
    package struct Info: Sendable {
        package var title: String
        package var version: String
        package var summary: String
        package var details: String
        /// License name and SPDX identifier.
        package var license: String
        /// Tags with their descriptions, in the order of the document.
        package var tags: [(name: String, summary: String)]

        package init(
            title: String, version: String, summary: String = "", details: String = "", license: String = "Apache-2.0",
            tags: [(name: String, summary: String)] = []
        ) {
            self.title = title
            self.version = version
            self.summary = summary
            self.details = details
            self.license = license
            self.tags = tags
        }
    }

    enum Handler: Sendable {
        case anybody(@Sendable (Request) async throws -> Response)
        case known(@Sendable (Request, Principal) async throws -> Response)
        case maybeKnown(@Sendable (Request, Principal?) async throws -> Response)
    }

    struct Route: Sendable {
        var endpoint: Endpoint
        var handler: Handler
    }

    package let info: Info
    /// How clients may prove who they are.
    package let security: [SecurityScheme]
    private let ignoresTrailingSlash: Bool
    /// Schemas by name, for ``Schema/ref(_:)``. `Problem` is always there.
    package var components: [(name: String, schema: Schema)]
    /// Names of query parameters that are refused as credentials with a problem of their own.
    package var credentialParameters: Set<String> = ["token", "access_token"]

    /// Problems that any operation for an identity may end in, for the document.
    package var identityProblems: [(status: HTTPResponse.Status, summary: String)] = []

    private let authenticate: Authentication
    private var tree = RouteTree<Route>()
    private(set) var routes: [Route] = []

    /// - Parameters:
    ///   - problems: all kinds of problems there are, for the document; none if the list is open.
    ///   - security: how clients may prove who they are, the preferred way first.
    ///   - ignoresTrailingSlash: whether `/jobs/` is `/jobs`, for endpoints that do not decide it themselves.
    package init(
        info: Info, components: [(name: String, schema: Schema)] = [], problems: [Problem.Kind] = [], security: [SecurityScheme] = [.bearer],
        ignoresTrailingSlash: Bool = false, authenticate: @escaping Authentication
    ) {
        self.info = info
        self.security = security
        self.ignoresTrailingSlash = ignoresTrailingSlash
        self.components = components + ProblemDocument.resource(of: problems).schema.components.map { ($0, $1) }
        self.authenticate = authenticate
    }

    /// All endpoints in the order in which they were added.
    package var endpoints: [Endpoint] { routes.map(\.endpoint) }

    /// Serves an endpoint that needs an identity.
    package mutating func on(_ endpoint: Endpoint, handler: @escaping @Sendable (Request, Principal) async throws -> Response) {
        precondition(endpoint.identity == .required, "\(endpoint.operationID) does not require an identity")
        add(Route(endpoint: endpoint, handler: .known(handler)))
    }

    /// Serves an endpoint for anybody, where credentials that are presented must be good.
    package mutating func onMaybeKnown(
        _ endpoint: Endpoint, handler: @escaping @Sendable (Request, Principal?) async throws -> Response
    ) {
        precondition(endpoint.identity == .optional, "\(endpoint.operationID) does not have an optional identity")
        add(Route(endpoint: endpoint, handler: .maybeKnown(handler)))
    }

    /// Serves an endpoint that does not look at credentials.
    package mutating func onPublic(_ endpoint: Endpoint, handler: @escaping @Sendable (Request) async throws -> Response) {
        precondition(endpoint.identity == .none, "\(endpoint.operationID) needs an identity")
        add(Route(endpoint: endpoint, handler: .anybody(handler)))
    }

    private mutating func add(_ route: Route) {
        let endpoint = route.endpoint
        precondition(
            endpoint.path.parameterNames == endpoint.pathParameters.map(\.name),
            "\(endpoint.operationID): the path's names are not its parameters")
        precondition(
            !routes.contains { $0.endpoint.operationID == endpoint.operationID }, "two operations are called \(endpoint.operationID)")
        routes.append(route)
        // A closed list of values is a part of the route: another value is another path.
        let closed = zip(endpoint.pathParameters.indices, endpoint.pathParameters).filter { $0.1.schema.json["enum"] != nil }
        tree.add(
            endpoint.method, endpoint.path, route, ignoresTrailingSlash: endpoint.ignoresTrailingSlash ?? ignoresTrailingSlash
        ) { values in
            closed.allSatisfy { index, parameter in
                index < values.count && (try? parameter.check(values[index].text)) != nil
            }
        }
    }

    /// The answer to a request; every error becomes a problem document.
    package func respond(to request: Request) async -> Response {
        var route: String?
        var response = await answer(request, &route)
        response.route = route
        return response
    }

    private func answer(_ request: Request, _ path: inout String?) async -> Response {
        do {
            return try await dispatch(request, &path)
        } catch let problem as Problem {
            return problem.response(instance: request.target.rawPath, requestID: request.id)
        } catch is CancellationError {
            return Problem(.internalError, "The request was cancelled").response(
                instance: request.target.rawPath, requestID: request.id)
        } catch {
            request.logger.error("request failed", metadata: ["error": "\(error)"])
            return Problem(.internalError, "The server failed to answer; the log knows more under the request's identifier")
                .response(instance: request.target.rawPath, requestID: request.id)
        }
    }

    private func dispatch(_ request: Request, _ path: inout String?) async throws -> Response {
        let route: Route
        var request = request
        switch tree.match(request.method, request.target.segments) {
        case .found(let found, let values):
            route = found
            request.pathValues = values
        case .wrongMethod(let allowed):
            let methods = allowed.joined(separator: ", ")
            throw Problem(
                .methodNotAllowed, "\(request.method.rawValue) is not possible here, but \(methods)", headers: [.allow: methods])
        case .notFound:
            throw Problem(.noSuchRoute, "There is nothing at this path")
        }
        try checkForCredentials(request)
        let endpoint = route.endpoint
        path = endpoint.path.description
        switch route.handler {
        case .anybody(let handler):
            try check(&request, endpoint)
            return try await handler(request)
        case .maybeKnown(let handler):
            let principal = try await authenticate(request)
            try check(&request, endpoint)
            return try await handler(request, principal)
        case .known(let handler):
            guard let principal = try await authenticate(request) else {
                throw credentialsMissing
            }
            try check(&request, endpoint)
            return try await handler(request, principal)
        }
    }

    /// The answer to a request without credentials: a challenge for each scheme.
    private var credentialsMissing: Problem {
        let detail =
            security == [.bearer]
            ? "This needs an Authorization field with a bearer token" : "This needs credentials: \(security.map(\.name).joined(separator: " or "))"
        var headers = HTTPFields()
        for challenge in security.compactMap(\.challenge) { headers.append(HTTPField(name: .wwwAuthenticate, value: challenge)) }
        return Problem(.authenticationRequired, detail, headers: headers)
    }

    private func checkForCredentials(_ request: Request) throws(Problem) {
        for item in request.target.query where credentialParameters.contains(item.name) {
            let detail = "\(item.name): a credential in a query ends up in logs; send it in the Authorization field"
            throw Problem(.credentialInQuery, detail, errors: [.init(.parameter(item.name), detail)])
        }
    }

    private func check(_ request: inout Request, _ endpoint: Endpoint) throws(Problem) {
        for (parameter, value) in zip(endpoint.pathParameters, request.pathValues) {
            try parameter.check(value.text)
        }
        try checkQuery(request, endpoint)
        for parameter in endpoint.headers {
            if let name = HTTPField.Name(parameter.name), let value = request.headers[name] {
                try parameter.check(value)
            } else if parameter.isRequired {
                throw Self.missing(parameter.name)
            }
        }
        try checkBody(&request, endpoint)
    }

    private func checkQuery(_ request: Request, _ endpoint: Endpoint) throws(Problem) {
        var unknown: [Problem.Item] = []
        var seen: [String] = []
        for item in request.target.query {
            guard let parameter = endpoint.query.first(where: { $0.name == item.name }) else {
                unknown.append(.init(.parameter(item.name), "\(item.name): no such parameter"))
                continue
            }
            if seen.contains(item.name) {
                let detail = "\(item.name): given more than once"
                throw Problem(.badParameter, detail, errors: [.init(.parameter(item.name), detail)])
            }
            seen.append(item.name)
            try parameter.check(item.value)
        }
        if !unknown.isEmpty {
            let known = endpoint.query.map(\.name).joined(separator: ", ")
            let names = unknown.map { if case .parameter(let name) = $0.place { name } else { "" } }.joined(separator: ", ")
            throw Problem(
                .unknownParameter, "\(names): no such parameter; " + (known.isEmpty ? "there are none here" : "known are \(known)"),
                errors: unknown)
        }
        for parameter in endpoint.query where parameter.isRequired && !seen.contains(parameter.name) {
            throw Self.missing(parameter.name)
        }
    }

    private static func missing(_ name: String) -> Problem {
        let detail = "\(name): missing"
        return Problem(.badParameter, detail, errors: [.init(.parameter(name), detail)])
    }

    private func checkBody(_ request: inout Request, _ endpoint: Endpoint) throws(Problem) {
        guard let description = endpoint.body else { return }
        if request.body.isEmpty && request.headers[.contentType] == nil {
            if description.isRequired { throw Problem(.badRequest, "A body is needed here") }
            return
        }
        let contentTypes = request.headers[values: .contentType]
        let type = contentTypes.count == 1 ? MediaType(contentTypes[0]) : nil
        // What there is none of has no type, whatever the client's habit is to say (`curl -d ''`).
        let isNothing = request.body.isEmpty && !description.isRequired
        let isAccepted =
            isNothing || description.takesAnyType
            || description.content.contains { content in
                if let type { content.type.accepts(type) } else { contentTypes.isEmpty && content.type.type == "*" }
            }
        guard isAccepted else {
            let accepted = description.content.map(\.type.description).joined(separator: ", ")
            throw Problem(.unsupportedMediaType, "The body has to be one of \(accepted)", headers: [.accept: accepted])
        }
        // What takes archives looks into them; nothing else is expanded.
        if !description.takesAnyType, let coding = request.headers[.contentEncoding], !coding.isASCIICaseInsensitivelyEqual(to: "identity") {
            throw Problem(.unsupportedMediaType, "Content-Encoding: the body is expected as it is", headers: [.acceptEncoding: "identity"])
        }
        request.body.limit = min(request.body.limit, description.limit)
        if let length = request.body.declaredLength, length > description.limit {
            throw .bodyTooLarge(limit: description.limit)
        }
        if let name = HTTPField.Name("Content-Digest"), let field = request.headers[name] {
            request.body.digests = try ContentDigest.list(field)
        }
    }
}
