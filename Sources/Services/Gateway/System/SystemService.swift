import Tokens
import ClassAd
import CondorClient
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import NIOCore

/// Health, identity and version.
struct SystemService: Sendable {
    let client: CondorClient
    let readiness: Readiness

    /// `GET /healthz`
    func health(_ request: Request) -> Response { .json(HealthStatus(status: "ok"), headers: [.cacheControl: "no-store"]) }

    /// - Throws: 503 once the shutdown has begun.
    func checkDraining() throws(Problem) {
        guard !readiness.isDraining else { throw Problem(.draining, "The gateway is shutting down", headers: [.retryAfter: "5"]) }
    }

    /// `GET /readyz`
    func ready(_ request: Request) async throws -> Response {
        // A short query without identity. It detects a scheduler that hangs as well as one that is gone.
        var schedd = client.schedd(as: .anonymous)
        schedd.deadlines = CommandDeadlines(connect: .seconds(3), handshake: .seconds(3), inactivity: .seconds(3))
        let asked = schedd
        do throws(CondorError) {
            _ = try await asked.ad()
        } catch {
            switch error.code {
            // The scheduler answered, even if only to refuse an anonymous query.
            case .permissionDenied, .authenticationFailed: break
            case .cancelled: throw CancellationError()
            default: throw Problem(.schedulerUnavailable, error.reason, headers: [.retryAfter: "5"])
            }
        }
        return .json(HealthStatus(status: "ready"), headers: [.cacheControl: "no-store"])
    }

    /// `GET /whoami`
    func whoami(_ request: Request, _ caller: Caller?) async throws -> Response {
        guard let caller else { return .json(IdentityInfo(isAuthenticated: false), headers: [.cacheControl: "no-store"]) }
        let identity = try await answering {
            try await client.schedd(as: caller.credential).ping([.read, .write])
        }
        return .json(
            IdentityInfo(
                isAuthenticated: true, user: identity.user, method: .some(identity.method?.wireName),
                authorizations: identity.authorizations.map(\.rawValue)),
            headers: [.cacheControl: "no-store"])
    }

    /// `GET /ping`
    func ping(_ request: Request, _ caller: Caller) async throws -> Response {
        let start = NIODeadline.now()
        let ad = try await answering { try await client.schedd(as: caller.credential).ad() }
        let microseconds = (NIODeadline.now() - start).nanoseconds / 1000
        let address = try await answering { try await client.scheddAddress() }
        return .json(
            PingResult(
                scheduler: SchedulerInfo(
                    name: ad.string("Name"), address: ad.string("MyAddress") ?? address.text,
                    version: ad.string("CondorVersion")),
                latencyMilliseconds: Double(microseconds) / 1000),
            headers: [.cacheControl: "no-store"])
    }

    /// `GET /version`
    func version(_ request: Request) -> Response {
        .json(VersionInfo(version: GatewayVersion.number, commit: GatewayVersion.commit, api: "1"))
    }
}
