import ClassAd
import CondorModel
import Cryptography
import MacroLanguage
import Text

/// File transfer to the execute machine and back.
extension JobBuilder {
    enum ShouldTransfer: String {
        case yes = "YES"
        case no = "NO"
        case ifNeeded = "IF_NEEDED"

        init?(_ text: String) {
            switch ASCII.uppercased(text) {
            case "YES", "TRUE", "ALWAYS": self = .yes
            case "NO", "FALSE", "NEVER": self = .no
            case "IF_NEEDED", "AUTO": self = .ifNeeded
            default: return nil
            }
        }
    }

    enum WhenToTransfer: String {
        case onExit = "ON_EXIT"
        case onExitOrEvict = "ON_EXIT_OR_EVICT"
        case onSuccess = "ON_SUCCESS"
        case never = "NONE"

        init?(_ text: String) {
            switch ASCII.uppercased(text) {
            // 25.14 also accepts the keywords of should_transfer_files, by their numbers.
            case "ON_EXIT", "ONEXIT", "NO", "NEVER", "FALSE": self = .onExit
            case "ON_EXIT_OR_EVICT", "YES", "TRUE", "ALWAYS": self = .onExitOrEvict
            case "ON_SUCCESS", "ONSUCCESS", "IF_NEEDED", "AUTO": self = .onSuccess
            case "NONE", "NULL": self = .never
            default: return nil
            }
        }
    }

    /// The input list under construction.
    struct InputList {
        var files: [String] = []
        var sizeInKiB: Int64 = 0
        /// Whether part of the list comes from the description, so that the attribute must be set.
        var isGiven = false
    }

    private static let mostInputs = 100_000

    func setTransfer() throws {
        var list = InputList()
        let inputs = try command("transfer_input_files", "TransferInputFiles")
        if let inputs {
            // Counted before the list is made, which would need a hundred times the memory of its text.
            guard inputs.text.utf8.count(where: { $0 == UInt8(ascii: ",") }) < Self.mostInputs else {
                throw fail("\(inputs.name) names more than \(Self.mostInputs) files", at: inputs.position)
            }
            list.files = tokens(of: trimmedAndUnquoted(inputs.text), separatedBy: ",")
            list.isGiven = !list.files.isEmpty
            for file in list.files {
                list.sizeInKiB += sizeInKiB(file)
                try addTransferInput(file, of: inputs)
            }
        }
        if let common = try command("transfer_common_input", "CommonInputFiles") {
            let files = tokens(of: trimmedAndUnquoted(common.text), separatedBy: ",")
            for file in files { try addTransferInput(file, of: common) }
            set("CommonInputFiles", files.joined(separator: ","))
        }
        if isContainer { try addContainerImage(to: &list) }
        try checkDockerCredentials()
        if boolean(of: "TransferIn") ?? true, let input = string(of: "In"), !input.utf8.isEmpty { list.sizeInKiB += sizeInKiB(input) }
        let outputs = try command("transfer_output_files", "TransferOutputFiles")
        let outputFiles = outputs.map { tokens(of: trimmedAndUnquoted($0.text), separatedBy: ",") }

        let image = list.isGiven && inputs == nil ? try command("container_image") : nil
        let should = try setModes(inputs: list.isGiven ? inputs ?? image : nil, outputs: outputs)
        if should != .yes, !has("FileSystemDomain"), let domain = parameters.knob("FILESYSTEM_DOMAIN") {
            set("FileSystemDomain", domain)
        }
        if should != .no {
            for attribute in ["ToolDaemonCmd", "ToolDaemonInput"] {
                guard let file = string(of: attribute), has("ToolDaemonCmd"), !list.files.contains(where: { ASCII.same($0, file) }) else {
                    continue
                }
                list.files.append(file)
                list.sizeInKiB += sizeInKiB(file)
                if let command = try command(attribute == "ToolDaemonCmd" ? "tool_daemon_cmd" : "tool_daemon_input", attribute) {
                    try addTransferInput(file, of: command)
                }
            }
            if universe == .java { try addJavaClasses(to: &list) }
        }
        try setSizes(list)
        var remaps = parameters.spool ? remapStreams() : []
        if should != .no {
            if list.isGiven { set("TransferInput", list.files.joined(separator: ",")) }
            if let published = try command("public_input_files", "PublicInputFiles") {
                let files = tokens(of: published.text, separatedBy: ",")
                for file in files { try addTransferInput(file, of: published) }
                if !files.isEmpty { set("PublicInputFiles", files.joined(separator: ",")) }
            }
            if let outputFiles { set("TransferOutput", outputFiles.joined(separator: ",")) }
        } else if ![.grid, .java, .vm].contains(universe), try boolean("transfer_executable", "TransferExecutable") == true {
            throw fail(
                "transfer_executable = true needs file transfer, but should_transfer_files is NO",
                at: try command("transfer_executable", "TransferExecutable")?.position)
        }
        if let user = try command("transfer_output_remaps", "TransferOutputRemaps") { remaps.append(trimmedAndUnquoted(user.text)) }
        if !remaps.joined().utf8.isEmpty { set("TransferOutputRemaps", remaps.joined(separator: ";")) }
    }

    /// Records, in remote mode, that the sandbox must contain `name`. Refuses files that would be read from this host.
    private func addTransferInput(_ name: String, of command: Command) throws {
        context.budget.charge(MacroBudget.workPerMacro)
        guard files == nil, Self.scheme(of: name) == nil, let path = try sandboxPath(name, of: command) else { return }
        let isContents = name.utf8.last == ASCII.slash
        addInput(SandboxInput(path: joinedWithDirectory(path), isContents: isContents))
    }

    // MARK: When and whether

    private func setModes(inputs: Command?, outputs: Command?) throws -> ShouldTransfer {
        let shouldCommand = try command("ShouldTransferFiles", "should_transfer_files")
        var shouldText = shouldCommand?.text ?? string(of: "ShouldTransferFiles")
        var isDefaultShould = false
        if shouldText == nil, let configured = parameters.knob("SUBMIT_DEFAULT_SHOULD_TRANSFER_FILES"), ShouldTransfer(configured) != nil {
            shouldText = configured
            isDefaultShould = true
        }
        if shouldText == nil { isDefaultShould = true }
        guard var should = ShouldTransfer(shouldText ?? "IF_NEEDED") else {
            throw fail(
                "invalid value (\(shouldText ?? "")) for ShouldTransferFiles", at: shouldCommand?.position, expected: "YES, NO or IF_NEEDED")
        }
        if should == .no, let command = inputs ?? outputs {
            throw fail("\(command.name) names files to transfer, but should_transfer_files is NO", at: command.position)
        }
        let whenCommand = try command("WhenToTransferOutput", "when_to_transfer_output")
        let whenText = whenCommand?.text ?? string(of: "WhenToTransferOutput")
        guard var when = WhenToTransfer(whenText ?? "ON_EXIT") else {
            throw fail(
                "invalid value (\(whenText ?? "")) for WhenToTransferOutput", at: whenCommand?.position,
                expected: "ON_EXIT, ON_EXIT_OR_EVICT or ON_SUCCESS")
        }
        if !isDefaultShould, whenText == nil, should == .no { when = .never }
        guard (should == .no) == (when == .never) else {
            throw fail(
                "WhenToTransferOutput \(whenText ?? when.rawValue) contradicts ShouldTransferFiles \(shouldText ?? should.rawValue)",
                at: whenCommand?.position ?? shouldCommand?.position)
        }
        if when == .onExitOrEvict, should == .ifNeeded {
            guard isDefaultShould else {
                throw fail(
                    "when_to_transfer_output = ON_EXIT_OR_EVICT and should_transfer_files = IF_NEEDED are incompatible",
                    at: whenCommand?.position, expected: "should_transfer_files = YES, or when_to_transfer_output = ON_EXIT")
            }
            should = .yes
        }
        set("ShouldTransferFiles", should.rawValue)
        if should != .no { set("WhenToTransferOutput", when.rawValue) }
        return should
    }

    // MARK: Additions

    private func addJavaClasses(to list: inout InputList) throws {
        if let program = string(of: "Cmd"), !ASCII.same(program, "java"), !list.files.contains(where: { ASCII.same($0, program) }) {
            list.files.append(program)
            list.sizeInKiB += sizeInKiB(program)
        }
        if let jars = string(of: "JarFiles") {
            let command = try command("jar_files", "JarFiles")
            for jar in tokens(of: jars, separatedBy: ",") {
                list.files.append(jar)
                list.sizeInKiB += sizeInKiB(jar)
                if let command { try addTransferInput(jar, of: command) }
            }
        }
        set("Cmd", "java")
        set("TransferExecutable", false)
    }

    private func addContainerImage(to list: inout InputList) throws {
        guard boolean(of: "TransferContainer") ?? true else {
            set("ContainerImageSource", "local")
            return
        }
        guard let command = try command("container_image", "ContainerImage") else { return }
        let image = command.text
        let shared = tokens(of: parameters.knob("CONTAINER_SHARED_FS") ?? "", separatedBy: ",")
        if shared.contains(where: { image.utf8.starts(with: $0.utf8) }) {
            set("ContainerImageSource", "local")
            return
        }
        for scheme in ["docker", "oras"] where image.utf8.starts(with: (scheme + "://").utf8) {
            set("ContainerImageSource", scheme)
            return
        }
        list.isGiven = true
        if boolean(of: "ContainerIsCommon") ?? parameters.isSet("CONTAINER_IMAGES_COMMON_BY_DEFAULT") {
            addToCommonInput(image)
        } else {
            list.files.append(image)
            list.sizeInKiB += sizeInKiB(image)
        }
        try addTransferInput(image, of: command)
        let name = image.utf8.last == ASCII.slash ? String(decoding: image.utf8.dropLast(), as: UTF8.self) : image
        set("ContainerImage", Self.baseName(name))
        set("ContainerImageFullPath", image)
        let colon = Array(name.utf8).firstIndex(of: ASCII.colon)
        set("ContainerImageSource", colon.map { String(decoding: name.utf8.prefix($0), as: UTF8.self) } ?? "cedar")
    }

    /// Declares the image as a catalog of common input, named after the hash of its path.
    private func addToCommonInput(_ image: String) {
        let path = Self.scheme(of: image) == nil ? fullPath(image) : image
        let catalog = "container_" + Hex.string(Hash.sha256(path.utf8).prefix(4))
        set("_x_catalog_" + catalog, image)
        let catalogs = string(of: "CommonInputCatalogs") ?? ""
        guard !ASCII.contains(Array(catalogs.utf8), catalog) else { return }
        set("CommonInputCatalogs", catalogs.utf8.isEmpty ? catalog : catalogs + ", " + catalog)
    }

    private func checkDockerCredentials() throws {
        guard boolean(of: "DockerSendCredentials") ?? false else { return }
        let position = try command("docker_send_credentials", "DockerSendCredentials")?.position
        guard let files else {
            throw fail("docker_send_credentials would read this server's credentials, which a submitted description must not do", at: position)
        }
        guard let home = files.environment.first(where: { $0.name == "HOME" })?.value, !home.isEmpty else {
            throw fail("the directory of the docker credentials is not known", at: position)
        }
        if files.status(of: home + "/.docker/config.json") == nil {
            throw fail("cannot find the docker credentials file \(home)/.docker/config.json", at: position)
        }
    }

    private func setSizes(_ list: InputList) throws {
        if let usage = try command("disk_usage", "DiskUsage") {
            guard let size = Numbers.size(usage.text, base: 1024)?.value, size >= 1 else {
                throw fail("'\(usage.text)' is not valid for disk_usage", at: usage.position, expected: "a size of at least 1")
            }
            set("DiskUsage", size)
            return
        }
        let total = (integer(of: "ExecutableSize") ?? 0) &+ list.sizeInKiB
        set("TransferInputSizeMB", (total &+ 1023) / 1024)
        set("DiskUsage", total)
    }

    /// Gives standard output and error plain names in the sandbox if they have a directory. They get their own names back when they are fetched.
    private func remapStreams() -> [String] {
        var remaps: [String] = []
        // Do not use the attributes: after the first job they are already remapped.
        let output = has("Out") ? streamFiles["Out"] ?? "" : ""
        let error = has("Err") ? streamFiles["Err"] ?? "" : ""
        func needsRemap(_ path: String, _ streamed: String) -> Bool {
            !path.utf8.isEmpty && !ASCII.same(path, Self.baseName(path)) && !ASCII.same(path, "/dev/null") && boolean(of: streamed) != true
        }
        func escaped(_ path: String) -> String {
            var result = Bytes()
            for byte in path.utf8 {
                if byte == UInt8(ascii: ";") || byte == ASCII.equals || byte == ASCII.backslash { result.append(ASCII.backslash) }
                result.append(byte)
            }
            return ASCII.string(result)
        }
        let outputIsRemapped = needsRemap(output, "StreamOut")
        if outputIsRemapped {
            set("Out", "_condor_stdout")
            remaps.append("_condor_stdout=" + escaped(output))
        }
        if needsRemap(error, "StreamErr") {
            let name = ASCII.same(error, output) ? "_condor_stdout" : "_condor_stderr"
            set("Err", name)
            remaps.append(name + "=" + escaped(error))
        }
        return remaps
    }

    // MARK: Directories with a trailing slash

    /// Lists a spooled directory entry by entry if its contents are wanted (condor_utils/file_transfer.cpp, `ExpandInputFileList`).
    func expandInputList() throws {
        guard parameters.spool, let files, let list = string(of: "TransferInput") else { return }
        var expanded: [String] = []
        for path in tokens(of: list) {
            guard path.utf8.last == ASCII.slash, Self.scheme(of: path) == nil else {
                expanded.append(path)
                continue
            }
            do {
                for entry in try files.entries(ofDirectory: fullPath(path)).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                    expanded.append(path + entry)
                }
            } catch {
                throw fail("cannot expand '\(path)' in the input list: \(error)", at: try command("transfer_input_files")?.position)
            }
        }
        set("TransferInput", expanded.joined(separator: ","))
    }
}
