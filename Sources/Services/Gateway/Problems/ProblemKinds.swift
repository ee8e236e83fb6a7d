import HTTPEndpoints
import HTTPMessages
import HTTPTypes

/// The closed list of the gateway's problem kinds, in addition to those of any HTTP server (``Problem/Kind``).
extension Problem.Kind {
    // Bad input.
    static let badJobID = Self("BAD_JOB_ID", .badRequest, "Not a job id")
    static let constraintSyntax = Self("CONSTRAINT_SYNTAX", .badRequest, "The constraint is not a ClassAd expression")
    static let confirmationNeeded = Self("CONFIRMATION_NEEDED", .badRequest, "The constraint is true for all jobs")
    static let badProjection = Self("BAD_PROJECTION", .badRequest, "The projection is not a list of attribute names")
    static let badCursor = Self("BAD_CURSOR", .badRequest, "Not a cursor of this list")
    static let submitSyntax = Self("SUBMIT_SYNTAX", .badRequest, "The submit description has errors")
    static let badAttribute = Self("BAD_ATTRIBUTE", .badRequest, "The attributes cannot be set")
    static let badArchive = Self("BAD_ARCHIVE", .badRequest, "The archive cannot be used")
    static let missingFiles = Self("MISSING_FILES", .badRequest, "The sandbox lacks declared files")
    static let sandboxTooLarge = Self("SANDBOX_TOO_LARGE", .contentTooLarge, "The sandbox is too large")

    // Credentials and permissions.
    static let badUserHeader = Self("BAD_USER_HEADER", .badRequest, "The user header cannot be used")
    static let badClientCertificate = Self("BAD_CLIENT_CERTIFICATE", .badRequest, "The client certificate cannot be used")
    static let clientCertificateRejected = Self("CLIENT_CERTIFICATE_REJECTED", .unauthorized, "The client certificate is no longer valid")
    static let otherSite = Self("OTHER_SITE", .forbidden, "The request comes from another site")
    static let tokenMalformed = Self("TOKEN_MALFORMED", .unauthorized, "The token cannot be used")
    static let tokenRejected = Self("TOKEN_REJECTED", .unauthorized, "The scheduler rejected the token")
    static let notOwner = Self("NOT_OWNER", .forbidden, "The job belongs to somebody else")
    static let notAuthorized = Self("NOT_AUTHORIZED", .forbidden, "The scheduler does not permit this")
    static let attributeProtected = Self("ATTRIBUTE_PROTECTED", .forbidden, "The attribute cannot be changed")

    // Missing or conflicting resources.
    static let jobNotFound = Self("JOB_NOT_FOUND", .notFound, "No such job")
    static let clusterNotFound = Self("CLUSTER_NOT_FOUND", .notFound, "No such cluster")
    static let noSuchFile = Self("NO_SUCH_FILE", .notFound, "No such file")
    static let rangeNotSatisfiable = Self("RANGE_NOT_SATISFIABLE", .rangeNotSatisfiable, "The range lies outside the file")
    static let noJobsMatched = Self("NO_JOBS_MATCHED", .notFound, "No job matches")
    static let unexpectedCount = Self("UNEXPECTED_COUNT", .conflict, "The number of matching jobs differs from `expect`")
    static let cursorGone = Self("CURSOR_GONE", .gone, "The cursor can no longer be honoured")
    static let wrongState = Self("WRONG_STATE", .conflict, "The job's state does not allow this")
    static let preconditionFailed = Self("PRECONDITION_FAILED", .preconditionFailed, "The job has changed")
    static let outputUnavailable = Self("OUTPUT_UNAVAILABLE", .conflict, "The output cannot be read now")
    static let notAwaitingInput = Self("NOT_AWAITING_INPUT", .conflict, "The job does not await input")

    static let idempotencyKeyReused = Self("IDEMPOTENCY_KEY_REUSED", .unprocessableContent, "The Idempotency-Key was used for another submission")

    // The scheduler.
    static let submitRefused = Self("SUBMIT_REFUSED", .badRequest, "The scheduler refused the submission")
    static let editRefused = Self("EDIT_REFUSED", .badRequest, "The scheduler refused the edit")
    static let schedulerLimit = Self("SCHEDULER_LIMIT", .tooManyRequests, "A limit of the scheduler is reached")
    static let schedulerUnavailable = Self("SCHEDULER_UNAVAILABLE", .serviceUnavailable, "The scheduler cannot be reached")
    static let schedulerTimeout = Self("SCHEDULER_TIMEOUT", .gatewayTimeout, "The scheduler did not answer in time")
    static let schedulerProtocol = Self("SCHEDULER_PROTOCOL", .badGateway, "The scheduler's answer cannot be understood")
    static let noCollector = Self("NO_COLLECTOR", .notImplemented, "No collector is configured")
    static let collectorUnavailable = Self("COLLECTOR_UNAVAILABLE", .serviceUnavailable, "The collector cannot be reached")
    static let spoolFailed = Self("SPOOL_FAILED", .serviceUnavailable, "The scheduler did not accept the sandbox")
    static let tooManyStreams = Self("TOO_MANY_STREAMS", .tooManyRequests, "Too many users or attributes are watched")
    /// Used only within a stream that has begun.
    static let tooSlow = Self("TOO_SLOW", .tooManyRequests, "The events were not read in time")
    static let rateLimited = Self("RATE_LIMITED", .tooManyRequests, "Too many requests")
    static let draining = Self("DRAINING", .serviceUnavailable, "The gateway is shutting down")

    /// All kinds above.
    static let all: [Self] =
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
