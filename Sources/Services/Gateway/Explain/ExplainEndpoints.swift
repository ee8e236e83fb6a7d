import HTTPEndpoints
import HTTPTypes
import JSON

/// The operation that tells why a job does not run, as a value.
enum ExplainEndpoints {
    static let explain = Endpoint(
        .get, JobPath.base + "/{id}/explain", operationID: "explainJob", summary: "Why a job does not run",
        details:
            """
            For an idle job: its `Requirements` clause by clause, the number of machines that meet each clause, and what would have to change. For a \
            held job: what the code means and what to do. For any other job: where it is. `summary` and `advice` are for people.
            """,
        tags: ["jobs"], pathParameters: [JobPath.job],
        answers: [
            .json(.ok, .ref("JobExplanation"), "The explanation"),
            .problem(.notFound, "No such job"),
        ])

    private static let count = Schema.integer(minimum: 0).nullable

    private static let comparison = Schema.object([
        .required("attribute", .string().described("The machine's attribute")),
        .required("wanted", .any.described("What the job compares it with")),
        .optional("job_attribute", .string().described("Where that value comes from")),
        .optional("best", .any.described("The largest number any machine has, or the smallest where less is wanted")),
        .optional(
            "values",
            .array(of: .object([.required("value", .string()), .required("machines", .integer(minimum: 1))]))
                .described("Texts that machines have, where one is wanted")),
    ])

    private static let requirements = Schema.object([
        .required("expression", .string()),
        .required("machines", count.described("Machines of the pool; null where the collector cannot be asked, as are the other numbers then")),
        .required("matched", count.described("Machines that meet the requirements, if nothing of them is given away")),
        .required("refused", count.described("Of these: those whose own policy (START) does not take the job")),
        .required("busy", count.described("Of these: those that others use")),
        .required("available", count.described("Of these: those that could run the job now")),
        .required(
            "clauses",
            .array(
                of: .object([
                    .required("expression", .string()),
                    .required("inlined", .string().described("With the job's own attributes put in place")),
                    .required("matched", count.described("Machines that meet this clause")),
                    .required("matched_cumulative", count.described("Machines that meet this one and all before it")),
                    .optional("comparison", comparison.described("There for a clause that compares a machine's attribute with a value")),
                ]))),
        .required(
            "relaxations",
            .array(
                of: .object([
                    .required("clauses", .array(of: .integer(minimum: 0)).described("The clauses to leave out or change, counted from 0")),
                    .required("matched", .integer(minimum: 0).described("Machines that would match")),
                    .required("suggestion", .string()),
                ]))),
    ])

    static let components: [(String, Schema)] = [
        (
            "JobExplanation",
            .object([
                .required("job_id", .string()),
                .required(
                    "status",
                    .string(oneOf: [
                        "idle", "running", "removed", "completed", "held", "transferring_output", "suspended", "failed", "blocked", "not_made",
                        "unknown",
                    ]).described("`not_made`: the cluster makes its jobs little by little and has not come to this one")),
                .required("summary", .string()),
                .required("advice", .array(of: .string())),
                .optional("requirements", requirements.described("Of an idle job that machines run")),
                .optional(
                    "hold",
                    .object([
                        .required("code", .integer()), .required("subcode", .integer()), .required("name", .string()),
                        .required("reason", .string().nullable),
                        .required("advice", .string()),
                    ])),
                .optional(
                    "last_rejection",
                    .object([.required("time", .string(format: "date-time").nullable), .required("reason", .string())])
                        .described("What the negotiator last said of the job")),
                .optional("priority", .integer().described("JobPrio of an idle job")),
                .optional("ahead", .integer(minimum: 0, maximum: 1000).described("The user's idle jobs of a higher JobPrio, counted up to 1000")),
            ])
        )
    ]
}
