package import HTTPEndpoints

extension Codec where Value == String {
    /// A job's id, CLUSTER.PROC.
    package static var jobID: Codec { .string(pattern: #"^\d+\.\d+$"#) }
}
