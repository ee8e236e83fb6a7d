package import HTTPEndpoints
package import JSON

/// The requirements of a job, compared with the machines of the pool. Numbers are `nil` where the collector cannot be asked.
package struct ExplainedRequirements: ResourceValue, Hashable {
    package var expression: String
    package var machines: Int?
    package var matched: Int?
    package var refused: Int?
    package var busy: Int?
    package var available: Int?
    package var clauses: [ExplainedClause]
    package var relaxations: [ExplainedRelaxation]

    package init(
        expression: String, machines: Int?, matched: Int?, refused: Int?, busy: Int?, available: Int?, clauses: [ExplainedClause],
        relaxations: [ExplainedRelaxation]
    ) {
        self.expression = expression
        self.machines = machines
        self.matched = matched
        self.refused = refused
        self.busy = busy
        self.available = available
        self.clauses = clauses
        self.relaxations = relaxations
    }

    package static let resource = Resource("", make: ExplainedRequirements.init) {
        Member.required("expression", \.expression, .string)
        Member.required(
            "machines", \.machines, .nullable(.integer(0...)), "Machines of the pool; null, like the other numbers, if the collector cannot be asked")
        Member.required("matched", \.matched, .nullable(.integer(0...)), "Machines that meet the requirements when nothing on them is in use")
        Member.required("refused", \.refused, .nullable(.integer(0...)), "Of these: machines whose own policy (START) does not accept the job")
        Member.required("busy", \.busy, .nullable(.integer(0...)), "Of these: machines in use by others")
        Member.required("available", \.available, .nullable(.integer(0...)), "Of these: machines that could run the job now")
        Member.required("clauses", \.clauses, .array(of: .resource))
        Member.required("relaxations", \.relaxations, .array(of: .resource))
    }
}

/// A clause of a job's requirements.
package struct ExplainedClause: ResourceValue, Hashable {
    package var expression: String
    package var inlined: String
    package var matched: Int?
    package var matchedCumulative: Int?
    package var comparison: ExplainedComparison?

    package init(expression: String, inlined: String, matched: Int?, matchedCumulative: Int?, comparison: ExplainedComparison?) {
        self.expression = expression
        self.inlined = inlined
        self.matched = matched
        self.matchedCumulative = matchedCumulative
        self.comparison = comparison
    }

    package static let resource = Resource("", make: ExplainedClause.init) {
        Member.required("expression", \.expression, .string)
        Member.required("inlined", \.inlined, .string, "With the job's own attributes inserted")
        Member.required("matched", \.matched, .nullable(.integer(0...)), "Machines that meet this clause")
        Member.required("matched_cumulative", \.matchedCumulative, .nullable(.integer(0...)), "Machines that meet this clause and all before it")
        Member.optional(
            "comparison", \.comparison, .resource, "Present for a clause that compares an attribute of the machine with a value")
    }
}

/// A comparison of an attribute of machines with a value.
package struct ExplainedComparison: ResourceValue, Hashable {
    package var attribute: String
    package var wanted: JSONValue
    package var jobAttribute: String?
    package var best: JSONValue?
    package var values: [MachineValue]?

    package init(attribute: String, wanted: JSONValue, jobAttribute: String?, best: JSONValue?, values: [MachineValue]?) {
        self.attribute = attribute
        self.wanted = wanted
        self.jobAttribute = jobAttribute
        self.best = best
        self.values = values
    }

    package static let resource = Resource("", make: ExplainedComparison.init) {
        Member.required("attribute", \.attribute, .string, "The machine's attribute")
        Member.required("wanted", \.wanted, .any, "The value that the job compares it with")
        Member.optional("job_attribute", \.jobAttribute, .string, "The attribute of the job from which that value comes")
        Member.optional("best", \.best, .any, "The largest number of any machine, or the smallest where less is wanted")
        Member.optional("values", \.values, .array(of: .resource), "Texts that machines have, where a text is wanted")
    }
}

/// A text that an attribute has on some machines.
package struct MachineValue: ResourceValue, Hashable {
    package var value: String
    package var machines: Int

    package init(value: String, machines: Int) {
        self.value = value
        self.machines = machines
    }

    package static let resource = Resource("", make: MachineValue.init) {
        Member.required("value", \.value, .string)
        Member.required("machines", \.machines, .integer(1...))
    }
}

/// A change of a job's requirements that more machines would meet.
package struct ExplainedRelaxation: ResourceValue, Hashable {
    package var clauses: [Int]
    package var matched: Int
    package var suggestion: String

    package init(clauses: [Int], matched: Int, suggestion: String) {
        self.clauses = clauses
        self.matched = matched
        self.suggestion = suggestion
    }

    package static let resource = Resource("", make: ExplainedRelaxation.init) {
        Member.required("clauses", \.clauses, .array(of: .integer(0...)), "The clauses to leave out or change, counted from 0")
        Member.required("matched", \.matched, .integer(0...), "Machines that would match")
        Member.required("suggestion", \.suggestion, .string)
    }
}
