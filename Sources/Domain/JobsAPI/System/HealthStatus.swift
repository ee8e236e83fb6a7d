package import HTTPEndpoints

/// Reports that the process is alive: `{"status":"ok"}`.
package struct HealthStatus: ResourceValue, Hashable {
    package var status: String

    package init(status: String) {
        self.status = status
    }

    package static let resource = Resource("", make: HealthStatus.init) {
        Member.required("status", \.status, .string)
    }
}
