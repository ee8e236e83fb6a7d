import Cedar

extension CondorError {
    /// A failure of the protocol or of the handshake, in the caller's terms.
    init(_ error: CedarError) {
        let code: Code
        switch error.code {
        case .connectionClosed:
            code = .unreachable
        case .negotiationFailed, .authenticationFailed, .invalidCredential:
            code = .authenticationFailed
        case .integrity:
            // Within the handshake: the peers do not have the same key, so one of them is not who it claims to be.
            code = error.phase == nil ? .protocolViolation : .authenticationFailed
        case .permissionDenied:
            code = .permissionDenied
        case .unknownCommand, .unsupported:
            code = .refused
        case .unknownSession:
            code = .sessionUnknown
        case .incomplete, .malformed, .messageTooShort, .trailingBytes, .limitExceeded, .unexpectedEvent:
            code = .protocolViolation
        }
        self.init(code, error.description)
    }
}
