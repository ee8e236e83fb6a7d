package import HTTPEndpoints
import JSON

/// The `limit` of a list: a number from 1, or `*` for no limit.
package struct ListLimit: Sendable, Hashable, ParameterValue {
    /// Nil for no limit.
    package var count: Int?

    package init?(parameter text: String) {
        if text == "*" {
            count = nil
            return
        }
        guard let value = Int(parameter: text), (1...Int(Int32.max)).contains(value) else { return nil }
        count = value
    }

    package static var parameterSchema: Schema {
        .anyOf([.integer(minimum: 1, maximum: Int64(Int32.max)), .constant("*")]).described("a number from 1 to \(Int32.max), or *")
    }
}
