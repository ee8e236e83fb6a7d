import Cedar

/// A failure of a command, in terms of what the caller can do about it.
///
/// Equality looks at the code only. No text of it ever holds a secret.
package struct CondorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure. New codes may be added.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        private init(_ description: String) { self.description = description }

        /// The daemon cannot be found, does not answer, or ended the connection.
        package static let unreachable = Code("unreachable")
        /// A deadline passed.
        package static let timedOut = Code("timed out")
        /// The daemon does not accept the credential, or could not prove that it knows it.
        package static let authenticationFailed = Code("authentication failed")
        /// The identity is accepted but may not do this.
        package static let permissionDenied = Code("permission denied")
        /// The daemon understood and refused; ``CondorError/reason`` and ``CondorError/errno`` say why.
        package static let refused = Code("refused")
        /// The job's state does not allow it.
        package static let wrongState = Code("wrong state")
        /// There is no such job or daemon.
        package static let notFound = Code("not found")
        /// The peer does not keep to the protocol.
        package static let protocolViolation = Code("protocol violation")
        /// The source of the bytes to send failed, or did not give what it had announced.
        package static let sourceFailed = Code("source failed")
        /// The peer does not know the session to resume. Leads to a new negotiation and is never seen by callers.
        static let sessionUnknown = Code("session unknown")
        /// The caller's task was cancelled.
        package static let cancelled = Code("cancelled")
    }

    package var code: Code
    /// One sentence for people; the daemon's own words where it gave some.
    package var reason: String
    /// The daemon's error number (Linux values), where it gave one.
    package var errno: Int?
    /// The attribute that was refused, for an edit or a submission.
    package var attribute: String?
    /// False when the command may or may not have taken effect: the connection failed after the daemon had been told to act.
    package var isOutcomeKnown: Bool

    package init(_ code: Code, _ reason: String, errno: Int? = nil, attribute: String? = nil, isOutcomeKnown: Bool = true) {
        self.code = code
        self.reason = reason
        self.errno = errno
        self.attribute = attribute
        self.isOutcomeKnown = isOutcomeKnown
    }

    package static func == (left: CondorError, right: CondorError) -> Bool { left.code == right.code }

    package var description: String {
        var text = "\(code): \(reason)"
        if let attribute { text += " (attribute \(attribute))" }
        if let errno { text += " (errno \(errno))" }
        if !isOutcomeKnown { text += "; it is not known whether it took effect" }
        return text
    }

    /// The same failure of a command that may have taken effect already.
    func withUnknownOutcome() -> CondorError {
        var copy = self
        copy.isOutcomeKnown = false
        return copy
    }
}

extension CondorError {
    /// A refusal of the queue management by its errno: EPERM and EACCES are a matter of permission, ENOENT is a missing job.
    static func queue(errno: Int, reason: String?, attribute: String? = nil, doing what: String) -> CondorError {
        let code: Code
        let text: String
        switch errno {
        case 1, 13:
            code = .permissionDenied
            text = "the scheduler does not permit \(what)"
        case 2:
            code = .notFound
            text = "the scheduler knows no such job"
        default:
            code = .refused
            text = "the scheduler refused \(what)"
        }
        return CondorError(code, reason ?? text, errno: errno, attribute: attribute)
    }
}
