import ClassAd
import CondorModel
import MacroLanguage
import Text

/// The job's requirements: those of the description, completed by what its other commands imply.
extension JobBuilder {
    func setRequirements() throws {
        let own = try command("requirements")
        var text = own.map { "(\($0.text))" } ?? ""
        if try command("MY.Requirements") ?? command("+Requirements") != nil {
            if own != nil { warn("+Requirements or MY.Requirements overrides requirements; remove one of them", at: own?.position) }
            return
        }
        let knob = universe == .vanilla ? "APPEND_REQ_VANILLA" : universe == .vm ? "APPEND_REQ_VM" : ""
        if let appended = parameters.knob(knob) ?? parameters.knob("APPEND_REQUIREMENTS") { add("(\(appended))", to: &text) }
        if universe == .grid, ASCII.lowercased(gridType) != "condor" || !parameters.isSet("SUBMIT_GENERATE_CONDOR_C_REQUIREMENTS") {
            try set("Requirements", expression: text.utf8.isEmpty ? "TRUE" : text, from: own)
            return
        }
        var foreign: Set<String> = []
        if !text.utf8.isEmpty {
            guard let tree = Expressions.parse(text) else {
                if let own { try set("Requirements", expression: own.text, from: own) }
                throw fail("Requirements = \(text) is not an expression", at: own?.position)
            }
            var ad = ClassAd()
            ad.set("RequestMemory", 0)
            ad.set("VM_CkptMac", "")
            ad.set("Requirements", true)
            let references = Expressions.references(tree, in: ad)
            if references == nil { warn("could not determine what Requirements refers to: \(text)", at: own?.position) }
            foreign = references?.foreign ?? []
            if references?.own.contains("requirements") ?? false || foreign.contains("requirements") {
                throw fail("Requirements = \(text) is circular; did you mean $(Requirements)?", at: own?.position)
            }
        }
        addPlatform(to: &text, foreign)
        addDisk(to: &text, foreign, own)
        addMemoryAndCpus(to: &text, foreign, own)
        addResources(to: &text, foreign)
        if has("ToolDaemonCmd"), !foreign.contains("hastdp") { add("TARGET.HasTDP", to: &text) }
        if boolean(of: "EncryptExecuteDirectory") ?? false, !foreign.contains("encryptexecutedirectory") {
            add("TARGET.HasEncryptExecuteDirectory", to: &text)
        }
        if universe.canTransfer { try addTransfer(to: &text, foreign) }
        if deferralAttribute != nil { try addDeferral(to: &text) }
        if boolean(of: "WantFTOnCheckpoint") ?? false, !foreign.contains("hasselfcheckpointtransfers") {
            add("TARGET.HasSelfCheckpointTransfers", to: &text)
        }
        try addCUDA(to: &text)
        if boolean(of: "OCUWanted") ?? false { add("TARGET.OCU =?= true", to: &text) }
        try set("Requirements", expression: text, from: own)
    }

    private func add(_ clause: String, to text: inout String) { text += (text.utf8.isEmpty ? "" : " && ") + clause }

    private func addPlatform(to text: inout String, _ foreign: Set<String>) {
        let architecture = "(TARGET.Arch == \"\(parameters.knob("ARCH") ?? "")\")"
        if universe == .java {
            add("TARGET.HasJava", to: &text)
            return
        }
        if !foreign.contains("arch") { add(architecture, to: &text) }
        if universe == .vm {
            addVMRequirements(to: &text, foreign)
        } else if isDocker {
            add("TARGET.HasDocker", to: &text)
            if let network = string(of: "DockerNetworkType"), !["", "host", "none", "nat"].contains(network) {
                add("StringListMember(My.DockerNetworkType, TARGET.DockerNetworks)", to: &text)
            }
        } else if isContainer {
            add("TARGET.HasContainer", to: &text)
            if has("DockerImage") {
                add("TARGET.HasDockerURL", to: &text)
            } else if let image = string(of: "ContainerImage") {
                switch ContainerImageKind(image) {
                case .docker: add("TARGET.HasDockerURL", to: &text)
                case .singularity: add("TARGET.HasSIF", to: &text)
                case .directory: add("TARGET.HasSandboxImage", to: &text)
                }
            }
        } else if foreign.isDisjoint(with: ["opsys", "opsysandver", "opsyslongname", "opsysshortname", "opsysname", "opsyslegacy"]) {
            add("(TARGET.OpSys == \"\(parameters.knob("OPSYS") ?? "")\")", to: &text)
        }
    }

    private func addVMRequirements(to text: inout String, _ foreign: Set<String>) {
        if !foreign.contains("hasvm") { add("(TARGET.HasVM =?= true)", to: &text) }
        if !foreign.contains("vm_type") { add("(TARGET.VM_Type == MY.JobVMType)", to: &text) }
        if !foreign.contains("vm_availnum") { add("(TARGET.VM_AvailNum > 0)", to: &text) }
        if boolean(of: "JobVMCheckpoint") ?? false {
            add(
                "((MY.VM_CkptMac =?= UNDEFINED) || (TARGET.VM_All_Guest_Macs =?= UNDEFINED) || "
                    + "(stringListIMember(MY.VM_CkptMac, TARGET.VM_All_Guest_Macs, \",\") == FALSE))", to: &text)
        }
    }

    private func literalNumber(_ attribute: String) -> Double? {
        lookup(attribute).flatMap(Expressions.literal).flatMap(Expressions.real)
    }

    private func addDisk(to text: inout String, _ foreign: Set<String>, _ own: Command?) {
        if foreign.contains("disk") {
            guard universe != .vm else { return }
            if has("RequestDisk") { add("(TARGET.Disk >= RequestDisk)", to: &text) }
            warnObsolete("Disk", "request_disk", own)
        } else if has("RequestDisk") {
            guard (literalNumber("RequestDisk") ?? 1) > 0 else { return }
            if universe == .vanilla {
                add("(versionGE(split(TARGET.CondorVersion)[1], \"25.12.0\") || (TARGET.Disk >= RequestDisk))", to: &text)
            } else {
                add("(TARGET.Disk >= RequestDisk)", to: &text)
            }
        } else {
            add(universe == .vm ? "(TARGET.TotalDisk >= DiskUsage)" : "(TARGET.Disk >= DiskUsage)", to: &text)
        }
    }

    private func warnObsolete(_ attribute: String, _ command: String, _ own: Command?) {
        guard warned.insert(attribute).inserted, parameters.isSet("ENABLE_DEPRECATION_WARNINGS") else { return }
        warn(
            "the Requirements expression refers to TARGET.\(attribute), which is obsolete: set \(command) and the requirements follow from it",
            at: own?.position)
    }

    private func addMemoryAndCpus(to text: inout String, _ foreign: Set<String>, _ own: Command?) {
        if universe == .vm {
            if vmType != "xen" { add("(TARGET.TotalMemory >= MY.JobVMMemory)", to: &text) }
            if !foreign.contains("vm_memory") { add("(TARGET.VM_Memory >= MY.JobVMMemory)", to: &text) }
            if boolean(of: "JobVMHardwareVT") ?? false, !foreign.contains("vm_hardwarevt") { add("TARGET.VM_HardwareVT", to: &text) }
            if boolean(of: "JobVMNetworking") ?? false {
                if !foreign.contains("vm_networking") { add("TARGET.VM_Networking", to: &text) }
                if has("JobVMNetworkingType") { add("stringListIMember(JobVMNetworkingType,TARGET.VM_Networking_Types,\",\")", to: &text) }
            }
        } else {
            if has("RequestMemory"), (literalNumber("RequestMemory") ?? 2) > 1 { add("(TARGET.Memory >= RequestMemory)", to: &text) }
            if foreign.contains("memory") { warnObsolete("Memory", "request_memory", own) }
        }
        if universe != .grid, !foreign.contains("cpus"), has("RequestCpus"), (literalNumber("RequestCpus") ?? 2) > 1 {
            add("(TARGET.Cpus >= RequestCpus)", to: &text)
        }
    }

    private func addResources(to text: inout String, _ foreign: Set<String>) {
        var names: [String: String] = [:]
        for name in base.names + job.names {
            let key = ASCII.lowercased(name)
            guard key.utf8.starts(with: "request".utf8), key.utf8.count >= 9, key.utf8.dropFirst(7).first != UInt8(ascii: "_"),
                !["requestcpus", "requestdisk", "requestmemory"].contains(key), names[key] == nil
            else { continue }
            names[key] = name
        }
        if !parameters.isSet("SUBMIT_GENERATE_CUSTOM_RESOURCE_REQUIREMENTS") { names = names.filter { $0.key == "requestgpus" } }
        for (key, name) in names.sorted(by: { $0.key < $1.key }) {
            let tag = String(decoding: name.utf8.dropFirst(7), as: UTF8.self)
            guard !foreign.contains(String(decoding: key.utf8.dropFirst(7), as: UTF8.self)) else { continue }
            _ = lookup(name)
            switch evaluated(name) {
            case .integer(let value) where value <= 0: break
            case .real(let value) where value <= 0: break
            case .integer, .real, .undefined:
                if has("Require" + tag) {
                    add("(countMatches(MY.Require\(tag),TARGET.Available\(tag)) >= \(name))", to: &text)
                } else {
                    add("(TARGET.\(tag) >= \(name))", to: &text)
                }
            case .string(let value) where !value.utf8.isEmpty: add("regexp(\(name), TARGET.\(tag))", to: &text)
            default: break
            }
        }
    }

    private func addTransfer(to text: inout String, _ foreign: Set<String>) throws {
        let domain = "(TARGET.FileSystemDomain == MY.FileSystemDomain)"
        let should = string(of: "ShouldTransferFiles").flatMap({ ShouldTransfer($0) }) ?? .ifNeeded
        guard should != .no else {
            if !foreign.contains("filesystemdomain") { add(domain, to: &text) }
            return
        }
        guard !foreign.contains("hasfiletransfer"), !foreign.contains("hasjobtransferplugins") else { return }
        let plugins = string(of: "TransferPlugins") ?? ""
        var check = "(" + (plugins.utf8.isEmpty ? "TARGET.HasFileTransfer" : "TARGET.HasJobTransferPlugins")
        let encryption = ["EncryptInputFiles", "EncryptOutputFiles", "DontEncryptInputFiles", "DontEncryptOutputFiles"]
        if !foreign.contains("hasperfileencryption"), encryption.filter(has).count > 0 { check += " && TARGET.HasPerFileEncryption" }
        let needsVersion =
            [
                string(of: "TransferCheckpoint") != nil, boolean(of: "PreserveRelativePaths") ?? false,
                string(of: "WhenToTransferOutput").flatMap({ WhenToTransfer($0) }) == .onSuccess,
            ].contains(true)
        if needsVersion { check += " && versioncmp( split(TARGET.CondorVersion)[1], \"8.9.7\" ) >= 0" }
        if boolean(of: "RequireCommonFilesTransfer") ?? false { check += " && TARGET.HasCommonFilesTransfer >= 2" }
        let methods = try transferMethods(plugins)
        for method in methods where !foreign.contains("hasfiletransferpluginmethods") {
            check += " && stringListIMember(\"\(method)\",TARGET.HasFileTransferPluginMethods)"
        }
        if !methods.isEmpty { set("WantTransferPluginMethods", methods.joined(separator: ",")) }
        check += ")"
        add(should == .ifNeeded && !foreign.contains("filesystemdomain") ? "(\(domain) || \(check))" : check, to: &text)
    }

    /// Schemes of the job's URLs, except those that it brings plugins for, sorted by name.
    private func transferMethods(_ plugins: String) throws -> [String] {
        var own: Set<String> = []
        for plugin in tokens(of: plugins, separatedBy: ";") {
            let bytes = Array(plugin.utf8)
            guard let equals = bytes.firstIndex(of: ASCII.equals) else { continue }
            own.formUnion(tokens(of: bytes[..<equals]).map { ASCII.lowercased(ASCII.string($0)) })
        }
        var methods: [String: String] = [:]
        func add(_ url: String) -> Bool {
            guard let scheme = Self.scheme(of: url) else { return false }
            let tail = scheme.utf8.split { $0 == ASCII.plus || $0 == UInt8(ascii: "-") || $0 == ASCII.dot }.last ?? scheme.utf8[...]
            let method = String(decoding: tail, as: UTF8.self)
            let key = ASCII.lowercased(method)
            if !own.contains(key), methods[key] == nil { methods[key] = method }
            return true
        }
        for file in tokens(of: string(of: "TransferInput") ?? "", separatedBy: ",") { _ = add(file) }
        if let destination = string(of: "OutputDestination"), !add(destination) {
            warn(
                "output_destination must be a URL", at: try command("output_destination", "OutputDestination")?.position,
                suggestion: "output_directory")
        }
        for remap in tokens(of: string(of: "TransferOutputRemaps") ?? "", separatedBy: ";") {
            let bytes = Array(remap.utf8)
            if let equals = bytes.firstIndex(of: ASCII.equals) { _ = add(ASCII.string(ASCII.trimmed(bytes[(equals + 1)...]))) }
        }
        let names = methods.sorted { $0.key < $1.key }.map(\.value)
        if parameters.isSet("SIGN_S3_URLS"), names.contains(where: { ["s3", "gs"].contains(ASCII.lowercased($0)) }) {
            for (attribute, command) in [
                ("EC2AccessKeyId", "[s3|aws|gs]_access_key_id_file"), ("EC2SecretAccessKey", "[s3|aws|gs]_secret_access_key_file"),
            ] where !has(attribute) {
                throw fail("s3:// and gs:// URLs require \(command)", at: try self.command("transfer_input_files")?.position)
            }
        }
        return names
    }

    private func addDeferral(to text: inout String) throws {
        if universe != .local { add("TARGET.HasJobDeferral", to: &text) }
        if !has("ScheddInterval") {
            if let interval = parameters.knob("SCHEDD_INTERVAL") {
                try set("ScheddInterval", expression: interval)
            } else {
                set("ScheddInterval", 300)
            }
        }
        add(
            "(((time() + ScheddInterval) >= (DeferralTime - DeferralPrepTime)) && (time() < (DeferralTime + DeferralWindow)))", to: &text)
    }

    private func addCUDA(to text: inout String) throws {
        guard let version = string(of: "CUDAVersion") else { return }
        let fields = Array(version.utf8).split(separator: ASCII.dot, omittingEmptySubsequences: false)
        let numbers = fields.map { field in field.allSatisfy(ASCII.isDigit) ? NumberText.leadingInteger(field) : nil }
        switch (numbers.count, numbers.first ?? nil, numbers.last ?? nil) {
        case (1, let major?, _) where major < 1 << 31: set("CUDAVersion", Int64(major < 1000 ? major * 1000 : major))
        case (2, let major?, let minor?) where major < 1 << 31: set("CUDAVersion", Int64(major * 1000 + minor % 100))
        default:
            throw fail(
                "cuda_version must be of the form 'x' or 'x.y'", at: try command("cuda_version", "CUDAVersion")?.position,
                expected: "positive integers")
        }
        add("CUDAVersion <= TARGET.CUDAMaxSupportedVersion", to: &text)
    }
}
