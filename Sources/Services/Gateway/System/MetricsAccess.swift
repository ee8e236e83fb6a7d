import Tokens
import CondorClient
import HTTPMessages
import HTTPTypes
import Jobs
import NIOCore

/// Who may read `/metrics`: local requests, and identities that the scheduler accepts; everybody if the configuration allows it.
struct MetricsAccess: Sendable {
    let isPublic: Bool
    let client: CondorClient

    /// Fields that proxies add. With any of them, the request counts as remote, whatever the peer's address.
    private static let forwarded = ["Forwarded", "X-Forwarded-For", "Via", "X-Real-IP"].compactMap { HTTPField.Name($0) }

    func check(_ request: Request, _ caller: Caller?) async throws {
        if isPublic || isLocal(request) { return }
        guard let caller else {
            throw Problem(
                .authenticationRequired, "Remote requests need an Authorization field with a bearer token",
                headers: [.wwwAuthenticate: "Bearer"])
        }
        _ = try await answering { try await client.schedd(as: caller.credential).ping([.read]) }
    }

    private func isLocal(_ request: Request) -> Bool {
        guard !Self.forwarded.contains(where: { request.headers[$0] != nil }) else { return false }
        guard let peer = request.peer else { return true }
        if case .unixDomainSocket = peer { return true }
        guard let text = peer.ipAddress, let address = IPAddress.bytes(text) else { return false }
        return address.count == 4 ? address[0] == 127 : address == [UInt8](repeating: 0, count: 15) + [1]
    }
}
