import Cedar

extension CondorError {
    /// A failure of the protocol or of the handshake, in the caller's terms.
    init(_ error: CedarError) {
        let code: Code
        switch error.code {
        case .connectionClosed:
            code = .unreachable
        case .negotiationFailed:
            // A server that does not want to resume a session may still negotiate a new one.
            code = error.phase == .resumption ? .sessionUnknown : .authenticationFailed
        case .authenticationFailed, .invalidCredential:
            code = .authenticationFailed
        case .integrity:
            // Within the handshake: the peers do not have the same key, so one of them is not who it claims to be.
            code = error.phase == nil ? .protocolViolation : .authenticationFailed
        case .permissionDenied:
            code = .permissionDenied
        case .unsupported:
            // A method of authentication that is not there is a matter of the credential; all else concerns the daemon.
            if case .authentication = error.phase { code = .authenticationFailed } else { code = .unreachable }
        case .unknownCommand:
            code = .refused
        case .unknownSession:
            code = .sessionUnknown
        case .incomplete, .malformed, .messageTooShort, .trailingBytes, .limitExceeded, .unexpectedEvent:
            code = .protocolViolation
        }
        self.init(code, error.description)
    }
}
