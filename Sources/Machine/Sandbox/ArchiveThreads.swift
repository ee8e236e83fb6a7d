import NIOPosix

/// The threads that read and compress archives, so that neither event loops nor Swift's cooperative threads ever block.
///
/// There are two pools. An archive that is still arriving occupies a thread of the first pool for as long as its sender takes. Work on data at hand
/// (compression, file reads and writes) uses the second pool and never waits for a network.
package final class ArchiveThreads: Sendable {
    let arriving: NIOThreadPool
    let work: NIOThreadPool

    /// Started on first use and kept for the life of the process, for eight arriving archives at a time and three workers.
    package static let shared = ArchiveThreads()

    /// - Parameters:
    ///   - arriving: the number of archives, too large for one block of memory, that are read at a time; more wait in order without being read.
    ///   - workers: the number of threads for compression and file access.
    package init(arriving: Int = 8, workers: Int = 3) {
        self.arriving = NIOThreadPool(numberOfThreads: max(1, arriving))
        self.work = NIOThreadPool(numberOfThreads: max(1, workers))
        self.arriving.start()
        self.work.start()
    }

    /// Ends the threads after their current work. Anything submitted later fails with `cancelled`. Not for ``shared``.
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
