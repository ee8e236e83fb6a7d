package import Cedar
package import CondorModel

/// The request of SPOOL_JOB_FILES_WITH_PERMS (488). The client then sends one ``FileTransfer`` per job, in this order, and the server ends with an
/// ``Acknowledgement``.
///
/// Each job must belong to the caller, must not have been spooled before, and if held must be held for spooling; otherwise the server just closes
/// the connection. **If a transfer fails, the server removes all jobs of the request** (observed with 25.14.1).
package struct SpoolRequest: Sendable, Equatable {
    /// The largest number of jobs accepted from a peer.
    package static let maximumJobs = 1_000_000

    package var clientVersion: String
    package var jobs: [JobID]

    package init(clientVersion: String = CondorVersion.currentText, jobs: [JobID]) {
        self.clientVersion = clientVersion
        self.jobs = jobs
    }

    /// Encodes the first message. The second one is ``encodeJobs(into:)``.
    package func encode(into message: inout MessageEncoder) {
        message.write(string: clientVersion)
        message.write(integer: jobs.count)
    }

    package func encodeJobs(into message: inout MessageEncoder) {
        for job in jobs {
            message.write(integer: job.cluster)
            message.write(integer: job.proc)
        }
    }

    /// Reads the first message: the version and the number of jobs.
    package static func decodeHead(from message: inout MessageDecoder) throws(CedarError) -> (clientVersion: String, jobCount: Int) {
        let version = try message.readString()
        let count = try message.readInt()
        guard (1...maximumJobs).contains(count) else { throw CedarError(.malformed, "\(count) is no number of jobs to spool") }
        return (version, count)
    }

    /// Reads the second message.
    package static func decodeJobs(count: Int, from message: inout MessageDecoder) throws(CedarError) -> [JobID] {
        var jobs: [JobID] = []
        jobs.reserveCapacity(min(count, 1024))
        for _ in 0..<count {
            guard let id = JobID(cluster: try message.readInt(), proc: try message.readInt()) else {
                throw CedarError(.malformed, "not a job id")
            }
            jobs.append(id)
        }
        return jobs
    }
}

/// The request of TRANSFER_DATA_WITH_PERMS (489). The server answers with the number of jobs, then for each job its ad and a ``FileTransfer``; the
/// client ends with an ``Acknowledgement``.
///
/// On ``Acknowledgement/ok`` the schedd sets StageOutFinish for completed and removed jobs, which lets a spooled job leave the queue. On any other
/// number, or if the client just closes the connection, it does not (HTCondor 25.14, `condor_schedd.V6/schedd.cpp`, transferJobFilesReaper;
/// observed with 25.14.1).
package struct TransferDataRequest: Sendable, Equatable {
    package var clientVersion: String
    /// In old ClassAd syntax. Other users' jobs are skipped.
    package var constraint: String

    package init(clientVersion: String = CondorVersion.currentText, constraint: String) {
        self.clientVersion = clientVersion
        self.constraint = constraint
    }

    package func encode(into message: inout MessageEncoder) {
        message.write(string: clientVersion)
        message.write(string: constraint)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        clientVersion = try message.readString()
        constraint = try message.readString()
    }
}
