import NIOConcurrencyHelpers
package import NIOCore
import ServiceLifecycle

/// Whether the gateway accepts new work. As a service it does nothing until the shutdown begins. Then it makes readiness fail, and ends after a
/// delay. A service group notifies its last service first, and the one before it when that has ended.
package final class Readiness: Service {
    private let draining = NIOLockedValueBox(false)
    private let delay: TimeAmount

    /// - Parameter delay: the time that load balancers have to notice before the listeners close.
    package init(delay: TimeAmount = .zero) {
        self.delay = delay
    }

    package var isDraining: Bool { draining.withLockedValue { $0 } }

    package func run() async throws {
        try? await gracefulShutdown()
        draining.withLockedValue { $0 = true }
        try? await Task.sleep(for: .nanoseconds(delay.nanoseconds))
    }
}
