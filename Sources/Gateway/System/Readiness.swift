import NIOConcurrencyHelpers
import ServiceLifecycle

/// Whether the gateway takes new work. As a service it does nothing until the shutdown begins, and then makes readiness fail: the last service of a group is told
/// first.
public final class Readiness: Service {
    private let draining = NIOLockedValueBox(false)

    public init() {}

    public var isDraining: Bool { draining.withLockedValue { $0 } }

    public func run() async throws {
        try? await gracefulShutdown()
        draining.withLockedValue { $0 = true }
    }
}
