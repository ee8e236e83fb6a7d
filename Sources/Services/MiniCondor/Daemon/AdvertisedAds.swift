import ClassAd
import Synchronization

/// Ads of other daemons, as last received. Each expires unless it is sent again.
final class AdvertisedAds: Sendable {
    private struct Key: Hashable {
        var kind: AdKind
        var name: String
    }

    private struct Entry {
        var ad: WireAd
        var end: Int64
    }

    /// The lifetime, in seconds, of an ad without `ClassAdLifetime` (HTCondor's CLASSAD_LIFETIME).
    private static let lifetime: Int64 = 900
    private static let maximumAds = 10_000
    private static let maximumBytes = 1 << 20

    private let ads = Mutex<[Key: Entry]>([:])
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64

    init(now: @escaping @Sendable () -> Int64) { self.now = now }

    /// Stores an ad. An ad without a name, or beyond the limit, is ignored.
    func put(_ ad: WireAd, _ kind: AdKind) {
        guard let name = ad.string("Name") ?? ad.string("Machine"), ad.byteCount <= Self.maximumBytes else { return }
        let (now, key) = (now(), Key(kind: kind, name: name.lowercased()))
        let lifetime = min(max(1, ad.integer("ClassAdLifetime") ?? Self.lifetime), 7 * 86_400)
        var shown = ad
        shown.append(name: "LastHeardFrom", expression: .integer(now))
        let entry = Entry(ad: shown, end: now + lifetime)
        ads.withLock { ads in
            guard ads[key] != nil || ads.count < Self.maximumAds else { return }
            ads[key] = entry
        }
    }

    /// Removes the ads of a kind that satisfy the `Requirements` of a query.
    func remove(_ kind: AdKind, _ query: WireAd) {
        guard let requirements = try? query.expression("Requirements") else { return }
        ads.withLock { ads in
            ads = ads.filter { key, entry in
                guard key.kind == kind else { return true }
                let ad = entry.ad.classAd()
                return requirements.evaluate(my: ad, target: ad) != .boolean(true)
            }
        }
    }

    func removeExpired() {
        let now = now()
        ads.withLock { ads in
            if ads.contains(where: { $0.value.end <= now }) { ads = ads.filter { $0.value.end > now } }
        }
    }

    /// The unexpired ads of a kind, by name.
    func ads(_ kind: AdKind) -> [WireAd] {
        let now = now()
        return ads.withLock { ads in
            ads.filter { $0.value.end > now && (kind == .any || $0.key.kind == kind) }.sorted { $0.key.name < $1.key.name }.map(\.value.ad)
        }
    }
}
