package import Cedar
package import ClassAd

/// A query to a collector. A schedd also answers it about itself.
///
/// The answer is one message: the number 1 and an ad, repeatedly, then the number 0.
package struct CollectorQuery: Sendable {
    /// The kinds of ads.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case machines
        case schedulers
        case masters
        case submitters
        case collectors
        case negotiators
        case any

        package var command: Command {
            switch self {
            case .machines: .queryStartdAds
            case .schedulers: .queryScheddAds
            case .masters: .queryMasterAds
            case .submitters: .querySubmitterAds
            case .collectors: .queryCollectorAds
            case .negotiators: .queryNegotiatorAds
            case .any: .queryAnyAds
            }
        }

        /// The query's `TargetType`.
        var targetType: String {
            switch self {
            case .machines: "Machine"
            case .schedulers: "Scheduler"
            case .masters: "DaemonMaster"
            case .submitters: "Submitter"
            case .collectors: "Collector"
            case .negotiators: "Negotiator"
            case .any: "Any"
            }
        }
    }

    package var kind: Kind
    package var constraint: ExprTree
    /// The requested attributes; empty for all.
    package var projection: [String]
    package var limit: Int?
    /// The daemon's name, if only one is being located.
    package var location: String?

    package init(
        _ kind: Kind, constraint: ExprTree = .literal(.boolean(true)), projection: [String] = [], limit: Int? = nil, location: String? = nil
    ) {
        self.kind = kind
        self.constraint = constraint
        self.projection = projection
        self.limit = limit
        self.location = location
    }

    /// The query for a schedd's address.
    package static func locate(schedd name: String) -> CollectorQuery {
        CollectorQuery(
            .schedulers, constraint: .binary(.equal, .attribute("Name"), .string(name)),
            projection: ["MyAddress", "AddressV1", "CondorVersion", "CondorPlatform", "Name", "Machine"], limit: 1, location: name)
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("MyType", "Query")
        ad.set("TargetType", kind.targetType)
        ad["Requirements"] = constraint
        if !projection.isEmpty { ad.set("Projection", projection.joined(separator: " ")) }
        if let limit { ad.set("LimitResults", Int64(limit)) }
        if let location { ad.set("LocationQuery", location) }
        message.write(ad: ad)
    }

    /// Reads the query of a command that names the kind.
    package init(_ kind: Kind, from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        self.init(kind, constraint: try ad.requirements())
        projection = ad.nameList("Projection")
        limit = ad.int("LimitResults").flatMap { $0 < 0 ? nil : $0 }
        location = ad.string("LocationQuery")
    }
}

/// One step of the answer to a ``CollectorQuery``.
package enum CollectorReply: Sendable {
    case ad(WireAd)
    case end

    package init(from message: inout MessageDecoder) throws(CedarError) {
        self = try message.readInt() == 0 ? .end : .ad(try message.readAd())
    }

    package func encode(into message: inout MessageEncoder) {
        switch self {
        case .ad(let ad):
            message.write(integer: 1)
            message.write(ad: ad)
        case .end:
            message.write(integer: 0)
        }
    }
}
