import NIOPosix

/// Where file operations run that can take long: neither on the event loops nor on the threads of the tasks.
enum DiskThreads {
    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws(FileError) -> Result) async throws(FileError) -> Result {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try body() }
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError("the server stops", 125)
        }
    }
}
