import ClassAd
import CondorClient
import CondorProtocol
import Crypto
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore

extension JobsService {
    /// `GET /jobs`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        try await list(request, caller, within: nil)
    }

    /// `GET /jobs/{id}`: a job's ad, or a cluster's list.
    func get(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try Self.selection(request)
        guard case .job(let id) = selection else { return try await list(request, caller, within: selection) }
        for item in request.target.query where item.name != JobEndpoints.projection.name {
            let detail = "\(item.name): of no use for one job"
            throw Problem(.unknownParameter, detail, errors: [.init(.parameter(item.name), detail)])
        }
        let projection = try ListQuery.projection(try request.query(JobEndpoints.projection))
        let found = try await askingScheduler { () async throws(CondorError) -> WireAd? in try await schedd(caller).job(id) }
        guard let ad = found else { throw selection.notFound }
        var json = JSONWriter(capacity: ad.byteCount + ad.byteCount / 4 + 64)
        ad.writeJSON(into: &json)
        let tag = Self.entityTag(json)
        if request.headers[.ifNoneMatch].map({ Self.matches($0, tag, weakly: true) }) ?? false {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        if !projection.isEmpty {
            json.removeAll()
            ad.writeJSON(into: &json, projection: AttributeProjection(projection))
        }
        let bytes = json.withUnsafeBytes { ByteBuffer(bytes: $0) }
        return .bytes(bytes, type: "application/json", headers: [.eTag: tag])
    }

    /// The tag of a job's whole ad, whatever part of it an answer shows: it changes with every change of the job.
    static func entityTag(_ json: borrowing JSONWriter) -> String {
        let digest = json.withUnsafeBytes { SHA256.hash(data: $0) }
        let hex = digest.prefix(12).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return "\"\(hex)\""
    }

    /// Whether a list of entity tags (`If-Match`, `If-None-Match`) has this one; `*` has any.
    /// - Parameter weakly: a weak tag counts as well; `If-Match` does not take one (RFC 9110, section 13.1.1).
    static func matches(_ field: String, _ tag: String, weakly: Bool) -> Bool {
        field.split(separator: ",").contains { item in
            var item = item.drop { $0 == " " }
            while item.last == " " { item = item.dropLast() }
            if weakly, item.hasPrefix("W/") { item = item.dropFirst(2) }
            return item == "*" || item == tag
        }
    }

    private func list(_ request: Request, _ caller: Caller, within selection: JobSelection?) async throws -> Response {
        var query = try ListQuery(request)
        let format = ListFormat(accepting: request)
        let (isMeant, isMine) = (query.expression(within: selection), query.ownedByMe)
        query.projection = try await ProjectionSpelling.resolve(query.projection) { hasSome in
            var question = JobQuery(constraint: .conjunction([isMeant, hasSome]), onlyMine: isMine)
            question.limit = 1
            return try await allAds(question, caller).first
        }
        if let limit = query.limit { return try await page(query, limit, format, request, caller, within: selection) }

        let ads = schedd(caller).jobs(question(query, within: selection))
        var iterator = ads.makeAsyncIterator()
        // Nothing is answered before the scheduler has accepted the identity and answered.
        let first = try await askingScheduler { () async throws(CondorError) in try await iterator.next() }
        if first == nil, let selection, try await isEmpty(selection, query, caller) { throw selection.notFound }
        let rest = iterator
        let projection = query.attributeProjection
        return .stream(type: format.contentType) { body in
            var rest = rest
            var stream = AdListStream(format, member: "jobs", projection: projection, to: body)
            var batch = first
            while let ads = batch {
                try await stream.write(ads)
                do throws(CondorError) {
                    batch = try await rest.next()
                } catch {
                    return try await stream.fail(Problem(error))
                }
            }
            try await stream.end(nextCursor: nil)
        }
    }

    /// A page in the order of ids.
    private func page(
        _ query: ListQuery, _ limit: Int, _ format: ListFormat, _ request: Request, _ caller: Caller, within selection: JobSelection?
    ) async throws -> Response {
        let schedd = schedd(caller)
        let (jobs, hasMore): ([(id: JobID, ad: WireAd?)], Bool)
        if let page = try await pageInCluster(query, limit, schedd, within: selection) {
            (jobs, hasMore) = page
        } else {
            (jobs, hasMore) = try await collect(question(query, within: selection), limit, schedd)
        }
        if jobs.isEmpty, let selection, try await isEmpty(selection, query, caller) { throw selection.notFound }
        let nextCursor = hasMore ? jobs.last.map { JobCursor(after: $0.id).text } : nil
        let projection = query.attributeProjection
        var headers = HTTPFields()
        if let nextCursor, let link = HTTPField.Name("Link") { headers[link] = "<\(Self.nextPage(request, nextCursor))>; rel=\"next\"" }
        let fetch = JobFetch(schedd: schedd, projection: query.wireProjection, onlyMine: query.ownedByMe)
        return .stream(type: format.contentType, headers: headers) { body in
            var stream = AdListStream(format, member: "jobs", projection: projection, to: body)
            if jobs.first?.ad != nil {
                try await stream.write(jobs.lazy.compactMap(\.ad))
            } else {
                var start = 0
                while start < jobs.count {
                    let end = min(start + JobFetch.chunk, jobs.count)
                    let ads: [WireAd]
                    do throws(CondorError) {
                        ads = try await fetch.ads(jobs[start..<end].map(\.id))
                    } catch {
                        return try await stream.fail(Problem(error))
                    }
                    try await stream.write(ads)
                    start = end
                }
            }
            try await stream.end(nextCursor: nextCursor)
        }
    }

    /// The first jobs of an answer in the order of their ids, and whether there are more.
    private func collect(_ question: JobQuery, _ limit: Int, _ schedd: Schedd) async throws -> (jobs: [(id: JobID, ad: WireAd?)], hasMore: Bool) {
        var collector = JobPageCollector(limit: limit)
        var iterator = schedd.jobs(question).makeAsyncIterator()
        try await askingScheduler { () async throws(CondorError) -> Void in
            while let ads = try await iterator.next() {
                for ad in ads { collector.add(ad) }
            }
        }
        return collector.page()
    }

    /// The page behind a cursor if the next jobs are those with the next numbers of the same cluster, as is often so: then the scheduler need not send all that is left
    /// of a long list. Nil if they are not.
    private func pageInCluster(
        _ query: ListQuery, _ limit: Int, _ schedd: Schedd, within selection: JobSelection?
    ) async throws -> (jobs: [(id: JobID, ad: WireAd?)], hasMore: Bool)? {
        guard let last = query.cursor?.last, limit <= 10_000 else { return nil }
        var narrow = question(query, within: selection)
        narrow.constraint = .conjunction([
            .binary(.equal, .attribute("ClusterId"), .integer(last.cluster)),
            .binary(.lessOrEqual, .attribute("ProcId"), .integer(last.proc + limit + 1)),
            narrow.constraint,
        ])
        let page = try await collect(narrow, limit, schedd)
        return page.hasMore ? page : nil
    }

    private func question(_ query: ListQuery, within selection: JobSelection?) -> JobQuery {
        JobQuery(constraint: query.expression(within: selection), projection: query.wireProjection, onlyMine: query.ownedByMe)
    }

    /// Whether a cluster has no jobs at all, rather than none that the other parameters let through.
    private func isEmpty(_ selection: JobSelection, _ query: ListQuery, _ caller: Caller) async throws -> Bool {
        if query.constraint == nil && query.cursor == nil && !query.ownedByMe { return true }
        return try await jobs(selection, caller, projection: ["ProcId"], limit: 1).isEmpty
    }

    /// A few jobs' ads, for decisions.
    func jobs(_ selection: JobSelection, _ caller: Caller, projection: [String], limit: Int?) async throws -> [WireAd] {
        var question = JobQuery(selection, projection: projection)
        if let limit { question.limit = limit }
        return try await allAds(question, caller)
    }

    private func allAds(_ question: JobQuery, _ caller: Caller) async throws -> [WireAd] {
        let batches = schedd(caller).jobs(question)
        return try await askingScheduler { () async throws(CondorError) in
            var found: [WireAd] = []
            for try await ads in batches { found += ads }
            return found
        }
    }

    /// The request's own path and query with another cursor.
    static func nextPage(_ request: Request, _ cursor: String) -> String {
        var items = request.target.query.filter { $0.name != JobEndpoints.cursor.name }.map { ($0.name, $0.value) }
        items.append((JobEndpoints.cursor.name, cursor))
        return request.target.rawPath + "?" + items.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
    }

    /// - Parameter kept: characters besides the unreserved ones that may stay.
    static func percentEncoded(_ text: String, keeping kept: String = ",") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            case _ where kept.utf8.contains(byte): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Asks for the ads of known jobs, in their order.
private struct JobFetch: Sendable {
    /// Jobs asked for at a time.
    static let chunk = 256

    let schedd: Schedd
    let projection: [String]
    let onlyMine: Bool

    /// Jobs that have left the queue meanwhile are left out.
    func ads(_ ids: [JobID]) async throws(CondorError) -> [WireAd] {
        var clusters: [Int: [Int]] = [:]
        for id in ids { clusters[id.cluster, default: []].append(id.proc) }
        let selection = clusters.keys.sorted().map { cluster in
            ExprTree.conjunction([
                .binary(.equal, .attribute("ClusterId"), .integer(cluster)),
                .disjunction((clusters[cluster] ?? []).map { .binary(.equal, .attribute("ProcId"), .integer($0)) }),
            ])
        }
        var found: [JobID: WireAd] = [:]
        for try await batch in schedd.jobs(JobQuery(constraint: .disjunction(selection), projection: projection, onlyMine: onlyMine)) {
            for ad in batch {
                if let id = JobID(ad) { found[id] = ad }
            }
        }
        return ids.compactMap { found[$0] }
    }
}
