import NIOPosix

/// The threads that archives are read and compressed on, so that neither event loops nor Swift's cooperative threads ever block.
///
/// Two pools: an archive that is still arriving holds one thread of the first for as long as its sender takes, work on bytes that are at hand
/// (compression, file reads and writes) has the second for itself and never waits for a network.
package final class ArchiveThreads: Sendable {
    let arriving: NIOThreadPool
    let work: NIOThreadPool

    /// Started on first use and kept for the life of the process: eight archives arriving at a time, three workers.
    package static let shared = ArchiveThreads()

    /// - Parameters:
    ///   - arriving: how many archives too large for one piece of memory are read at a time; more wait, unread, in order.
    ///   - workers: threads for compression and file access.
    package init(arriving: Int = 8, workers: Int = 3) {
        self.arriving = NIOThreadPool(numberOfThreads: max(1, arriving))
        self.work = NIOThreadPool(numberOfThreads: max(1, workers))
        self.arriving.start()
        self.work.start()
    }

    /// Ends the threads after the work they have; whatever comes later fails with `cancelled`. Not for ``shared``.
    package func shutdown() async {
        try? await arriving.shutdownGracefully()
        try? await work.shutdownGracefully()
    }

    /// Runs `body` on a worker thread.
    func onWorker<T: Sendable>(_ body: @escaping @Sendable () throws(SandboxError) -> T) async throws(SandboxError) -> T {
        try await ArchiveThreads.run(on: work, body)
    }

    static func run<T: Sendable>(
        on pool: NIOThreadPool, _ body: @escaping @Sendable () throws(SandboxError) -> T
    ) async throws(SandboxError) -> T {
        let result: Result<T, SandboxError>
        do {
            result = try await pool.runIfActive { () -> Result<T, SandboxError> in
                do throws(SandboxError) {
                    return .success(try body())
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw SandboxError(.cancelled, "the work was cancelled", cause: error)
        }
        return try result.get()
    }
}
