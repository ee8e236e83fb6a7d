import CondorClient
import HTTPMessages
import HTTPTypes

/// What a command was about, so that the same failure of the scheduler becomes the right problem.
enum SchedulerContext: Sendable {
    case reading
    case submitting
    case acting
    case editing
    case spooling
}

extension Problem {
    /// The problem a failed command stands for. Decided by codes and numbers, never by the text of a message.
    init(_ error: CondorError, _ context: SchedulerContext = .reading) {
        let outcome = error.isOutcomeKnown ? "" : "; whether it took effect is not known"
        let detail = error.reason + outcome
        switch error.code {
        case .authenticationFailed:
            self.init(.tokenRejected, detail, headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#])
        case .permissionDenied:
            if context == .editing, let attribute = error.attribute {
                self.init(.notOwner, detail, errors: [.init(.pointer("/" + Self.escapedPointer(attribute)), detail)])
            } else {
                self.init(.notAuthorized, detail)
            }
        case .notFound: self.init(.jobNotFound, detail)
        case .wrongState: self.init(.wrongState, detail)
        case .refused:
            switch context {
            case .submitting: self.init(.submitRefused, detail)
            case .editing:
                let place = error.attribute.map { [Item(.pointer("/" + Self.escapedPointer($0)), detail)] } ?? []
                self.init(.editRefused, detail, errors: place)
            case .spooling: self.init(.spoolFailed, detail, headers: [.retryAfter: "5"])
            case .reading, .acting: self.init(.schedulerProtocol, detail)
            }
        case .timedOut: self.init(.schedulerTimeout, error.isOutcomeKnown ? detail + "; nothing was changed" : detail, headers: [.retryAfter: "5"])
        case .unreachable:
            if context == .spooling {
                self.init(.spoolFailed, detail, headers: [.retryAfter: "5"])
            } else {
                self.init(.schedulerUnavailable, detail, headers: [.retryAfter: "5"])
            }
        case .protocolViolation: self.init(.schedulerProtocol, detail)
        default: self.init(.internalError, detail)
        }
    }

    /// A token of a JSON pointer (RFC 6901).
    static func escapedPointer(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
    }
}

/// Runs a scheduler command, turning its failure into a problem.
func askingScheduler<Result>(
    _ context: SchedulerContext = .reading, _ command: () async throws(CondorError) -> Result
) async throws -> Result {
    do {
        return try await command()
    } catch {
        if error.code == .cancelled { throw CancellationError() }
        throw Problem(error, context)
    }
}
