import ClassAd
import CondorModel

/// Where a page of jobs begins: after this job, in id order. Clients treat it as opaque text.
package struct JobCursor: Sendable, Equatable {
    let last: JobID

    init(after last: JobID) { self.last = last }

    /// Nil unless ``text`` produced the text.
    package init?(_ text: String) {
        guard text.utf8.starts(with: "j1-".utf8), let last = JobID(text.dropFirst(3).replacing("-", with: ".")), Self(after: last).text == text else {
            return nil
        }
        self.last = last
    }

    /// The cursor as clients see it.
    package var text: String { "j1-\(last.cluster)-\(last.proc)" }

    /// True for jobs after the cursor.
    var expression: ExprTree {
        .disjunction([
            .binary(.greaterThan, .attribute("ClusterId"), .integer(last.cluster)),
            .conjunction([
                .binary(.equal, .attribute("ClusterId"), .integer(last.cluster)), .binary(.greaterThan, .attribute("ProcId"), .integer(last.proc)),
            ]),
        ])
    }
}
