package import HTTPEndpoints

/// The body of an action on jobs.
package struct ActionBody: ResourceValue, Hashable {
    package var reason: String?
    /// Becomes `HoldReasonSubCode`.
    package var reasonCode: Int?

    package init(reason: String? = nil, reasonCode: Int? = nil) {
        self.reason = reason
        self.reasonCode = reasonCode
    }

    package static let resource = Resource("ActionBody", make: ActionBody.init) {
        Member.optional("reason", \.reason, .reason)
        Member.optional("reason_code", \.reasonCode, .reasonCode, "Becomes HoldReasonSubCode")
    }
}

/// The body of a removal.
package struct RemoveBody: ResourceValue, Hashable {
    package var reason: String?

    package init(reason: String? = nil) {
        self.reason = reason
    }

    package static let resource = Resource("RemoveBody", make: RemoveBody.init) {
        Member.optional("reason", \.reason, .reason)
    }
}

/// The reason for an action, stored in the job's ad and in the history.
package enum ActionReason {
    /// In bytes of UTF-8.
    package static let maximumLength = 4096

    /// Whether the scheduler stores the reason unchanged.
    package static func isValid(_ reason: String) -> Bool {
        reason.utf8.count <= maximumLength && !reason.utf8.contains(0)
    }
}

extension Codec where Value == String {
    /// The reason for an action.
    package static var reason: Codec {
        .string(maxLength: ActionReason.maximumLength).checked("at most \(ActionReason.maximumLength) bytes without NUL", ActionReason.isValid)
    }
}

extension Codec where Value == Int {
    /// A subcode for a hold.
    package static var reasonCode: Codec { .integer(0...Int(Int32.max)) }
}
