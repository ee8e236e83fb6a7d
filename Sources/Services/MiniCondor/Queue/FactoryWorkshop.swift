import ClassAd
import CondorProtocol
import Diagnostics
import SubmitDescription

/// Reads the descriptions of clusters with late materialization and makes ads for their jobs, one after the other.
actor FactoryWorkshop {
    private struct Bench {
        var ads: SubmitAds
        var total: Int
        /// The number of the job that `ads` gives next.
        var nextProc: Int
    }

    /// What could be made.
    struct Product: Sendable {
        /// Ads for the jobs from the number that was asked for.
        var procs: [StoredAd] = []
        /// How many jobs the cluster has in the end.
        var total = 0
        /// Why the description or a job of it cannot be made.
        var failure: String?
    }

    private var benches: [Int: Bench] = [:]
    private let domain: String

    init(domain: String) { self.domain = domain }

    /// Makes up to `count` jobs of a cluster from number `proc` on.
    func make(_ count: Int, from proc: Int, of cluster: Int, ad: StoredAd, factory: JobFactory) -> Product {
        do {
            if benches[cluster] == nil { benches[cluster] = try bench(cluster, ad, factory) }
            guard var bench = benches[cluster] else { return Product() }
            if bench.nextProc != proc {
                bench.ads.skip(to: proc)
                bench.nextProc = proc
            }
            defer { benches[cluster] = bench }
            var product = Product(total: bench.total)
            while product.procs.count < count, let job = try bench.ads.next() {
                bench.nextProc += 1
                product.procs.append(Self.stored(job, cluster: ad))
            }
            return product
        } catch {
            benches[cluster] = nil
            return Product(failure: error.diagnostics.first?.message ?? "the description cannot be used")
        }
    }

    func forget(_ cluster: Int) { benches[cluster] = nil }

    private func bench(_ cluster: Int, _ ad: StoredAd, _ factory: JobFactory) throws(SubmitError) -> Bench {
        var parameters = SubmitParameters()
        parameters.isMaterializing = true
        parameters.warnsAboutUnused = false
        parameters.spool = false
        parameters.submitTime = ad.integer("QDate") ?? 0
        parameters.configuration["UID_DOMAIN"] = domain
        let files = FactoryFiles(workingDirectory: ad.string("Iwd") ?? "/tmp", itemFile: factory.itemFile, items: factory.items)
        // What the cluster ad has and no job changes is left out of a digest; what a description cannot do without is taken from the ad.
        if let command = ad.string("Cmd") { parameters.arguments.append(("executable", command)) }
        parameters.arguments.append(("transfer_executable", "false"))
        if let universe = ad.integer("JobUniverse"), universe == 7 || universe == 12 {
            parameters.arguments.append(("universe", universe == 7 ? "scheduler" : "local"))
        }
        let plan = try SubmitDescription.parse(factory.digest, mode: .local(files), parameters: parameters)
        return Bench(ads: try plan.ads(clusterID: cluster), total: plan.procCount, nextProc: 0)
    }

    /// The ad of a job without what the cluster has as well, and without what only the cluster decides.
    private static func stored(_ job: ClassAd, cluster: StoredAd) -> StoredAd {
        var ad = StoredAd()
        var fixed: Set = ["requirements", "transferexecutable", "jobstatus"]
        for name in cluster.string("EditedClusterAttrs")?.split(separator: ",") ?? [] { fixed.insert(name.lowercased()) }
        for (name, expression) in job where !fixed.contains(name.lowercased()) {
            let bytes = expression.wireBytes
            if let common = cluster[name], common.elementsEqual(bytes) { continue }
            ad.set(name, expression: bytes)
        }
        return ad
    }
}
