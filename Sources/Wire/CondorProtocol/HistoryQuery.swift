package import Cedar
package import ClassAd

/// The query of QUERY_SCHEDD_HISTORY (515).
///
/// A streamed answer consists of a header ad (`Owner = 1`), one message per record, and a ``HistorySummary``. Otherwise the answer is one message
/// with the records and the summary. The schedd starts a helper for the answer, which answers only on encrypted connections, and silently closes
/// while no history file exists (observed with 25.14.1).
package struct HistoryQuery: Sendable {
    /// The source of the records.
    package enum Source: String, Sendable, Hashable {
        case jobs = ""
        /// One record for each run of a job.
        case epochs = "JOB_EPOCH"
    }

    package var constraint: ExprTree
    /// The requested attributes; empty for all.
    package var projection: [String]
    /// The largest number of records returned.
    package var limit: Int?
    /// The largest number of records examined.
    package var scanLimit: Int?
    /// The scan stops at the first record for which this is true, and excludes it.
    package var since: ExprTree?
    /// Oldest first instead of newest first.
    package var forwards: Bool
    package var source: Source
    /// One message per record.
    package var streams: Bool

    package init(
        constraint: ExprTree = .literal(.boolean(true)), projection: [String] = [], limit: Int? = nil, scanLimit: Int? = nil,
        since: ExprTree? = nil, forwards: Bool = false, source: Source = .jobs, streams: Bool = true
    ) {
        self.constraint = constraint
        self.projection = projection
        self.limit = limit
        self.scanLimit = scanLimit
        self.since = since
        self.forwards = forwards
        self.source = source
        self.streams = streams
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad["Requirements"] = constraint
        if !projection.isEmpty { ad.set("Projection", projection.joined(separator: ",")) }
        ad.set("NumJobMatches", Int64(limit ?? -1))
        if let scanLimit { ad.set("ScanLimit", Int64(scanLimit)) }
        if let since { ad["Since"] = since }
        if forwards { ad.set("HistoryReadForwards", true) }
        if source != .jobs { ad.set("HistoryRecordSource", source.rawValue) }
        ad.set("StreamResults", streams)
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        self.init(constraint: try ad.requirements())
        projection = ad.nameList("Projection")
        limit = ad.int("NumJobMatches").flatMap { $0 < 0 ? nil : $0 }
        scanLimit = ad.int("ScanLimit").flatMap { $0 < 0 ? nil : $0 }
        if ad.rawExpression("Since") != nil { since = try ad.tree("Since") }
        forwards = ad.boolean("HistoryReadForwards") ?? false
        if let name = ad.string("HistoryRecordSource") {
            guard let source = Source(rawValue: name.uppercased()) else { throw CedarError(.unsupported, "unknown HistoryRecordSource") }
            self.source = source
        }
        streams = ad.boolean("StreamResults") ?? false
    }
}

/// The last ad of the answer to a ``HistoryQuery``, with the integer `Owner` 0.
package struct HistorySummary: Sendable, Equatable {
    /// Number of records sent. Stock clients insist on the exact number.
    package var matched: Int
    /// Number of records examined.
    package var scanned: Int?
    package var errorCode: Int
    package var errorText: String?

    package init(matched: Int, scanned: Int? = nil, errorCode: Int = 0, errorText: String? = nil) {
        self.matched = matched
        self.scanned = scanned
        self.errorCode = errorCode
        self.errorText = errorText
    }

    /// Nil if the ad is a record or a header.
    package init?(_ ad: WireAd) {
        guard ad.integer("Owner") == 0 else { return nil }
        self.init(
            matched: ad.int("NumJobMatches") ?? 0, scanned: ad.int("AdCount"), errorCode: ad.int("ErrorCode") ?? 0,
            errorText: ad.string("ErrorString"))
    }

    /// Whether the ad is the header of a streamed answer.
    package static func isHeader(_ ad: WireAd) -> Bool { ad.integer("Owner") == 1 }

    package static func encodeHeader(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("Owner", Int64(1))
        ad.set("StreamResults", true)
        message.write(ad: ad)
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("Owner", Int64(0))
        ad.set("NumJobMatches", Int64(matched))
        ad.set("MalformedAds", Int64(0))
        ad.set("AdCount", Int64(scanned ?? matched))
        if errorCode != 0 { ad.set("ErrorCode", Int64(errorCode)) }
        if let errorText { ad.set("ErrorString", errorText) }
        message.write(ad: ad)
    }
}
