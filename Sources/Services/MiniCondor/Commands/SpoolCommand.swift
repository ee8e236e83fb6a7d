import Cedar
import CondorModel
import CondorProtocol
import Glibc
import Logging
import POSIX

/// SPOOL_JOB_FILES_WITH_PERMS (488): receives the input of several jobs, one transfer after the other. If one fails, all jobs of the request are
/// removed.
enum SpoolCommand {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let requester = try call.identified()
        let connection = call.connection
        let queue = call.scheduler.queue
        let count = try await connection.message { message throws(CedarError) in try SpoolRequest.decodeHead(from: &message).jobCount }
        let jobs = try await connection.message { message throws(CedarError) in try SpoolRequest.decodeJobs(count: count, from: &message) }
        do throws(QueueError) { try await queue.beginSpooling(jobs, by: requester) } catch { throw .refused(error.reason) }
        do throws(ServerError) {
            for job in jobs { try await receive(job, call) }
            do throws(QueueError) { try await queue.finishSpooling(jobs) } catch { throw .refused(error.reason) }
        } catch {
            do throws(QueueError) { try await queue.failSpooling(jobs) } catch { call.scheduler.logger.error("\(error.reason)") }
            try await connection.send { Acknowledgement.refused.encode(into: &$0) }
            throw error
        }
        try call.scheduler.faults.committed()
        try await connection.send { Acknowledgement.ok.encode(into: &$0) }
    }

    /// Receives into a temporary directory and moves it to its final place once it is complete.
    private static func receive(_ job: JobID, _ call: CommandCall) async throws(ServerError) {
        let spool = call.scheduler.queue.spool
        let (temporary, final) = (spool.temporaryDirectory(of: job), spool.directory(of: job))
        do throws(SystemError) {
            let directory = try await DiskThreads.run { () throws(SystemError) in try DirectoryHandle.make(temporary) }
            var receiver = SandboxReceiver(call.connection, into: directory)
            let isComplete: Bool
            do throws(ServerError) { isComplete = try await receiver.receive() } catch { throw SystemError("\(error)", ECONNABORTED) }
            guard isComplete else { throw SystemError("the input of job \(job) is not complete", EIO) }
            try await DiskThreads.run { () throws(SystemError) in try DirectoryHandle.replace(final, by: temporary) }
        } catch {
            _ = try? await DiskThreads.run { () throws(SystemError) in try DirectoryHandle.remove(temporary) }
            throw .refused(error.sentence)
        }
    }
}
