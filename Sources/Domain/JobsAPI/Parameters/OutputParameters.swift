package import HTTPEndpoints
import JSON

/// The parameters of operations on texts, logs and files of jobs.
package enum OutputParameters {
    package static let offset = Parameter<Int>("offset", .integer(minimum: 0), "Bytes to skip at the beginning")
    package static let limit = Parameter<Int>("limit", .integer(minimum: 1), "The largest number of bytes to send")
    package static let tail = Parameter<Int>("tail", .integer(minimum: 0, maximum: 1_000_000), "Send only this number of lines from the end")
    package static let follow = Parameter<Bool>("follow", .boolean.defaulting(to: false), "Continue until the job ends")

    package static let path = Parameter<String>(
        "path", .string(minLength: 1), "The file's name in the sandbox, as listed; it may contain slashes")
    package static let range = Parameter<String>("Range", .string().example("bytes=0-1023"), "The bytes to send")
}
