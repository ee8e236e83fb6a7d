import ClassAd
import CondorModel
import Diagnostics
import SubmitDescription

/// Reads the descriptions of clusters with late materialization and makes their jobs' ads, one after the other.
actor FactoryWorkshop {
    private struct Bench {
        var ads: SubmitAds
        var total: Int
        /// The number of the next job.
        var nextProc: Int
    }

    /// The ads that were made.
    struct Product: Sendable {
        /// Ads of the jobs from the requested number on.
        var procs: [StoredAd] = []
        /// The cluster's total number of jobs.
        var total = 0
        /// Why the description is unusable or a job cannot be made.
        var failure: String?
    }

    private var benches: [Int: Bench] = [:]
    private let domain: String

    init(domain: String) { self.domain = domain }

    /// Makes up to `count` jobs of a cluster, beginning with number `proc`.
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
            return Product(failure: error.diagnostics.first?.message ?? "the description is unusable")
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
        // A digest omits what the cluster's ad has and no job changes. Commands that a description must have are taken from the ad.
        if let command = ad.string("Cmd") { parameters.arguments.append(("executable", command)) }
        parameters.arguments.append(("transfer_executable", "false"))
        if let universe = ad.integer("JobUniverse").flatMap(Universe.init(rawValue:)), universe.runsAtScheduler {
            parameters.arguments.append(("universe", universe.name))
        }
        let plan = try SubmitDescription.parse(factory.digest, mode: .local(files), parameters: parameters)
        return Bench(ads: try plan.ads(clusterID: cluster), total: plan.procCount, nextProc: 0)
    }

    /// A job's ad without the attributes that the cluster's ad has too or that only the cluster decides.
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
