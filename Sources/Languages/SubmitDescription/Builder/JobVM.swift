import ClassAd
import CondorModel
import MacroLanguage
import Text

/// Virtual machines and parallel jobs.
extension JobBuilder {
    /// File transfer settings of the vm universe, which override all others.
    func prepareVM() throws {
        var when = "ON_EXIT"
        if try boolean("vm_checkpoint", "JobVMCheckpoint") ?? false {
            if try boolean("vm_networking", "JobVMNetworking") ?? false {
                let given = try command("WhenToTransferOutput", "when_to_transfer_output")
                guard given.flatMap({ WhenToTransfer($0.text) }) == .onExitOrEvict else {
                    throw fail(
                        "vm_checkpoint and vm_networking together need when_to_transfer_output = ON_EXIT_OR_EVICT", at: given?.position)
                }
            }
            when = "ON_EXIT_OR_EVICT"
        }
        for (name, value) in [("ShouldTransferFiles", "YES"), ("WhenToTransferOutput", when)] {
            context.table.set(Bytes(name.utf8), to: Bytes(value.utf8), origin: .preset, map: nil)
        }
    }

    func setVMParameters() throws {
        guard universe == .vm else { return }
        if let type = try text("vm_type", "JobVMType") {
            vmType = ASCII.lowercased(type)
            set("JobVMType", vmType)
        } else {
            vmType = string(of: "JobVMType") ?? ""
        }
        for (name, attribute) in [("vm_checkpoint", "JobVMCheckpoint"), ("vm_networking", "JobVMNetworking"), ("vm_vnc", "JobVMVNCConsole")] {
            if let flag = try boolean(name, attribute) {
                set(attribute, flag)
            } else if boolean(of: attribute) == nil {
                set(attribute, false)
            }
            if attribute == "JobVMNetworking", boolean(of: attribute) ?? false,
                let type = try text("vm_networking_type", "JobVMNetworkingType")
            {
                set("JobVMNetworkingType", type)
            }
        }
        let memory: Int64
        if let given = try command("vm_memory", "JobVMMemory") {
            guard let size = Numbers.size(given.text, base: 1 << 20), size.value > 0 else {
                throw fail("vm_memory is incorrectly specified", at: given.position, expected: "megabytes, or a size with a unit")
            }
            memory = size.value
            set("JobVMMemory", memory)
        } else if let inherited = integer(of: "JobVMMemory") {
            memory = inherited
        } else {
            throw fail("vm_memory cannot be found; the vm universe needs it", at: nil)
        }
        set("ExecutableSize", memory.multipliedReportingOverflow(by: 1024).partialValue)
        if let cpus = try text("vm_vcpus", "JobVM_VCPUS") {
            // The lower 32 bits of the number.
            set("JobVM_VCPUS", Int64(max(1, Int32(truncatingIfNeeded: NumberText.leadingInteger(cpus.utf8) ?? 0))))
        } else if integer(of: "JobVM_VCPUS") == nil {
            set("JobVM_VCPUS", 1)
        }
        if let address = try text("vm_macaddr", "JobVM_MACADDR") { set("JobVM_MACADDR", address) }
        if let flag = try boolean("vm_no_output_vm") { set("VMPARAM_No_Output_VM", flag) }
        if vmType == "xen" { try setXen() }
        if vmType == "xen" || vmType == "kvm" {
            if let disk = try command("vm_disk") {
                guard Self.isDiskList(disk.text, fields: 3...4) else {
                    throw fail(
                        "'vm_disk' has an incorrect format", at: disk.position, expected: "<filename>:<devicename>:<permission>, …")
                }
                set("VMPARAM_vm_Disk", disk.text)
            } else if !has("VMPARAM_vm_Disk") {
                throw fail("'vm_disk' cannot be found; the virtual machine needs it", at: nil)
            }
        } else if vmType == "vmware" {
            throw fail("a vm_type of 'vmware' is no longer supported", at: try command("vm_type", "JobVMType")?.position)
        }
    }

    private func setXen() throws {
        if let kernel = try text("xen_kernel", "VMPARAM_Xen_Kernel") { set("VMPARAM_Xen_Kernel", kernel) }
        guard let kernel = string(of: "VMPARAM_Xen_Kernel") else {
            throw fail("'xen_kernel' cannot be found", at: nil, expected: "included, vmx or a file name")
        }
        let isFile = !["included", "vmx"].contains(ASCII.lowercased(kernel))
        if ASCII.equalIgnoringCase(kernel, "vmx") { set("JobVMHardwareVT", true) }
        if let initrd = try command("xen_initrd") {
            guard isFile else { throw fail("xen_initrd needs xen_kernel to be a kernel file", at: initrd.position) }
            set("VMPARAM_Xen_Initrd", initrd.text)
        }
        if isFile {
            guard let root = try text("xen_root") else { throw fail("'xen_root' cannot be found", at: nil) }
            set("VMPARAM_Xen_Root", root)
        }
        if let parameters = try text("xen_kernel_params", "VMPARAM_Xen_Kernel_Params") {
            var bytes = Array(parameters.utf8)[...]
            if bytes.count > 1, let first = bytes.first, first == bytes.last, first == ASCII.quote || first == ASCII.apostrophe {
                bytes = bytes.dropFirst().dropLast()
            }
            set("VMPARAM_Xen_Kernel_Params", ASCII.string(bytes))
        }
    }

    // MARK: Parallel jobs

    func setParallelParameters() throws {
        if universe == .parallel || universe == .mpi || boolean(of: "WantParallelScheduling") ?? false {
            if let count = try command("machine_count", "MachineCount") ?? command("node_count", "NodeCount") {
                let value = Int64(Int32(clamping: NumberText.leadingInteger(count.text.utf8) ?? 0))
                set("MinHosts", value)
                set("MaxHosts", value)
            } else if !has("MaxHosts") {
                throw fail("no machine_count specified", at: nil)
            }
            set("RequestCpus", 1)
        }
        if universe == .parallel {
            set("WantIOProxy", true)
            set("JobRequiresSandbox", true)
        }
    }

    // MARK: Services

    func setContainerServices() throws {
        guard isDocker || isContainer, let services = try command("container_service_names", "ContainerServiceNames") else { return }
        set("ContainerServiceNames", services.text)
        for service in tokens(of: services.text) {
            guard let port = try integer(service + "_container_port", is32Bit: true), (0...65535).contains(port) else {
                throw fail("the container service '\(service)' has no valid port", at: services.position, expected: "\(service)_container_port")
            }
            set(service + "_ContainerPort", port)
        }
    }
}
