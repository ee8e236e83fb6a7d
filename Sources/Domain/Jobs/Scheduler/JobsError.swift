import ClassAd
package import CondorClient
package import CondorModel
import CondorProtocol

/// Why an operation on jobs failed.
package struct JobsError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. New codes may be added.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        private init(_ description: String) { self.description = description }

        /// A command to the scheduler or the collector failed; ``JobsError/cause`` says how, and ``JobsError/command`` which one.
        package static let commandFailed = Code("command failed")
        /// The caller's task was cancelled.
        package static let cancelled = Code("cancelled")

        // The jobs.
        package static let jobNotFound = Code("job not found")
        package static let clusterNotFound = Code("cluster not found")
        /// No job matches a constraint.
        package static let noJobsMatched = Code("no jobs matched")
        /// The job belongs to somebody else.
        package static let notOwner = Code("not the owner")
        /// The job's state does not allow the operation.
        package static let wrongState = Code("wrong state")
        /// A limit of the scheduler does not allow the operation now.
        package static let schedulerLimit = Code("limit of the scheduler")
        /// The number of matching jobs differs from the expected one. Nothing was changed.
        package static let unexpectedCount = Code("unexpected count")

        // Edits.
        /// A name or a value cannot be set; each finding names its attribute.
        package static let badAttribute = Code("bad attribute")
        /// The attribute cannot be changed by this caller, or by anybody.
        package static let attributeProtected = Code("protected attribute")
        /// The job has changed since the caller read it.
        package static let jobChanged = Code("job changed")

        // Submissions and input.
        /// The submit description has errors; each finding has its line.
        package static let badDescription = Code("bad submit description")
        /// The key was used for another submission.
        package static let keyReused = Code("idempotency key reused")
        /// The sandbox lacks declared files.
        package static let missingFiles = Code("missing files")
        /// The job does not await input.
        package static let notAwaitingInput = Code("not awaiting input")
        /// The scheduler did not accept the sandbox; the reason tells what happened to the job.
        package static let spoolFailed = Code("spooling failed")
        /// A file of the sandbox cannot be read, or its name is not allowed in a sandbox.
        package static let sandboxFailed = Code("sandbox failed")

        // Output.
        package static let fileNotFound = Code("file not found")
        /// The output exists but cannot be read now.
        package static let outputUnavailable = Code("output unavailable")

        // Lists and events.
        /// The continuation after the cursor is no longer known.
        package static let cursorGone = Code("cursor gone")
        /// Too many users or attributes are watched.
        package static let tooManyWatched = Code("too much is watched")
        /// The events were not read in time.
        package static let tooSlow = Code("too slow")
        /// No collector is configured.
        package static let noCollector = Code("no collector")
    }

    /// The purpose of a command.
    package enum Command: Sendable, Hashable {
        case reading
        case submitting
        case acting
        case editing
        case spooling
        /// A query to the collector rather than the scheduler.
        case askingCollector
    }

    /// One mistake in the caller's input.
    package struct Finding: Sendable, Hashable {
        /// The attribute that cannot be set; nil for a mistake in a text or a sandbox.
        package var attribute: String?
        package var reason: String
        /// Position in the submit description, counted from 1; nil if there is none.
        package var line: Int?
        package var column: Int?

        package init(_ reason: String, attribute: String? = nil, line: Int? = nil, column: Int? = nil) {
            self.reason = reason
            self.attribute = attribute
            self.line = line
            self.column = column
        }
    }

    package var code: Code
    /// A human-readable explanation of this occurrence. Never contains a secret.
    package var reason: String
    /// The individual mistakes, if they can be located.
    package var findings: [Finding]
    /// When a retry may succeed, if known.
    package var retryAfter: Duration?
    /// The underlying failure of a command; nil if the gateway itself refused.
    package var cause: CondorError?
    /// The purpose of that command.
    package var command: Command?

    package init(_ code: Code, _ reason: String, findings: [Finding] = [], retryAfter: Duration? = nil, cause: CondorError? = nil) {
        self.code = code
        self.retryAfter = retryAfter
        self.reason = reason
        self.findings = findings
        self.cause = cause
    }

    /// Wraps the failure of a command.
    package init(_ cause: CondorError, _ command: Command = .reading) {
        var reason = cause.reason
        if !cause.isOutcomeKnown {
            reason += "; whether it took effect is not known"
        } else if cause.code == .timedOut {
            reason += "; nothing was changed"
        }
        let findings = command == .editing ? cause.attribute.map { [Finding(reason, attribute: $0)] } ?? [] : []
        self.init(cause.code == .cancelled ? .cancelled : .commandFailed, reason, findings: findings, cause: cause)
        self.command = command
    }

    /// The caller's task was cancelled.
    static let cancellation = JobsError(.cancelled, "cancelled")

    /// The error for a missing job, a missing cluster, or a constraint that matches nothing.
    static func notFound(_ selection: JobSelection) -> JobsError {
        switch selection {
        case .job(let id): JobsError(.jobNotFound, "There is no job \(id)")
        case .cluster(let cluster): JobsError(.clusterNotFound, "There is no cluster \(cluster)")
        case .constraint: JobsError(.noJobsMatched, "No job matches the constraint")
        }
    }

    static func notOwner(_ selection: JobSelection) -> JobsError {
        JobsError(.notOwner, "\(selection.subject) belongs to somebody else")
    }

    /// Whether the job has left the queue, or lacks what was requested.
    var isNotFound: Bool {
        switch code {
        case .jobNotFound, .clusterNotFound, .noJobsMatched, .fileNotFound: true
        case .commandFailed: cause?.code == .notFound
        default: false
        }
    }

    package var description: String { "\(code): \(reason)" }
}

extension JobSelection {
    /// `7.0`, `7`, or the constraint.
    package var text: String {
        switch self {
        case .job(let id): id.description
        case .cluster(let cluster): String(cluster)
        case .constraint(let expression): expression.unparsed(.old)
        }
    }

    /// The subject of a sentence about the selection.
    package var subject: String {
        switch self {
        case .job(let id): "Job \(id)"
        case .cluster(let cluster): "Cluster \(cluster)"
        case .constraint: "The job"
        }
    }
}

/// Runs a command and converts its error.
func commanding<Result>(
    _ command: JobsError.Command = .reading, _ body: () async throws(CondorError) -> Result
) async throws(JobsError) -> Result {
    do {
        return try await body()
    } catch {
        throw JobsError(error, command)
    }
}
