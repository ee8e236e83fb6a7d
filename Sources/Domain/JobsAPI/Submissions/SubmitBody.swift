package import HTTPEndpoints
import JSON

/// A submission as JSON.
package struct SubmitBody: ResourceValue, Hashable {
    /// The text of a submit description.
    package var submitFile: String

    package init(submitFile: String) {
        self.submitFile = submitFile
    }

    package static let resource = Resource(
        "SubmitRequest", example: ["submit_file": "executable = /bin/echo\narguments = hello\noutput = out.txt\nqueue\n"], make: SubmitBody.init
    ) {
        Member.required("submit_file", \.submitFile, .string, "The text of a submit description")
    }
}

/// A submission as a form: first the description, then the files of the sandbox.
package enum SubmitForm {
    package static let schema = Schema.component(
        "SubmitForm",
        .object(
            [
                .required("submit", .string().described("The text of a submit description")),
                .optional("input", .binary.described("The sandbox as a tar archive")),
            ], additional: .each(.binary)))
}
