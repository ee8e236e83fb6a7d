import ClassAd

/// Owners of jobs by number.
struct JobOwners: Sendable {
    /// A name, and the one with its domain.
    struct Owner: Sendable, Hashable {
        var name: String?
        var user: String?
    }

    private var numbers: [Owner: Int32] = [:]
    private var owners: [Owner] = []

    mutating func number(of ad: WireAd) -> Int32 {
        let owner = Owner(name: ad.string("Owner"), user: ad.string("User"))
        if let number = numbers[owner] { return number }
        guard let number = Int32(exactly: owners.count) else { return -1 }
        owners.append(owner)
        numbers[owner] = number
        return number
    }

    subscript(number: Int32) -> Owner? { number >= 0 && number < owners.count ? owners[Int(number)] : nil }
}
