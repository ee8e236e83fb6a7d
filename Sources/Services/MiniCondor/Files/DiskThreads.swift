import NIOPosix
import POSIX

/// The threads for file operations that may take long, separate from the event loops and the threads of tasks.
enum DiskThreads {
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws(SystemError) -> Result) async throws(SystemError) -> Result {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try body() }
        } catch let error as SystemError {
            throw error
        } catch {
            throw SystemError("the server is stopping", 125)
        }
    }
}
