import HTTPMessages
import ArgumentParser
import CondorClient
import Gateway
import HTTPEndpoints
import JSON

/// `htapi openapi`: prints the OpenAPI document. Needs no scheduler.
struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the OpenAPI 3.1 document of the API, as /openapi.json serves it.",
        discussion: "The repository keeps it in openapi/openapi.json: htapi openapi > openapi/openapi.json")

    @Flag(help: "As YAML.")
    var yaml = false

    func run() throws {
        let configuration = GatewayConfiguration(
            client: ClientConfiguration(scheduler: .collector(name: nil)), trustDomain: "localdomain", uidDomain: "localdomain")
        let document = try Gateway(configuration).openAPI
        print(String(decoding: yaml ? document.yaml() : document.serialized(pretty: true), as: UTF8.self), terminator: "")
    }
}
