package import HTTPEndpoints

/// A round trip to the scheduler.
package struct PingResult: ResourceValue, Hashable {
    package var scheduler: SchedulerInfo
    package var latencyMilliseconds: Double

    package init(scheduler: SchedulerInfo, latencyMilliseconds: Double) {
        self.scheduler = scheduler
        self.latencyMilliseconds = latencyMilliseconds
    }

    package static let resource = Resource("", make: PingResult.init) {
        Member.required("scheduler", \.scheduler, .resource)
        Member.required("latency_ms", \.latencyMilliseconds, .number(minimum: 0), "Duration of one short query with this identity")
    }
}

/// The scheduler that answered.
package struct SchedulerInfo: ResourceValue, Hashable {
    package var name: String?
    package var address: String
    package var version: String?

    package init(name: String?, address: String, version: String?) {
        self.name = name
        self.address = address
        self.version = version
    }

    package static let resource = Resource("", make: SchedulerInfo.init) {
        Member.required("name", \.name, .nullable(.string))
        Member.required("address", \.address, .string)
        Member.required("version", \.version, .nullable(.string))
    }
}
