/// How much one side wants a security feature.
package enum SecurityLevel: String, Sendable, Hashable, CaseIterable {
    case never = "NEVER"
    case optional = "OPTIONAL"
    case preferred = "PREFERRED"
    case required = "REQUIRED"

    /// Reads a level as peers do: by its first letter, where YES and TRUE mean required, NO and FALSE never. A missing or unknown one counts as
    /// never.
    init(policyText text: String?) {
        switch text?.utf8.first {
        case UInt8(ascii: "R"), UInt8(ascii: "r"), UInt8(ascii: "Y"), UInt8(ascii: "y"), UInt8(ascii: "T"), UInt8(ascii: "t"):
            self = .required
        case UInt8(ascii: "P"), UInt8(ascii: "p"): self = .preferred
        case UInt8(ascii: "O"), UInt8(ascii: "o"): self = .optional
        default: self = .never
        }
    }

    /// The outcome for both sides: true or false, nil when they cannot agree.
    static func reconcile(_ client: SecurityLevel, _ server: SecurityLevel) -> Bool? {
        switch (client, server) {
        case (.never, .required), (.required, .never): nil
        case (.never, _), (_, .never), (.optional, .optional): false
        default: true
        }
    }
}
