import HTTPEndpoints
import Foundation
import JSON
@testable import Gateway
import HTTPMessages
import HTTPTypes
import NIOCore
import Testing

/// The OpenAPI document, the file of it in the repository, and what is really served.
@Suite struct OpenAPIDocumentTests {
    /// A path with a value for each of its parameters: the first one of a closed list.
    private static func concrete(_ path: String, _ operation: JSONValue) -> String {
        guard case .array(let parameters)? = operation["parameters"] else { return path }
        return parameters.reduce(path) { path, parameter in
            guard case .string(let name)? = parameter["name"], parameter["in"] == "path" else { return path }
            var value = name == "id" ? "1.0" : "x"
            if case .array(let values)? = parameter["schema"]?["enum"], case .string(let first)? = values.first { value = first }
            return path.replacingOccurrences(of: "{\(name)}", with: value)
        }
    }

    @Test func theFileInTheRepositoryIsWhatIsServed() async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../openapi/openapi.json")
        let kept = try [UInt8](Data(contentsOf: file))
        let gateway = try Gateway.inTests()
        for path in ["/openapi.json", "/api/v1/openapi.json"] {
            let served = try await gateway.answer(.get, path).text
            #expect(Array(served.utf8) == kept, "make it anew: htapi openapi > openapi/openapi.json")
        }
        #expect(gateway.openAPI.serialized(pretty: true) == kept)
    }

    @Test func reasonsAreAClosedList() throws {
        guard case .array(let values)? = try Gateway.inTests().openAPI["components"]?["schemas"]?["Problem"]?["properties"]?["reason"]?["enum"] else {
            throw CocoaError(.coderReadCorrupt)
        }
        let reasons = Set(values.compactMap { if case .string(let reason) = $0 { reason } else { nil } })
        // Each kind that the sources have.
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Sources").standardizedFileURL
        var declared: Set<String> = []
        let files = try #require(FileManager.default.enumerator(atPath: sources.path))
        for case let name as String in files where name.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            for match in text.matches(of: /= (?:Self|Problem\.Kind|Kind)\(\s*"([A-Z][A-Z0-9_]+)", \./) { declared.insert(String(match.1)) }
        }
        #expect(declared.count > 50)
        #expect(reasons == declared)
    }

    @Test func eachRouteIsInTheDocumentAndEachOperationIsServed() async throws {
        let gateway = try Gateway.inTests()
        guard case .object(let paths)? = gateway.openAPI["paths"] else { throw CocoaError(.coderReadCorrupt) }
        var documented: Set<String> = []
        for path in paths.members {
            guard case .object(let operations) = path.value else { continue }
            for operation in operations.members {
                documented.insert("\(operation.name.uppercased()) \(path.name)")
                let method = try #require(HTTPRequest.Method(rawValue: operation.name.uppercased()))
                let concrete = Self.concrete(path.name, operation.value)
                let response = try await gateway.answer(method, concrete)
                let text = response.text
                #expect(
                    !text.contains(#""reason":"NO_SUCH_ROUTE""#) && response.status != .methodNotAllowed, "\(method) \(concrete): \(text.prefix(300))"
                )
                #expect(response.route == path.name || response.status == .notFound, "\(method) \(concrete)")
                // What the document says of credentials is so.
                if case .array(let security)? = operation.value["security"], security == [["bearer": []]] {
                    #expect(response.status == .unauthorized, "\(method) \(concrete)")
                    #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
                }
            }
        }
        #expect(documented == Set(gateway.endpoints.map { "\($0.method.rawValue) \($0.path)" }))
        #expect(documented.count == gateway.endpoints.count)
    }

    @Test func theVersionNamesTheCommitItWasBuiltFrom() async throws {
        let commit = GatewayVersion.commit
        #expect(commit.map { $0.count == 40 && $0.allSatisfy(\.isHexDigit) } ?? true)
        let response = try await Gateway.inTests().answer(.get, "/api/v1/version")
        let shown = commit.map { "\"\($0)\"" } ?? "null"
        #expect(response.text == #"{"version":"\#(GatewayVersion.number)","commit":\#(shown),"api":"1"}"#)
    }

    @Test func anotherMethodIsRefusedWithThoseThatThereAre() async throws {
        let gateway = try Gateway.inTests()
        let response = try await gateway.answer(.put, "/api/v1/version")
        #expect(response.status == .methodNotAllowed && response.headers[.allow] == "GET, HEAD")
        for path in [
            "//", "/./api/v1/version", "/api//v1/version", "/api/v1/version/", "/api/v1/../v1/version", "/API/v1/version", "/api/v2/version",
        ] {
            #expect(try await gateway.answer(.get, path).status == .notFound, "\(path)")
        }
        #expect(try await gateway.answer(.get, "/api/v1/%76ersion").status == .ok)
        #expect(try await gateway.answer(.get, "/api/v1/version?access_token=x").status == .badRequest)
        #expect(try await gateway.answer(.get, "/api/v1/version?token").status == .badRequest)
    }

    @Test func thePagesLoadNothingFromElsewhere() async throws {
        let gateway = try Gateway.inTests()
        for path in ["/docs", "/docs/reference.js", "/docs/reference.css", "/"] {
            let response = try await gateway.answer(.get, path, [.accept: "text/html,application/xhtml+xml,*/*;q=0.8"])
            #expect(response.status == .ok)
            let policy = try #require(response.headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"))
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            let text = response.text
            #expect(!text.contains("://") && !text.contains("innerHTML") && !text.contains("style=") && !text.contains("onclick=\""), "\(path)")
            let tag = try #require(response.headers[.eTag])
            #expect(try await gateway.answer(.get, path, [.accept: "text/html", .ifNoneMatch: tag]).status == .notModified)
        }
        #expect(try await gateway.answer(.get, "/", [.accept: "*/*"]).headers[.contentType] == "application/json")
    }
}
