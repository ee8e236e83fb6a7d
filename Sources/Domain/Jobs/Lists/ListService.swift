package import ClassAd
package import CondorClient
package import CondorModel
import CondorProtocol

/// Reads jobs of the queue: a single ad or a list.
package struct ListService: Sendable {
    let client: CondorClient

    package init(client: CondorClient) {
        self.client = client
    }

    func schedd(_ caller: Caller) -> Schedd { client.schedd(as: caller.credential) }

    /// The whole ad of one job.
    /// - Throws: `jobNotFound`, `commandFailed`, `cancelled`.
    package func job(_ id: JobID, _ caller: Caller) async throws(JobsError) -> WireAd {
        let found = try await commanding { () async throws(CondorError) in try await schedd(caller).job(id) }
        guard let found else { throw .notFound(.job(id)) }
        return found
    }

    /// Jobs of the queue, or of one cluster. Without a limit they stream in the scheduler's order; with one, a page in id order is returned.
    /// - Throws: `clusterNotFound` if the cluster has no jobs at all; `commandFailed`, `cancelled`.
    package func jobs(_ query: JobListQuery, within selection: JobSelection? = nil, _ caller: Caller) async throws(JobsError) -> AdList {
        let schedd = schedd(caller)
        var query = query
        let (isMeant, onlyMine) = (query.expression(within: selection), query.ownedByMe)
        query.projection = try await ProjectionSpelling.resolve(query.projection) { hasSome throws(JobsError) in
            var question = JobQuery(constraint: .conjunction([isMeant, hasSome]), onlyMine: onlyMine)
            question.limit = 1
            let asked = question
            return try await commanding { () async throws(CondorError) in try await schedd.ads(asked) }.first
        }
        if let limit = query.limit { return try await page(query, limit, within: selection, schedd) }
        var iterator = schedd.jobs(query.question(within: selection)).makeAsyncIterator()
        let first = try await commanding { () async throws(CondorError) in try await iterator.next() }
        if first == nil, let selection, try await isEmpty(selection, query, schedd) { throw .notFound(selection) }
        return AdList(first: first, then: first == nil ? .none : .jobs(iterator), projection: query.projection)
    }

    /// A page in id order.
    private func page(_ query: JobListQuery, _ limit: Int, within selection: JobSelection?, _ schedd: Schedd) async throws(JobsError) -> AdList {
        var page = try await pageInCluster(query, limit, within: selection, schedd)
        if page == nil { page = try await collect(query.question(within: selection), limit, schedd) }
        let jobs = page?.jobs ?? []
        if jobs.isEmpty, let selection, try await isEmpty(selection, query, schedd) { throw .notFound(selection) }
        let nextCursor = page?.hasMore == true ? jobs.last.map { JobCursor(after: $0.id).text } : nil
        if jobs.first?.ad != nil {
            return AdList(first: jobs.compactMap(\.ad), then: .none, projection: query.projection, nextCursor: nextCursor)
        }
        let known = KnownJobs(jobs.map(\.id), at: schedd, projection: query.wireProjection, onlyMine: query.ownedByMe)
        return AdList(first: nil, then: .known(known), projection: query.projection, nextCursor: nextCursor)
    }

    /// The first jobs of an answer in id order, and whether more follow.
    private func collect(
        _ question: JobQuery, _ limit: Int, _ schedd: Schedd
    ) async throws(JobsError) -> (jobs: [(id: JobID, ad: WireAd?)], hasMore: Bool) {
        var collector = JobPageCollector(limit: limit)
        var iterator = schedd.jobs(question).makeAsyncIterator()
        do throws(CondorError) {
            while let ads = try await iterator.next() {
                for ad in ads { collector.add(ad) }
            }
        } catch {
            throw JobsError(error)
        }
        return collector.page()
    }

    /// The page after a cursor if it lies within the cursor's cluster, as is often the case. Then the scheduler need not send the rest of a long
    /// list. Nil otherwise.
    private func pageInCluster(
        _ query: JobListQuery, _ limit: Int, within selection: JobSelection?, _ schedd: Schedd
    ) async throws(JobsError) -> (jobs: [(id: JobID, ad: WireAd?)], hasMore: Bool)? {
        guard let last = query.cursor?.last, limit <= 10_000 else { return nil }
        var narrow = query.question(within: selection)
        narrow.constraint = .conjunction([
            .binary(.equal, .attribute("ClusterId"), .integer(last.cluster)),
            .binary(.lessOrEqual, .attribute("ProcId"), .integer(last.proc + limit + 1)),
            narrow.constraint,
        ])
        let page = try await collect(narrow, limit, schedd)
        return page.hasMore ? page : nil
    }

    /// Whether the cluster has no jobs at all, rather than none that match the query.
    private func isEmpty(_ selection: JobSelection, _ query: JobListQuery, _ schedd: Schedd) async throws(JobsError) -> Bool {
        if query.constraint == nil && query.cursor == nil && !query.ownedByMe { return true }
        return try await schedd.ads(selection, projection: ["ProcId"], limit: 1).isEmpty
    }
}
