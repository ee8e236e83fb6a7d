import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import JSON
import NIOConcurrencyHelpers
import NIOCore

/// The pages and documents that describe the interface. All of them are embedded in the program.
enum ReferencePages {
    /// Adds the pages to an interface that already has all other operations, since the OpenAPI document is made here.
    static func add(to api: inout API<Caller>) {
        let documents = NIOLockedValueBox<(json: StaticDocument, yaml: StaticDocument)?>(nil)
        let json: @Sendable (Request) -> Response = { request in
            documents.withLockedValue { $0?.json }?.response(to: request) ?? Response(status: .serviceUnavailable)
        }
        api.onPublic(ReferenceEndpoints.openAPI, handler: json)
        api.onPublic(ReferenceEndpoints.apiOpenAPI, handler: json)
        api.onPublic(ReferenceEndpoints.openAPIAsYAML) { request in
            documents.withLockedValue { $0?.yaml }?.response(to: request) ?? Response(status: .serviceUnavailable)
        }
        let page = asset(PackageResources.reference_html, "text/html; charset=utf-8")
        let script = asset(PackageResources.reference_js, "text/javascript; charset=utf-8")
        let style = asset(PackageResources.reference_css, "text/css; charset=utf-8")
        api.onPublic(ReferenceEndpoints.docs) { page.response(to: $0) }
        api.onPublic(ReferenceEndpoints.script) { script.response(to: $0) }
        api.onPublic(ReferenceEndpoints.style) { style.response(to: $0) }
        let indexPage = asset(PackageResources.index_html, "text/html; charset=utf-8")
        api.onPublic(ReferenceEndpoints.index) { request in
            let isForBrowsers = request.acceptedTypes.best(of: ["application/json", "text/html"]) == "text/html"
            var response = isForBrowsers ? indexPage.response(to: request) : .json(index)
            response.headers[.vary] = "Accept, Accept-Encoding"
            return response
        }

        let document = api.openAPI()
        documents.withLockedValue {
            $0 = (
                StaticDocument(document.serialized(pretty: true), type: "application/json"),
                StaticDocument(document.yaml(), type: "application/yaml")
            )
        }
    }

    /// A part of a page, with a policy that allows loading and connecting to this origin only.
    private static func asset(_ bytes: [UInt8], _ type: String) -> StaticDocument {
        var headers = HTTPFields()
        headers[.contentSecurityPolicy] = policy
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return StaticDocument(bytes, type: type, headers: headers)
    }

    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static let index = IndexInfo(
        name: "htapi", version: GatewayVersion.number,
        links: [
            "jobs": "/api/v1/jobs", "whoami": "/api/v1/whoami", "ping": "/api/v1/ping", "version": "/api/v1/version", "openapi": "/openapi.json",
            "openapi_yaml": "/openapi.yaml", "docs": "/docs", "health": "/healthz", "readiness": "/readyz", "metrics": "/metrics",
        ])
}
