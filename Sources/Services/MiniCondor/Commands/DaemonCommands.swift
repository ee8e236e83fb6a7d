import Cedar
import CondorProtocol

/// DC_SEC_QUERY (60040), sent by `condor_ping`. The security handshake has already decided; this reports the decision.
enum SecurityQuery {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let token = call.accepted.session?.token
        let reply = SecurityQueryReply(
            isAuthorized: true, tokenSubject: token?.subject, tokenIssuer: token?.issuer, tokenScopes: token?.scopes.joined(separator: " "))
        try await call.connection.send { reply.encode(into: &$0) }
    }
}

/// DC_QUERY_INSTANCE (60045): 16 characters that identify this process.
enum InstanceQuery {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let id = call.scheduler.identity.instanceID
        try await call.connection.send { $0.write(bytes: id.utf8) }
    }
}

/// DC_CONFIG_VAL (60007) and CONFIG_VAL (457): the few settings of a mini scheduler.
enum ConfigurationQuery {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let name = try await call.connection.message { message throws(CedarError) in try message.readString() }
        let identity = call.scheduler.identity
        let value =
            switch name.uppercased() {
            case "UID_DOMAIN", "TRUST_DOMAIN": identity.domain
            case "SCHEDD_NAME": identity.name
            case "FULL_HOSTNAME": identity.machine
            default: "Not defined"
            }
        try await call.connection.send { $0.write(string: value) }
    }
}
