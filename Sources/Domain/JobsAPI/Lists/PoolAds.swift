package import HTTPEndpoints

/// The members after the ads of a list of the pool's machines or daemons.
package struct PoolAdsEnd: ResourceValue, Hashable {
    package var count: Int

    package init(count: Int) {
        self.count = count
    }

    package static let resource = Resource("", make: PoolAdsEnd.init) {
        Member.required("count", \.count, .integer(0...), "Ads in this answer")
    }
}

/// Ads of the pool's machines or daemons.
package enum PoolAds {
    package static let resource = ListResource(
        "PoolAds", list: "ads", of: Codec<RawJSON>.openObject(.object([.optional("Name", .string())], additional: .anything)),
        end: PoolAdsEnd.resource)
}
