import Cedar
import ClassAd
import CondorClient
import CondorProtocol
import Tokens

/// Our client on the real pool.
extension RealPool {
    var client: CondorClient {
        CondorClient(
            configuration: ClientConfiguration(scheduler: .addressFile(scheddAddressFile), collectors: [collector], trustDomain: trustDomain))
    }

    func credential(of user: String) throws -> Credential { .token(try BearerToken(token(of: user))) }

    func schedd(as user: String) throws -> Schedd { client.schedd(as: try credential(of: user)) }

    /// A job that needs no input: the execute machine's own program.
    func submission(_ command: String, arguments: String, count: Int = 1, status: Int64 = 1, extra: [String: ExprTree] = [:]) -> JobSubmission {
        var ad = ClassAd()
        ad["Owner"] = .undefined
        ad.set("JobUniverse", Int64(5))
        ad.set("Cmd", command)
        ad.set("Args", arguments)
        ad.set("Iwd", "/tmp")
        ad.set("In", "/dev/null")
        // A job that is not spooled leaves nothing in the machine's /tmp, where a file of another run's user would hold it.
        ad.set("Out", "/dev/null")
        ad.set("Err", "/dev/null")
        ad["Requirements"] = .boolean(true)
        ad.set("RequestCpus", Int64(1))
        ad.set("RequestMemory", Int64(64))
        ad.set("RequestDisk", Int64(1024))
        ad.set("TransferExecutable", false)
        ad.set("ShouldTransferFiles", "YES")
        ad.set("WhenToTransferOutput", "ON_EXIT")
        ad.set("MyType", "Job")
        for (name, value) in extra { ad[name] = value }
        let procs = (0..<count).map { _ in
            var proc = ClassAd()
            proc.set("JobStatus", status)
            return proc
        }
        return JobSubmission(clusterAd: ad, procAds: procs)
    }
}

extension AdBatches {
    /// All ads.
    func collected() async throws(CondorError) -> [WireAd] { try await collectedToTheEnd().ads }

    /// All ads, and what the daemon says behind them.
    func collectedToTheEnd() async throws(CondorError) -> (ads: [WireAd], summary: Summary?) {
        var ads: [WireAd] = []
        var iterator = makeAsyncIterator()
        while let batch = try await iterator.next() { ads += batch }
        return (ads, iterator.summary)
    }
}
