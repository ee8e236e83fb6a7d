package import HTTPEndpoints
package import JSON

/// A job's requirements compared with the pool's machines. Numbers are `nil` if the collector cannot be queried.
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
            "machines", \.machines, .nullable(.integer(0...)),
            "Machines in the pool; null, like the other numbers, if the collector cannot be queried")
        Member.required("matched", \.matched, .nullable(.integer(0...)), "Machines that meet the requirements when nothing on them is in use")
        Member.required("refused", \.refused, .nullable(.integer(0...)), "Of the matched machines: those whose own policy (START) refuses the job")
        Member.required("busy", \.busy, .nullable(.integer(0...)), "Of the matched machines: those in use by others")
        Member.required("available", \.available, .nullable(.integer(0...)), "Of the matched machines: those that could run the job now")
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
        Member.required("inlined", \.inlined, .string, "The expression with the values of the job's own attributes inlined")
        Member.required("matched", \.matched, .nullable(.integer(0...)), "Machines that meet this clause")
        Member.required(
            "matched_cumulative", \.matchedCumulative, .nullable(.integer(0...)), "Machines that meet this clause and all earlier clauses")
        Member.optional(
            "comparison", \.comparison, .resource, "Present if the clause compares a machine attribute with a value")
    }
}

/// A comparison of a machine attribute with a value.
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
        Member.required("wanted", \.wanted, .any, "The value that the job compares the attribute with")
        Member.optional("job_attribute", \.jobAttribute, .string, "The job attribute that holds the value")
        Member.optional("best", \.best, .any, "The highest value of any machine, or the lowest if the job wants less")
        Member.optional("values", \.values, .array(of: .resource), "The machines' texts, if the job wants a text")
    }
}

/// A text that some machines have as the value of an attribute.
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

/// A change to a job's requirements that more machines would meet.
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
        Member.required("clauses", \.clauses, .array(of: .integer(0...)), "Indices of the clauses to drop or change, counted from 0")
        Member.required("matched", \.matched, .integer(0...), "Machines that would match")
        Member.required("suggestion", \.suggestion, .string)
    }
}
