import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JobsAPI
import JSON
import Sandbox

/// The operations on output sandboxes, as values.
enum SandboxEndpoints {
    static let format = Parameter<ArchiveFormat>("format", "The archive's format")

    static let output = Endpoint(
        .get, JobPath.base + "/{id}/output", operationID: "getOutput", summary: "Download the output sandbox",
        details: "Downloading changes nothing and can be repeated.", tags: ["sandboxes"], pathParameters: [JobPath.job], query: [format],
        answers: [
            Answer(
                .ok, "The archive",
                content: [
                    .init("application/x-tar", .binary), .init("application/gzip", .binary), .init("application/zstd", .binary),
                    .init("application/zip", .binary), .init("application/octet-stream", .binary),
                ]),
            .problem(.forbidden, "The job belongs to somebody else"),
            .problem(.notFound, "No such job"),
            .problem(.conflict, "The job has no sandbox"),
        ])

    static let files = Endpoint(
        .get, JobPath.base + "/{id}/files", operationID: "listFiles", summary: "List the files of the output sandbox", tags: ["sandboxes"],
        pathParameters: [JobPath.job],
        answers: [
            .json(
                .ok,
                .object([
                    .required(
                        "files",
                        .array(
                            of: .object([
                                .required("name", .string()), .required("size", .integer(minimum: 0)),
                                .required("mode", .string(pattern: "^0[0-7]{3}$").example("0644")),
                            ])))
                ]), "The files, under the names they have in `GET /jobs/{id}/output`"),
            .problem(.notFound, "No such job"),
            .problem(.conflict, "The job has no sandbox"),
        ])

    static let file = Endpoint(
        .get, JobPath.base + "/{id}/files/{path...}", operationID: "getFile", summary: "Download one file of the output sandbox",
        details: "A `Range` of bytes is honoured.", tags: ["sandboxes"], pathParameters: [JobPath.job, OutputParameters.path],
        headers: [OutputParameters.range],
        answers: [
            Answer(.ok, "The file", content: [.init("application/octet-stream", .binary)], headers: [.init("Content-Disposition", "attachment")]),
            Answer(
                .partialContent, "The requested part", content: [.init("application/octet-stream", .binary)],
                headers: [.init("Content-Range", "Which part")]),
            .problem(.forbidden, "The job belongs to somebody else"),
            .problem(.notFound, "No such job or file"),
            .problem(.rangeNotSatisfiable, "The file is shorter"),
        ])
}
