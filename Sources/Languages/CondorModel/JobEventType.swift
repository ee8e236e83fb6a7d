/// The kinds of job events, under the names that clients of the API see.
package enum JobEventType: String, Sendable, Hashable, CaseIterable {
    case submit
    case execute
    case hold
    case release
    case suspend
    case resume = "continue"
    case evict
    case complete
    case remove
    case edit
}
