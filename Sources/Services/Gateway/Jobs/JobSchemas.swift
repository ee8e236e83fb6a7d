import HTTPEndpoints
import HTTPMessages
import JSON

/// The shapes of the answers about jobs, for the OpenAPI document.
enum JobSchemas {
    static let attributeName = "^[A-Za-z_][A-Za-z0-9_]*$"

    /// A job's ad: open-ended, so only a few well-known attributes are named.
    static let ad = Schema.object(
        [
            .optional("ClusterId", .integer(minimum: 1)),
            .optional("ProcId", .integer(minimum: 0)),
            .optional("Owner", .string().nullable),
            .optional("JobStatus", .integer().described("1 idle, 2 running, 3 removed, 4 completed, 5 held, 6 transferring output, 7 suspended")),
        ], additional: .anything
    ).described(
        #"""
        A job ClassAd. Literals are JSON literals, undefined is null, lists and nested ads are arrays and objects; any other expression is the \#
        string "\/Expr(text)\/".
        """#
    )

    static let page = Schema.object([
        .required("jobs", .array(of: .ref("JobAd"))),
        .required("count", .integer(minimum: 0).described("Jobs in this answer")),
        .required("has_more", .boolean.described("Whether jobs are left behind the last one")),
        .optional("next_cursor", .string().described("Give it as `cursor` to go on; there only when has_more is true")),
    ])

    static let warning = Schema.object(
        [
            .required("message", .string()), .optional("line", .integer(minimum: 1)), .optional("column", .integer(minimum: 1)),
        ])

    static let submitRequest = Schema.object([
        .required("submit_file", .string().described("The text of a submit description"))
    ]).example(["submit_file": "executable = /bin/echo\narguments = hello\noutput = out.txt\nqueue\n"])

    static let submitForm = Schema.object(
        [
            .required("submit", .string().described("The text of a submit description")),
            .optional("input", .binary.described("The sandbox as a tar archive")),
        ],
        additional: .each(.binary))

    static let submissionDryRun = Schema.object([
        .required("dry_run", .constant(true)),
        .required("procs", .integer(minimum: 1)),
        .required("cluster_ad", .ref("JobAd")),
        .required("proc_ads", .array(of: .ref("JobAd"), maxItems: 100).described("What differs from the cluster ad, for the first hundred jobs")),
        .required("warnings", .array(of: warning)),
    ])

    static let submission = Schema.object([
        .required("cluster_id", .integer(minimum: 1)),
        .required("job_ids", .array(of: .string(pattern: #"^\d+\.\d+$"#))),
        .required("awaiting_input", .boolean.described("Whether the jobs wait for `PUT /jobs/{id}/input`")),
        .required("warnings", .array(of: warning)),
    ]).example(["cluster_id": 7, "job_ids": ["7.0"], "awaiting_input": false, "warnings": []])

    static let actionBody = Schema.object([
        .optional("reason", .string(maxLength: 4096)),
        .optional("reason_code", .integer(minimum: 0, maximum: Int64(Int32.max)).described("Becomes HoldReasonSubCode")),
    ])

    static let removeBody = Schema.object([.optional("reason", .string(maxLength: 4096))])

    static let counts = Schema.object([
        .required("total", .integer(minimum: 0)), .required("success", .integer(minimum: 0)), .required("not_found", .integer(minimum: 0)),
        .required("permission_denied", .integer(minimum: 0)), .required("bad_status", .integer(minimum: 0)),
        .required("already_done", .integer(minimum: 0)), .required("error", .integer(minimum: 0)),
    ])

    static let actionResult = Schema.object([
        .required("message", .string()), .required("job_id", .string()), .required("results", .ref("ActionCounts")),
    ])

    static let edit = Schema.object([], additional: .anything).described(
        #"Attributes to set. JSON literals are literals, null is undefined, {"expr":"..."} or "\/Expr(...)\/" is an expression."#
    ).example(["JobPrio": 5, "Requirements": ["expr": "TARGET.Memory > 4096"]])

    static let editResult = Schema.object([
        .required("message", .string()), .required("job_id", .string()), .required("attributes", .object([], additional: .anything)),
    ])

    static let inputResult = Schema.object([
        .required("message", .string()), .required("job_id", .string()),
        .required("accepted", .array(of: .string())), .required("ignored", .array(of: .string())),
        .required("bytes", .integer(minimum: 0)),
    ])

    /// What other schemas refer to by name.
    static let components: [(String, Schema)] =
        [
            ("JobAd", ad), ("JobPage", page), ("SubmitRequest", submitRequest), ("SubmitForm", submitForm), ("Submission", submission),
            ("SubmissionDryRun", submissionDryRun), ("ActionBody", actionBody), ("RemoveBody", removeBody),
            ("ActionCounts", counts), ("ActionResult", actionResult), ("JobEdit", edit), ("EditResult", editResult), ("InputResult", inputResult),
        ] + bulkComponents
}
