import Cedar
import ClassAd
import CondorProtocol

/// The collector's queries: 5, 6, 7, 12, 20, 48, 50, 53, 74.
enum CollectorQueries {
    static func run(_ call: CommandCall, kind: AdKind) async throws(ServerError) {
        let query = try await call.connection.message { message throws(CedarError) in try CollectorQuery(.any, from: &message) }
        try await answer(call, query, ads(kind, call.scheduler))
    }

    /// QUERY_MULTIPLE_ADS: queries several kinds at once, named by TargetType.
    static func runMultiple(_ call: CommandCall) async throws(ServerError) {
        let (query, kinds) = try await call.connection.message { message throws(CedarError) -> (CollectorQuery, [AdKind]) in
            var copy = message
            let names = (try copy.readAd().string("TargetType") ?? "Any").utf8.split { $0 == 0x2C || $0 == 0x20 }
            return (try CollectorQuery(.any, from: &message), names.compactMap { AdKind(rawValue: String(Substring($0))) })
        }
        try await answer(call, query, kinds.flatMap { ads($0, call.scheduler) })
    }

    private static func ads(_ kind: AdKind, _ scheduler: Scheduler) -> [WireAd] { scheduler.collectorAds(kind) + scheduler.advertised.ads(kind) }

    private static func answer(_ call: CommandCall, _ query: CollectorQuery, _ ads: [WireAd]) async throws(ServerError) {
        let projection = query.projection.isEmpty ? nil : query.projection
        var left = query.limit ?? .max
        for ad in ads where left > 0 {
            let tree = ad.classAd()
            guard query.constraint.evaluate(my: tree, target: tree) == .boolean(true) else { continue }
            left -= 1
            var message = MessageEncoder(encrypted: call.connection.isEncrypted)
            CollectorReply.ad(projection.map { ad.projected(to: $0) } ?? ad).encode(into: &message)
            try await call.connection.send(message: message.bytes, endsMessage: false)
        }
        try await call.connection.send { CollectorReply.end.encode(into: &$0) }
    }
}

extension WireAd {
    /// The ad reduced to those of these attributes that it has.
    fileprivate func projected(to names: [String]) -> WireAd {
        var ad = WireAd()
        for name in names {
            guard let expression = rawExpression(name) else { continue }
            ad.append(line: Array(name.utf8) + [0x20, 0x3D, 0x20] + expression)
        }
        return ad
    }
}
