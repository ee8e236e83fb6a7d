package import HTTPEndpoints
import JSON

/// The files of a job's output sandbox.
package struct FileListing: ResourceValue, Hashable {
    package var files: [SandboxFile]

    package init(files: [SandboxFile]) {
        self.files = files
    }

    package static let resource = Resource("", make: FileListing.init) {
        Member.required("files", \.files, .array(of: .resource))
    }
}

/// A file of a sandbox.
package struct SandboxFile: ResourceValue, Hashable {
    /// The path within the sandbox.
    package var name: String
    /// In bytes.
    package var size: Int64
    /// Permission bits in octal, such as `0644`.
    package var mode: String

    package init(name: String, size: Int64, mode: String) {
        self.name = name
        self.size = size
        self.mode = mode
    }

    package static let resource = Resource("", make: SandboxFile.init) {
        Member.required("name", \.name, .string)
        Member.required("size", \.size, .integer(0...))
        Member.required("mode", \.mode, .string(pattern: "^0[0-7]{3}$").example("0644"))
    }
}
