import MacroLanguage
import Text

/// A named block of statements that `use CATEGORY : NAME` inserts.
enum SubmitTemplate {
    /// The statements of a template with its arguments inserted; nil if there is no such template.
    ///
    /// - Throws: if the arguments need too much work.
    static func body(
        category: String, _ use: MetaknobUse, _ parameters: SubmitParameters, _ budget: inout MacroBudget
    ) throws(MacroError) -> String? {
        let name = ASCII.uppercased(ASCII.string(use.name))
        if category == "STRICT" {
            guard ["FALSE", "TRUE", "HARSH"].contains(name) else { return nil }
            return """
                SubmitWarnEmptyMatches=\(name != "FALSE")
                SubmitFailEmptyMatches=\(name != "FALSE")
                SubmitWarnDuplicateMatches=\(name != "FALSE")
                SubmitFailEmptyFields=\(name == "HARSH")
                SubmitWarnEmptyFields=\(name != "FALSE")
                """
        }
        let names = tokens(of: parameters.knob("SUBMIT_TEMPLATE_NAMES") ?? "").map(ASCII.uppercased)
        guard names.contains(name), name != "NAMES", let body = parameters.knob("SUBMIT_TEMPLATE_\(name)") else { return nil }
        return ASCII.string(try use.expand(Array(body.utf8), &budget))
    }
}
