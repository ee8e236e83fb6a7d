import HTTPMessages
import HTTPTypes
package import JSON

extension API {
    /// The OpenAPI 3.1 document of all endpoints. The same endpoints give the same document.
    ///
    /// Schemas that are referred to must be among the components: this is a mistake in the source code and stops the program.
    package func openAPI() -> JSONValue {
        let components = allComponents
        let known = Set(components.map(\.name))
        var paths = JSONValue.Object()
        for route in routes {
            let endpoint = route.endpoint
            let missing = endpoint.schemas.reduce(into: Set<String>()) { $0.formUnion($1.references) }.subtracting(known)
            precondition(missing.isEmpty, "\(endpoint.operationID) refers to unknown schemas: \(missing.sorted())")
            let path = endpoint.path.description
            var item: JSONValue.Object = if case .object(let item)? = paths[path] { item } else { [:] }
            item[endpoint.method.rawValue.lowercased()] = .object(endpoint.operation(identityProblems, security))
            paths[path] = .object(item)
        }
        var document: JSONValue.Object = [
            "openapi": "3.1.0",
            "info": .object(info.json),
            "servers": [["url": "/"]],
        ]
        if !info.tags.isEmpty {
            document.append("tags", .array(info.tags.map { ["name": .string($0.name), "description": .string($0.summary)] }))
        }
        document.append("paths", .object(paths))
        var parts: JSONValue.Object = ["schemas": .object(JSONValue.Object(components.map { ($0.name, .object($0.schema.json)) }))]
        if !security.isEmpty { parts.append("securitySchemes", .object(JSONValue.Object(security.map { ($0.name, $0.json) }))) }
        document.append("components", .object(parts))
        return .object(document)
    }
}

extension API {
    /// The components of the endpoints' schemas and those that were given by themselves, in the order of their names.
    private var allComponents: [(name: String, schema: Schema)] {
        var used: [String: Schema] = [:]
        for route in routes {
            for schema in route.endpoint.schemas { Schema.merge(schema.components, into: &used) }
        }
        Schema.merge(Dictionary(components.map { ($0.name, $0.schema) }) { first, _ in first }, into: &used)
        return used.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension API.Info {
    fileprivate var json: JSONValue.Object {
        var object: JSONValue.Object = ["title": .string(title), "version": .string(version)]
        if !summary.isEmpty { object.append("summary", .string(summary)) }
        if !details.isEmpty { object.append("description", .string(details)) }
        object.append("license", ["name": .string(license), "identifier": .string(license)])
        return object
    }
}

extension Endpoint {
    fileprivate var schemas: [Schema] {
        (pathParameters + query + headers).map(\.schema) + (body?.content.map(\.schema) ?? [])
            + answers.flatMap { $0.content.map(\.schema) + $0.headers.map(\.schema) }
    }

    fileprivate func operation(
        _ identityProblems: [(status: HTTPResponse.Status, summary: String)], _ schemes: [SecurityScheme]
    ) -> JSONValue.Object {
        var operation: JSONValue.Object = ["operationId": .string(operationID), "summary": .string(summary)]
        if !details.isEmpty { operation.append("description", .string(details)) }
        if !tags.isEmpty { operation.append("tags", .array(tags.map(JSONValue.string))) }
        let parameters =
            pathParameters.map { Self.parameter($0, in: "path", isRequired: true) }
            + query.map { Self.parameter($0, in: "query", isRequired: $0.isRequired) }
            + headers.map { Self.parameter($0, in: "header", isRequired: $0.isRequired) }
        if !parameters.isEmpty { operation.append("parameters", .array(parameters)) }
        if let body {
            var description = JSONValue.Object()
            if !body.summary.isEmpty { description.append("description", .string(body.summary)) }
            description.append("required", .bool(body.isRequired))
            description.append("content", Self.content(body.content))
            operation.append("requestBody", .object(description))
        }
        var all = answers
        let implied = impliedProblems + (identity == .none ? [] : identityProblems)
        for (status, summary) in implied where !all.contains(where: { $0.status.code == status.code }) { all.append(.problem(status, summary)) }
        var responses = JSONValue.Object()
        for answer in all.sorted(by: { $0.status.code < $1.status.code }) {
            responses[String(answer.status.code)] = answer.json
        }
        responses.append("default", Answer.problem(.internalServerError, "Any other problem").json)
        operation.append("responses", .object(responses))
        let alternatives = schemes.map { scheme -> JSONValue in [scheme.name: []] }
        switch identity {
        case .none: operation.append("security", [])
        case .optional: operation.append("security", .array(alternatives + [[:]]))
        case .required: operation.append("security", .array(alternatives))
        }
        return operation
    }

    /// The problems that the dispatcher itself answers with.
    private var impliedProblems: [(status: HTTPResponse.Status, summary: String)] {
        var problems: [(HTTPResponse.Status, String)] = [(.badRequest, "A parameter is unknown, malformed or missing")]
        if identity != .none { problems.append((.unauthorized, "No credentials, or bad ones")) }
        if !pathParameters.isEmpty { problems.append((.notFound, "There is nothing of that name")) }
        if let body {
            problems.append((.contentTooLarge, "The body is too large"))
            if !body.takesAnyType { problems.append((.unsupportedMediaType, "The content type is not one of those above")) }
        }
        return problems
    }

    private static func parameter(_ parameter: any ParameterDescription, in place: String, isRequired: Bool) -> JSONValue {
        var object: JSONValue.Object = ["name": .string(parameter.name), "in": .string(place)]
        if !parameter.summary.isEmpty { object.append("description", .string(parameter.summary)) }
        if isRequired { object.append("required", true) }
        object.append("schema", .object(parameter.schema.json))
        return .object(object)
    }

    fileprivate static func content(_ content: [BodyDescription.Content]) -> JSONValue {
        .object(JSONValue.Object(content.map { ($0.type.description, ["schema": .object($0.schema.json)]) }))
    }
}

extension Answer {
    fileprivate var json: JSONValue {
        var object: JSONValue.Object = ["description": .string(summary)]
        if !headers.isEmpty {
            let fields = headers.map { header -> (String, JSONValue) in
                (header.name, ["description": .string(header.summary), "schema": .object(header.schema.json)])
            }
            object.append("headers", .object(JSONValue.Object(fields)))
        }
        if !content.isEmpty { object.append("content", Endpoint.content(content)) }
        return .object(object)
    }
}
