import ClassAd
import CondorModel
import MacroLanguage
import Text

/// `request_*`, `require_gpus`, sizes, and changes at eviction.
extension JobBuilder {
    /// Sets the resource requests. HTCondor iterates over its table and its table of defaults in parallel. These two defaults are requests: each is
    /// processed before the first name that sorts after it, which determines whose error is reported first (condor_utils/submit_utils.cpp,
    /// `SetRequestResources`; condor_utils/config.cpp, `hash_iter_next`).
    func setRequests() throws {
        var defaults = ["request_cpus", "request_memory"]
        func isGiven(_ name: String) -> Bool { context.table.find(Bytes(name.utf8)) != nil }
        func setDefaults(before name: String?) throws {
            while let next = defaults.first, name.map({ next < $0 }) ?? true {
                defaults.removeFirst()
                if isGiven(next) { continue }
                if next == "request_cpus" { try setRequestCpus() } else { try setRequestMemory() }
            }
        }
        for item in context.table.items {
            let name = ASCII.string(ASCII.lowercased(item.name))
            try setDefaults(before: name)
            guard name.utf8.starts(with: "request_".utf8) else { continue }
            switch name {
            case "request_cpus": try setRequestCpus()
            case "request_gpus": try setRequestGpus()
            case "request_disk": try setRequestDisk()
            case "request_memory": try setRequestMemory()
            case "request_cpu", "request_gpu":
                warn("\(ASCII.string(item.name)) is not a valid submit keyword", at: item.map?.first, suggestion: name + "s")
            case "request_gpu_memory", "request_gpus_memory": break
            default:
                let tag = ASCII.string(item.name.dropFirst("request_".utf8.count))
                guard tag.utf8.count >= 2, tag.utf8.first != UInt8(ascii: "_") else { continue }
                guard let command = try command(ASCII.string(item.name)) else {
                    throw fail("\(ASCII.string(item.name)) has no value", at: item.map?.first)
                }
                try set("Request" + tag, expression: command.text, from: command)
                if let meant = Self.resource(near: tag), !isGiven(meant) {
                    warn("\(ASCII.string(item.name)) asks for a resource '\(tag)' of machines", at: item.map?.first, suggestion: meant)
                }
            }
        }
        try setDefaults(before: nil)
        if !isGiven("request_gpus") { try setRequestGpus() }
        if !isGiven("request_disk") { try setRequestDisk() }
    }

    /// The standard resource's request that was probably meant by the name of another resource.
    private static func resource(near tag: String) -> String? {
        let names = ["cpus", "disk", "gpus", "memory"]
        let tag = ASCII.lowercased(tag)
        let start = tag.utf8.count > 2 ? names.first { $0.hasPrefix(tag) } : nil
        return (start ?? Suggestion.word(for: tag, among: names)).map { "request_" + $0 }
    }

    /// A request's value, or else the configured default.
    private func request(_ name: String, _ attribute: String, _ knob: String) throws -> Command? {
        if let command = try command(name, attribute) { return command }
        guard !has(attribute), !isClusterMade, usesDefaultRequests, let value = parameters.knob(knob) else { return nil }
        return Command(name: name, text: value)
    }

    private func setRequestCpus() throws {
        guard let cpus = try request("request_cpus", "RequestCpus", "JOB_DEFAULT_REQUESTCPUS") else { return }
        if !ASCII.equalIgnoringCase(cpus.text, "undefined") { try set("RequestCpus", expression: cpus.text, from: cpus) }
    }

    private func setRequestDisk() throws {
        guard let disk = try request("request_disk", "RequestDisk", "JOB_DEFAULT_REQUESTDISK") else { return }
        if let size = try size(disk, base: 1024, separator: ASCII.comma, unitName: "kilobytes") {
            set("RequestDisk", size.value)
            if let rest = size.rest, !rest.isEmpty {
                try setEvictionCheck("RequestDisk", "request_disk", base: 1024, sequence: rest, from: disk)
            } else if let retry = try command("retry_request_disk") {
                try setEvictionCheck("RequestDisk", "request_disk", base: 1024, sequence: retry.text, from: retry)
            }
        } else if !ASCII.equalIgnoringCase(disk.text, "undefined") {
            try set("RequestDisk", expression: disk.text, from: disk)
        }
    }

    private func setRequestMemory() throws {
        var memory = try command("request_memory", "RequestMemory")
        if memory == nil, !has("RequestMemory"), !isClusterMade {
            if has("JobVMMemory") {
                warn("request_memory was not specified, using RequestMemory = MY.JobVMMemory", at: nil)
                try set("RequestMemory", expression: "MY.JobVMMemory")
            } else {
                memory = try request("request_memory", "RequestMemory", "JOB_DEFAULT_REQUESTMEMORY")
            }
        }
        guard let memory else { return }
        if let size = try size(memory, base: 1 << 20, separator: ASCII.comma, unitName: "megabytes") {
            set("RequestMemory", size.value)
            if let rest = size.rest, !rest.isEmpty {
                try setEvictionCheck("RequestMemory", "request_memory", base: 1 << 20, sequence: rest, from: memory)
                return
            }
            let retry = try command("retry_request_memory")
            let maximum = try command("retry_request_memory_max")
            let increase = try command("retry_request_memory_increase")
            if let retry {
                if let increase {
                    warn("retry_request_memory_increase is ignored because retry_request_memory was used", at: increase.position)
                }
                try setEvictionCheck("RequestMemory", "retry_request_memory", base: 1 << 20, sequence: retry.text, from: retry)
            } else if let command = maximum ?? increase {
                try setEvictionCheck(
                    "RequestMemory", "retry_request_memory_max", base: 1 << 20, sequence: maximum?.text, increase: increase?.text, from: command)
            }
        } else if !ASCII.equalIgnoringCase(memory.text, "undefined") {
            try set("RequestMemory", expression: memory.text, from: memory)
        }
    }

    /// A size in units of `base`; nil for an expression. Reports a missing unit if the configuration requires one.
    private func size(_ command: Command, base: Int64, separator: UInt8? = nil, unitName: String) throws -> Numbers.Size? {
        guard let size = Numbers.size(command.text, base: base, separator: separator) else { return nil }
        if !size.hasUnit { try reportMissingUnit(command.name, command.text, unitName, at: command.position) }
        return size
    }

    private func reportMissingUnit(_ name: String, _ text: String, _ unitName: String, at position: SourcePosition?) throws {
        guard let missing = parameters.knob("SUBMIT_REQUEST_MISSING_UNITS"), position != nil else { return }
        let message = "\(name)=\(text) defaults to \(unitName)"
        if ASCII.equalIgnoringCase(missing, "error") {
            throw fail(message + ", but must have a unit", at: position, expected: "K, M, G or T after the number")
        }
        warn(message + ", but should have a unit (K, M, G or T)", at: position)
    }

    private func setRequestGpus() throws {
        if let gpus = try request("request_gpus", "RequestGPUs", "JOB_DEFAULT_REQUESTGPUS"),
            !ASCII.equalIgnoringCase(gpus.text, "undefined")
        {
            try set("RequestGPUs", expression: gpus.text, from: gpus)
        }
        guard has("RequestGPUs") else { return }
        for (name, attribute) in [
            ("require_gpus", "RequireGPUs"), ("gpus_minimum_capability", "GPUsMinCapability"), ("gpus_maximum_capability", "GPUsMaxCapability"),
        ] {
            if let command = try command(name, attribute) { try set(attribute, expression: command.text, from: command) }
        }
        if let memory = try command("gpus_minimum_memory", "GPUsMinMemory") {
            if let size = try size(memory, base: 1 << 20, unitName: "megabytes") {
                set("GPUsMinMemory", size.value)
            } else {
                try set("GPUsMinMemory", expression: memory.text, from: memory)
            }
        } else if let wrong = try command("request_gpu_memory", "request_gpus_memory") {
            warn("\(wrong.name) is not a submit command", at: wrong.position, suggestion: "gpus_minimum_memory")
        }
        if let runtime = try command("gpus_minimum_runtime", "GPUsMinRuntime") {
            if let version = Self.runtimeVersion(runtime.text) {
                set("GPUsMinRuntime", version)
            } else {
                try set("GPUsMinRuntime", expression: runtime.text, from: runtime)
            }
        }
    }

    /// `12.1` or `12010` as 12010; nil for anything else.
    private static func runtimeVersion(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.first.map(ASCII.isDigit) ?? false, let (major, length) = NumberText.scanInteger(bytes), major < 1 << 31 else { return nil }
        if length == bytes.count { return major > 1000 ? Int64(major) : Int64(major) * 1000 }
        let rest = bytes[(length + 1)...]
        guard bytes[length] == ASCII.dot, rest.first.map(ASCII.isDigit) ?? false, let (minor, minorLength) = NumberText.scanInteger(rest),
            minorLength == rest.count, minor < 100
        else { return nil }
        return Int64(major) * 1000 + Int64(minor) * 10
    }

    /// `RequireGPUs`, completed with the limits given by commands, unless it refers to the same property itself.
    func setResourceConstraints() throws {
        guard has("RequestGPUs") else { return }
        let constraint = lookup("RequireGPUs")
        var own: Set<String> = []
        if let constraint {
            var properties = ClassAd()
            for name in ["Capability", "GlobalMemoryMb", "DriverVersion", "MaxSupportedVersion"] { properties.set(name, 1) }
            own = Expressions.references(constraint, in: properties)?.own ?? []
        }
        var clauses: [String] = []
        for (attribute, property, op) in [
            ("GPUsMinCapability", "Capability", ">="), ("GPUsMaxCapability", "Capability", "<="), ("GPUsMinMemory", "GlobalMemoryMb", ">="),
            ("GPUsMinRuntime", "MaxSupportedVersion", ">="),
        ] where has(attribute) && !own.contains(ASCII.lowercased(property)) {
            clauses.append("\(property) \(op) \(attribute)")
        }
        guard !clauses.isEmpty else { return }
        if let constraint { clauses.insert(Expressions.text(constraint, asOperandOf: .and), at: 0) }
        try set("RequireGPUs", expression: clauses.joined(separator: " && "))
    }

    // MARK: Image size

    func setImageSize() throws {
        if universe != .vm, process < 1 {
            let executable = string(of: "Cmd") ?? ""
            let isFile = !executable.utf8.isEmpty && !hasPseudoExecutable
            set("ExecutableSize", isFile ? executableSizeInKiB(executable) : 0)
        }
        if let size = try command("image_size", "ImageSize") {
            guard let value = Numbers.size(size.text, base: 1024)?.value, value >= 1 else {
                throw fail("'\(size.text)' is not valid for image_size", at: size.position, expected: "a positive size")
            }
            set("ImageSize", value)
        } else if !has("ImageSize") {
            set("ImageSize", integer(of: "ExecutableSize") ?? 0)
        }
    }

    private func executableSizeInKiB(_ path: String) -> Int64 {
        guard files == nil else { return sizeInKiB(path) }
        let base = Self.compressed(parameters.workingDirectory + "/")
        guard boolean(of: "TransferExecutable") != false, path.utf8.starts(with: base.utf8) else { return 0 }
        return sizeInKiB(String(decoding: path.utf8.dropFirst(base.utf8.count), as: UTF8.self))
    }
}
