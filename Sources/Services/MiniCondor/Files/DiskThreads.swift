import NIOPosix
import POSIX

/// Where file operations run that can take long: neither on the event loops nor on the threads of the tasks.
enum DiskThreads {
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws(SystemError) -> Result) async throws(SystemError) -> Result {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try body() }
        } catch let error as SystemError {
            throw error
        } catch {
            throw SystemError("the server stops", 125)
        }
    }
}
