package import HTTPEndpoints
import JSON

/// A job's ClassAd as JSON. The schema is open, since HTCondor adds attributes in every version.
package enum JobAd {
    package static let codec = Codec<RawJSON>.openObject(
        .object(
            [
                .optional("ClusterId", .integer(minimum: 1)),
                .optional("ProcId", .integer(minimum: 0)),
                .optional("Owner", .string().nullable),
                .optional(
                    "JobStatus", .integer().described("1 idle, 2 running, 3 removed, 4 completed, 5 held, 6 transferring output, 7 suspended")),
            ], additional: .anything
        ).described(
            """
            A job ClassAd. Literals are JSON literals, undefined is null, lists and nested ads are arrays and objects; \
            any other expression is the string "\\/Expr(text)\\/".
            """)
    ).component("JobAd")
}
