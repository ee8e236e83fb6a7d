import Glibc
import JobExecution

/// The resources of a machine, or the part of them that a job was given.
struct MachineResources: Sendable, Equatable {
    var cpus: Int
    var memoryMB: Int64
    var diskKB: Int64
    /// Names of the devices, in the form for CUDA_VISIBLE_DEVICES.
    var gpus: [String]

    /// The resources of this machine: processors, memory (less if the scheduler itself is limited), free space of the file system that contains
    /// `directory`, and devices of NVIDIA's driver.
    static func detected(directory: String) -> MachineResources {
        let cpus = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let pages = Int64(max(1, sysconf(Int32(_SC_PHYS_PAGES))))
        let memory = pages.multipliedReportingOverflow(by: Int64(max(1024, sysconf(Int32(_SC_PAGESIZE))))).partialValue
        let limit = CgroupTree.ownMemoryLimit ?? .max
        return MachineResources(
            cpus: cpus, memoryMB: max(1, min(memory, limit) >> 20), diskKB: freeKB(directory), gpus: devices())
    }

    /// Free space below a directory, in KiB.
    static func freeKB(_ directory: String) -> Int64 {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return 0 }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return Int64(clamping: (overflow ? .max : bytes) / 1024)
    }

    private static func devices() -> [String] {
        (0..<64).filter { access("/dev/nvidia\($0)", F_OK) == 0 }.map(String.init)
    }

    /// Whether these resources suffice for `request`.
    func contains(_ request: ResourceRequest) -> Bool {
        request.cpus <= cpus && request.memoryMB <= memoryMB && request.diskKB <= diskKB && request.gpus <= gpus.count
    }
}

/// The amount of each resource that a job requests.
struct ResourceRequest: Sendable, Hashable {
    var cpus: Int
    var memoryMB: Int64
    var diskKB: Int64
    var gpus: Int

    /// The resources that a slot for this request gets: memory in steps of 128 MB and disk in steps of 1 MB, like HTCondor's MODIFY_REQUEST_EXPR_*.
    var quantized: ResourceRequest {
        func up(_ value: Int64, _ step: Int64) -> Int64 {
            guard value > 0 else { return step }
            let (sum, overflow) = value.addingReportingOverflow(step - 1)
            return overflow ? value : sum / step * step
        }
        return ResourceRequest(cpus: max(1, cpus), memoryMB: up(memoryMB, 128), diskKB: up(diskKB, 1024), gpus: max(0, gpus))
    }
}
