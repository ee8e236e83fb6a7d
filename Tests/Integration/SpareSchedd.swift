import Testing

/// The pool's second scheduler, which tests stop and start again on another port.
struct SpareSchedd: Sendable {
    /// The name in the collector.
    let name: String
    /// Written anew at each start.
    let addressFile: String
    /// The program that starts and stops it.
    let controlFile: String

    /// Starts it on the given port, or on another free one than before; returns when it answers and the collector knows where.
    func start(port: Int = 0) async throws {
        try await RealPool.check(ChildProcess.run(controlFile, ["start", String(port)]))
    }

    /// Stops it; returns when its process has ended.
    func stop() async throws {
        try await RealPool.check(ChildProcess.run(controlFile, ["stop"]))
    }
}

/// For tests that use the spare scheduler: one at a time, and it is stopped afterwards.
struct SpareScheddTrait: TestTrait, TestScoping {
    private static let turns = Turns()

    func provideScope(for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void) async throws {
        await Self.turns.wait()
        do {
            try await body()
            try await RealPool.current?.spare.stop()
            await Self.turns.end()
        } catch {
            try? await RealPool.current?.spare.stop()
            await Self.turns.end()
            throw error
        }
    }

    private actor Turns {
        private var isTaken = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func wait() async {
            guard isTaken else {
                isTaken = true
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func end() {
            if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
        }
    }
}

extension Trait where Self == SpareScheddTrait {
    /// The test starts and stops `RealPool.spare`.
    static var spareSchedd: Self { SpareScheddTrait() }
}
