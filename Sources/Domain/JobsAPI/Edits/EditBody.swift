package import HTTPEndpoints
package import JSON

/// Attributes to set in jobs.
package enum EditBody {
    /// The members keep their positions in the text, so that each mistake can be located.
    package static let codec = Codec<JSONValue.Object>.members.documented {
        $0.described(
            #"Attributes to set. JSON literals become literals, null becomes undefined; {"expr":"..."} and "\/Expr(...)\/" are expressions."#
        ).example(["JobPrio": 5, "Requirements": ["expr": "TARGET.Memory > 4096"]])
    }.component("JobEdit")
}

/// The attributes that were set in a job or in all jobs of a cluster.
package struct EditResult: ResourceValue {
    package var message: String
    /// CLUSTER.PROC or CLUSTER, as in the request.
    package var jobID: String
    package var attributes: RawJSON

    package init(message: String, jobID: String, attributes: RawJSON) {
        self.message = message
        self.jobID = jobID
        self.attributes = attributes
    }

    package static let resource = Resource("EditResult", make: EditResult.init) {
        Member.required("message", \.message, .string)
        Member.required("job_id", \.jobID, .string)
        Member.required("attributes", \.attributes, .openObject())
    }
}
