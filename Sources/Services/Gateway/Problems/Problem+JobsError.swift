import CondorClient
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import Sandbox

extension Problem {
    /// Converts an error of the domain into a problem. Only codes and numbers decide, never the text of a message.
    /// - Parameter place: where the findings are: a JSON pointer to the object that holds the attributes, or the text of a submit description.
    init(_ error: JobsError, at place: Item.Place = .body) {
        var detail = error.reason
        var headers: HTTPFields = [:]
        let kind: Kind
        switch error.code {
        case .commandFailed:
            guard let cause = error.cause else { fallthrough }
            self.init(cause, while: error.command ?? .reading, detail: detail, errors: error.findings.map { $0.item(at: place) })
            return
        case .jobNotFound: kind = .jobNotFound
        case .clusterNotFound: kind = .clusterNotFound
        case .noJobsMatched: kind = .noJobsMatched
        case .notOwner: kind = .notOwner
        case .wrongState: kind = .wrongState
        case .schedulerLimit: kind = .schedulerLimit
        case .unexpectedCount: kind = .unexpectedCount
        case .badAttribute: kind = .badAttribute
        case .attributeProtected: kind = .attributeProtected
        case .jobChanged:
            kind = .preconditionFailed
            detail += ": its ETag is another one now"
        case .badDescription: kind = .submitSyntax
        case .keyReused:
            self.init(.idempotencyKeyReused, detail, errors: [.init(.parameter("Idempotency-Key"), "used for another body")])
            return
        case .missingFiles: kind = .missingFiles
        case .notAwaitingInput: kind = .notAwaitingInput
        case .spoolFailed: kind = .spoolFailed
        case .fileNotFound: kind = .noSuchFile
        case .outputUnavailable: kind = .outputUnavailable
        case .cursorGone: kind = .cursorGone
        case .tooManyWatched: kind = .tooManyStreams
        case .tooSlow: kind = .tooSlow
        case .noCollector: kind = .noCollector
        default: kind = .internalError
        }
        if let retryAfter = error.retryAfter { headers[.retryAfter] = String(retryAfter.components.seconds) }
        self.init(kind, detail, errors: error.findings.map { $0.item(at: place) }, headers: headers)
    }

    /// Converts the failure of a command.
    private init(_ cause: CondorError, while command: JobsError.Command, detail: String, errors: [Item]) {
        let soon: HTTPFields = [.retryAfter: "5"]
        switch cause.code {
        case .authenticationFailed: self.init(.tokenRejected, detail, headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#])
        case .permissionDenied: self.init(.notAuthorized, detail)
        case .notFound: self.init(.jobNotFound, detail)
        case .wrongState: self.init(.wrongState, detail)
        case .refused:
            switch command {
            case .submitting: self.init(.submitRefused, detail)
            case .editing: self.init(.editRefused, detail, errors: errors)
            case .spooling: self.init(.spoolFailed, detail, headers: soon)
            case .reading, .acting, .askingCollector: self.init(.schedulerProtocol, detail)
            }
        case .timedOut: self.init(.schedulerTimeout, detail, headers: soon)
        case .unreachable:
            let kind: Kind =
                switch command {
                case .spooling: .spoolFailed
                case .askingCollector: .collectorUnavailable
                default: .schedulerUnavailable
                }
            self.init(kind, detail, headers: soon)
        case .protocolViolation: self.init(.schedulerProtocol, detail)
        default: self.init(.internalError, detail)
        }
    }

    /// Converts the error for an unusable archive or part.
    init(_ error: SandboxError) {
        let entry = error.entry.map { "'\($0)': " } ?? ""
        let detail = entry + error.reason
        switch error.code {
        case .archiveTooLarge, .contentTooLarge, .tooManyEntries: self.init(.sandboxTooLarge, detail)
        case .interrupted: self.init(.incompleteBody, "The upload ended early; nothing was sent to the scheduler")
        case .storageFailed: self.init(.internalError, "The upload could not be staged: \(detail)")
        default: self.init(.badArchive, "\(detail); nothing was sent to the scheduler", errors: [.init(.body, detail)])
        }
    }

    /// The error to throw when staging fails. If reading the request's body failed, it is that error.
    static func staging(_ error: SandboxError) -> any Error {
        if error.code == .cancelled { return CancellationError() }
        return error.cause as? Problem ?? Problem(error)
    }

    /// Escapes a name as a token of a JSON pointer (RFC 6901).
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

extension JobsError.Finding {
    fileprivate func item(at place: Problem.Item.Place) -> Problem.Item {
        guard let attribute else { return .init(place, reason, line: line, column: column) }
        var pointer = ""
        if case .pointer(let object) = place { pointer = object }
        return .init(.pointer(pointer + "/" + Problem.escapedPointer(attribute)), reason, line: line, column: column)
    }
}

/// Runs an operation of the domain and converts its errors into problems. This happens only here, at the border.
func answering<Result>(at place: Problem.Item.Place = .body, _ operation: () async throws -> Result) async throws -> Result {
    do {
        return try await operation()
    } catch let error as JobsError {
        throw error.code == .cancelled ? CancellationError() : Problem(error, at: place)
    } catch let error as CondorError {
        throw error.code == .cancelled ? CancellationError() : Problem(JobsError(error), at: place)
    }
}
