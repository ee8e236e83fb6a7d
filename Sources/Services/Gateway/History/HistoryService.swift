import ClassAd
import CondorClient
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore

/// Jobs that have left the queue.
struct HistoryService: Sendable {
    let client: CondorClient

    func schedd(_ caller: Caller) -> Schedd { client.schedd(as: caller.credential) }

    /// The parameters of a list, read and checked.
    private struct Parameters {
        var constraint: ExprTree?
        var projection: [String]
        var limit: Int?
        var cursor: HistoryCursor?
        var since: HistorySince?

        init(_ request: Request) throws(Problem) {
            constraint = try request.query(JobEndpoints.constraint).map(ListQuery.constraint)
            projection = try ListQuery.projection(try request.query(JobEndpoints.projection))
            limit = try request.query(HistoryEndpoints.limit)?.count
            since = try request.query(HistoryEndpoints.since)
            if let text = try request.query(JobEndpoints.cursor) {
                cursor = HistoryCursor(text)
                if cursor == nil { throw ListQuery.badCursor }
            }
        }

        /// What to ask the scheduler.
        func question(within selection: JobSelection?) -> HistoryQuery {
            let parts = [selection?.expression, since?.expression, constraint].compactMap { $0 }
            var query = HistoryQuery(
                constraint: parts.isEmpty ? .boolean(true) : .conjunction(parts),
                projection: projection.isEmpty ? [] : projection + HistoryCursor.projection, since: since?.stop)
            // One more tells whether there are more. Records before the cursor cannot be left out by the scheduler.
            if let limit, cursor == nil { query.limit = limit + 1 }
            return query
        }
    }

    /// `GET /history`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        try await list(request, caller, within: nil)
    }

    /// `GET /history/{id}`: a job's newest record, or a cluster's list.
    func get(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try JobsService.selection(request)
        guard case .job = selection else { return try await list(request, caller, within: selection) }
        for item in request.target.query where item.name != JobEndpoints.projection.name {
            let detail = "\(item.name): of no use for one job"
            throw Problem(.unknownParameter, detail, errors: [.init(.parameter(item.name), detail)])
        }
        let projection = try ListQuery.projection(try request.query(JobEndpoints.projection))
        guard let ad = try await records(HistoryQuery(constraint: selection.expression, projection: [], limit: 1), caller).first else {
            throw selection.notFound
        }
        var json = JSONWriter(capacity: ad.byteCount + ad.byteCount / 4 + 64)
        ad.writeJSON(into: &json, projection: projection.isEmpty ? nil : AttributeProjection(projection))
        return .bytes(json.withUnsafeBytes { ByteBuffer(bytes: $0) }, type: "application/json")
    }

    private func list(_ request: Request, _ caller: Caller, within selection: JobSelection?) async throws -> Response {
        let parameters = try Parameters(request)
        let format = ListFormat(accepting: request)
        var records = HistoryRecords(schedd(caller).history(parameters.question(within: selection)))
        // Nothing is answered before the scheduler has accepted the identity and answered.
        records.begin(with: try await firstBatch(&records.iterator, caller))
        if records.isEmpty, let selection, try await isEmpty(selection, parameters, caller) { throw selection.notFound }
        if let cursor = parameters.cursor, try await !skip(to: cursor, &records) {
            throw Problem(.cursorGone, "The record this cursor names is no longer kept, or is not one of this list; begin again without a cursor")
        }
        let projection = parameters.projection.isEmpty ? nil : AttributeProjection(parameters.projection)
        guard let limit = parameters.limit else {
            let rest = records
            return .stream(type: format.contentType) { body in
                var rest = rest
                var stream = AdListStream(format, member: "jobs", projection: projection, to: body)
                do throws(CondorError) {
                    while let ads = try await rest.next(.max) {
                        do { try await stream.write(ads) } catch { throw CondorError(.cancelled, "the client has gone away") }
                    }
                } catch {
                    return try await stream.fail(Problem(error))
                }
                try await stream.end(nextCursor: nil)
            }
        }
        return try await page(records, limit, projection, format, request)
    }

    private func page(
        _ records: consuming HistoryRecords, _ limit: Int, _ projection: AttributeProjection?, _ format: ListFormat, _ request: Request
    ) async throws -> Response {
        var ads: [WireAd] = []
        while ads.count <= limit {
            let wanted = limit + 1 - ads.count
            guard let more = try await askingScheduler(.reading, { () async throws(CondorError) -> [WireAd]? in try await records.next(wanted) })
            else { break }
            ads += more
        }
        let hasMore = ads.count > limit
        let page = Array(ads.prefix(limit))
        let nextCursor = hasMore ? page.last.flatMap(HistoryCursor.init(after:))?.text : nil
        var headers = HTTPFields()
        if let nextCursor, let link = HTTPField.Name("Link") { headers[link] = "<\(JobsService.nextPage(request, nextCursor))>; rel=\"next\"" }
        return .stream(type: format.contentType, headers: headers) { body in
            var stream = AdListStream(format, member: "jobs", projection: projection, to: body)
            try await stream.write(page)
            try await stream.end(nextCursor: nextCursor)
        }
    }

    /// Passes over everything up to the cursor's record; false if it does not come.
    private func skip(to cursor: HistoryCursor, _ records: inout HistoryRecords) async throws -> Bool {
        while let ads = try await askingScheduler(.reading, { () async throws(CondorError) -> [WireAd]? in try await records.next(.max) }) {
            if let index = ads.firstIndex(where: { HistoryCursor(after: $0) == cursor }) {
                records.putBack(ads[(index + 1)...])
                return true
            }
        }
        return false
    }

    /// Whether there are no records of a cluster at all, rather than none that the other parameters let through.
    private func isEmpty(_ selection: JobSelection, _ parameters: Parameters, _ caller: Caller) async throws -> Bool {
        if parameters.constraint == nil, parameters.since == nil { return true }
        return try await records(HistoryQuery(constraint: selection.expression, projection: ["ClusterId"], limit: 1), caller).isEmpty
    }

    /// A few records, for decisions.
    func records(_ query: HistoryQuery, _ caller: Caller) async throws -> [WireAd] {
        var iterator = schedd(caller).history(query).makeAsyncIterator()
        guard var found = try await firstBatch(&iterator, caller) else { return [] }
        try await askingScheduler { () async throws(CondorError) in
            while let ads = try await iterator.next() { found += ads }
        }
        return found
    }

    /// The first batch of an answer; nil when there is none.
    ///
    /// A schedd that has no history file yet just closes the connection (observed against 25.14.1): if it answers other questions, there are no records.
    private func firstBatch(_ iterator: inout AdBatches<HistorySummary>.AsyncIterator, _ caller: Caller) async throws -> [WireAd]? {
        do throws(CondorError) {
            return try await iterator.next()
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            guard error.code == .unreachable else { throw Problem(error) }
            var queue = schedd(caller).jobs(JobQuery(constraint: .boolean(false), projection: ["ClusterId"], limit: 1)).makeAsyncIterator()
            return try await askingScheduler { () async throws(CondorError) in
                while try await queue.next() != nil {}
                return nil
            }
        }
    }
}

/// The records of an answer, with some that were read already in front.
private struct HistoryRecords: Sendable {
    var iterator: AdBatches<HistorySummary>.AsyncIterator
    private var front: ArraySlice<WireAd> = []
    private var isOver = false

    init(_ batches: AdBatches<HistorySummary>) { iterator = batches.makeAsyncIterator() }

    /// Whether nothing came at all, once it has begun.
    var isEmpty: Bool { front.isEmpty && isOver }

    mutating func begin(with batch: [WireAd]?) {
        front = (batch ?? [])[...]
        isOver = batch == nil
    }

    mutating func putBack(_ ads: ArraySlice<WireAd>) { front = ads }

    /// At most so many records; nil at the end.
    mutating func next(_ limit: Int) async throws(CondorError) -> [WireAd]? {
        if front.isEmpty, !isOver {
            if let batch = try await iterator.next() { front = batch[...] } else { isOver = true }
        }
        guard !front.isEmpty else { return nil }
        let taken = front.prefix(limit)
        front = front.dropFirst(taken.count)
        return Array(taken)
    }
}
