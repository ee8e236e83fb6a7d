package import ClassAd
import Diagnostics
package import JSON

/// Attributes to set in jobs. Names and values have been checked.
package struct AttributeEdits: Sendable {
    /// In the order in which the client gave them.
    package let attributes: [(name: String, value: ExprTree)]

    /// Attributes that nobody can change through the gateway: a job's identity and ownership, and those that HTCondor protects. The schedd would
    /// silently ignore changes to some of them (its "secure" attributes), so they are refused here.
    static let immutable: Set<String> = [
        "clusterid", "procid", "owner", "user", "osuser", "mytype", "targettype", "qdate", "jobuniverse", "totalsubmitprocs",
        "authtokensubject", "authtokenissuer", "authtokengroups", "authtokenid", "authtokenscopes", "authtokenproject",
        "x509userproxysubject", "x509userproxyemail", "x509userproxyvoname", "x509userproxyfirstfqan", "x509userproxyfqan",
    ]

    /// Reads a JSON object. JSON literals become ClassAd literals and null becomes undefined; `{"expr": …}` and `"\/Expr(…)\/"` are expressions.
    /// - Throws: `badAttribute` or `attributeProtected`, listing every mistake.
    package init(_ members: JSONValue.Object) throws(JobsError) {
        var wrong: [JobsError.Finding] = []
        var protected: [JobsError.Finding] = []
        var seen: Set<String> = []
        var attributes: [(name: String, value: ExprTree)] = []
        for member in members {
            func note(_ text: String) -> JobsError.Finding {
                .init(text, attribute: member.name, line: member.place?.line, column: member.place?.column)
            }
            guard AttributeNameRule.isName(member.name) else {
                wrong.append(note("'\(member.name.prefix(64))' is not an attribute name: use letters, digits and _, and do not start with a digit"))
                continue
            }
            let key = String(decoding: member.name.utf8.map { AttributeNameRule.lowercased($0) }, as: UTF8.self)
            guard seen.insert(key).inserted else {
                wrong.append(note("\(member.name): given more than once (names differ in case only)"))
                continue
            }
            guard !Self.immutable.contains(key), !WireAd.isPrivateAttribute(member.name) else {
                protected.append(note("\(member.name) cannot be changed"))
                continue
            }
            do {
                attributes.append((member.name, try ExprTree.fromJSON(member.value)))
            } catch {
                wrong.append(note("\(member.name): \(error.diagnostic.summary)"))
            }
        }
        if !wrong.isEmpty { throw JobsError(.badAttribute, wrong.map(\.reason).joined(separator: "; "), findings: wrong) }
        if !protected.isEmpty { throw JobsError(.attributeProtected, protected.map(\.reason).joined(separator: "; "), findings: protected) }
        self.attributes = attributes
    }
}
