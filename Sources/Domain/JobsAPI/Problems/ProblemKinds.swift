import HTTPEndpoints
package import HTTPMessages
import HTTPTypes

/// The closed list of the gateway's problem kinds, in addition to those of any HTTP server (``Problem/Kind``).
extension Problem.Kind {
    // Bad input.
    package static let badJobID = Self("BAD_JOB_ID", .badRequest, "Not a job id")
    package static let constraintSyntax = Self("CONSTRAINT_SYNTAX", .badRequest, "The constraint is not a ClassAd expression")
    package static let confirmationNeeded = Self("CONFIRMATION_NEEDED", .badRequest, "The constraint is true for all jobs")
    package static let badProjection = Self("BAD_PROJECTION", .badRequest, "The projection is not a list of attribute names")
    package static let badCursor = Self("BAD_CURSOR", .badRequest, "Not a cursor of this list")
    package static let submitSyntax = Self("SUBMIT_SYNTAX", .badRequest, "The submit description has errors")
    package static let badAttribute = Self("BAD_ATTRIBUTE", .badRequest, "The attributes cannot be set")
    package static let badArchive = Self("BAD_ARCHIVE", .badRequest, "The archive cannot be used")
    package static let missingFiles = Self("MISSING_FILES", .badRequest, "The sandbox lacks declared files")
    package static let sandboxTooLarge = Self("SANDBOX_TOO_LARGE", .contentTooLarge, "The sandbox is too large")

    // Credentials and permissions.
    package static let badUserHeader = Self("BAD_USER_HEADER", .badRequest, "The user header cannot be used")
    package static let badClientCertificate = Self("BAD_CLIENT_CERTIFICATE", .badRequest, "The client certificate cannot be used")
    package static let clientCertificateRejected = Self("CLIENT_CERTIFICATE_REJECTED", .unauthorized, "The client certificate is no longer valid")
    package static let otherSite = Self("OTHER_SITE", .forbidden, "The request comes from another site")
    package static let tokenMalformed = Self("TOKEN_MALFORMED", .unauthorized, "The token cannot be used")
    package static let tokenRejected = Self("TOKEN_REJECTED", .unauthorized, "The scheduler rejected the token")
    package static let notOwner = Self("NOT_OWNER", .forbidden, "The job belongs to somebody else")
    package static let notAuthorized = Self("NOT_AUTHORIZED", .forbidden, "The scheduler does not permit this")
    package static let attributeProtected = Self("ATTRIBUTE_PROTECTED", .forbidden, "The attribute cannot be changed")

    // Missing or conflicting resources.
    package static let jobNotFound = Self("JOB_NOT_FOUND", .notFound, "No such job")
    package static let clusterNotFound = Self("CLUSTER_NOT_FOUND", .notFound, "No such cluster")
    package static let noSuchFile = Self("NO_SUCH_FILE", .notFound, "No such file")
    package static let rangeNotSatisfiable = Self("RANGE_NOT_SATISFIABLE", .rangeNotSatisfiable, "The range lies outside the file")
    package static let noJobsMatched = Self("NO_JOBS_MATCHED", .notFound, "No job matches")
    package static let unexpectedCount = Self("UNEXPECTED_COUNT", .conflict, "The number of matching jobs differs from `expect`")
    package static let cursorGone = Self("CURSOR_GONE", .gone, "The cursor can no longer be honoured")
    package static let wrongState = Self("WRONG_STATE", .conflict, "The job's state does not allow this")
    package static let preconditionFailed = Self("PRECONDITION_FAILED", .preconditionFailed, "The job has changed")
    package static let outputUnavailable = Self("OUTPUT_UNAVAILABLE", .conflict, "The output cannot be read now")
    package static let notAwaitingInput = Self("NOT_AWAITING_INPUT", .conflict, "The job does not await input")

    package static let idempotencyKeyReused = Self(
        "IDEMPOTENCY_KEY_REUSED", .unprocessableContent, "The Idempotency-Key was used for another submission")

    // The scheduler.
    package static let submitRefused = Self("SUBMIT_REFUSED", .badRequest, "The scheduler refused the submission")
    package static let editRefused = Self("EDIT_REFUSED", .badRequest, "The scheduler refused the edit")
    package static let schedulerLimit = Self("SCHEDULER_LIMIT", .tooManyRequests, "A limit of the scheduler is reached")
    package static let schedulerUnavailable = Self("SCHEDULER_UNAVAILABLE", .serviceUnavailable, "The scheduler cannot be reached")
    package static let schedulerTimeout = Self("SCHEDULER_TIMEOUT", .gatewayTimeout, "The scheduler did not answer in time")
    package static let schedulerProtocol = Self("SCHEDULER_PROTOCOL", .badGateway, "The scheduler's answer cannot be understood")
    package static let noCollector = Self("NO_COLLECTOR", .notImplemented, "No collector is configured")
    package static let collectorUnavailable = Self("COLLECTOR_UNAVAILABLE", .serviceUnavailable, "The collector cannot be reached")
    package static let spoolFailed = Self("SPOOL_FAILED", .serviceUnavailable, "The scheduler did not accept the sandbox")
    package static let tooManyStreams = Self("TOO_MANY_STREAMS", .tooManyRequests, "Too many users or attributes are watched")
    /// Used only within a stream that has begun.
    package static let tooSlow = Self("TOO_SLOW", .tooManyRequests, "The events were not read in time")
    package static let rateLimited = Self("RATE_LIMITED", .tooManyRequests, "Too many requests")
    package static let draining = Self("DRAINING", .serviceUnavailable, "The gateway is shutting down")

    /// All kinds above.
    package static let all: [Self] =
        ofAnyServer + [
            .badJobID, .badBody, .unknownMember, .constraintSyntax, .confirmationNeeded, .badProjection, .badCursor, .submitSyntax,
            .badAttribute, .badArchive, .missingFiles, .sandboxTooLarge, .badUserHeader, .badClientCertificate,
            .clientCertificateRejected, .otherSite, .tokenMalformed, .tokenRejected, .notOwner,
            .notAuthorized, .attributeProtected, .jobNotFound, .clusterNotFound, .noSuchFile, .rangeNotSatisfiable, .noJobsMatched,
            .unexpectedCount, .cursorGone, .wrongState, .preconditionFailed, .outputUnavailable, .notAwaitingInput, .idempotencyKeyReused,
            .submitRefused, .editRefused, .schedulerLimit, .schedulerUnavailable, .schedulerTimeout, .schedulerProtocol, .noCollector,
            .collectorUnavailable, .spoolFailed, .tooManyStreams, .tooSlow, .rateLimited, .draining,
        ]
}
