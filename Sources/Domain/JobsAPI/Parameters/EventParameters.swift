package import HTTPEndpoints
import JSON

/// The parameters of the stream of events.
package enum EventParameters {
    package static let owner = Parameter<String>(
        "owner", .string(minLength: 1, maxLength: 256).example("alice"),
        "Only events of this user's jobs: an account's name, or with an @ the name with its domain"
    ) { (1...256).contains($0.unicodeScalars.count) }
    package static let cluster = Parameter<Int>("cluster", .integer(minimum: 1, maximum: Int64(Int32.max)), "Only events of this cluster's jobs")
}
