import NIOConcurrencyHelpers
package import NIOCore
import ServiceLifecycle

/// Whether the gateway takes new work. As a service it does nothing until the shutdown begins, then makes readiness fail, and ends a while later: the
/// last service of a group is told first, and the next one when this one has ended.
package final class Readiness: Service {
    private let draining = NIOLockedValueBox(false)
    private let delay: TimeAmount

    /// - Parameter delay: how long whoever asks for readiness has to notice, before the listeners close.
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
