import ClassAd
import CondorModel
import MacroLanguage
import Text

/// Universe, working directory, program and arguments.
extension JobBuilder {
    /// A universe's number, given by name or number; nil for an unknown name.
    static func universeNumber(_ text: String) -> Int64? {
        if let number = NumberText.leadingInteger(text.utf8), number != 0 { return Int64(number) }
        return Universe.names[ASCII.lowercased(text)]?.rawValue
    }

    func setUniverse() throws {
        let command = try command("universe", "JobUniverse")
        let name = command?.text ?? parameters.knob("DEFAULT_UNIVERSE")
        isDocker = name.map { ASCII.equalIgnoringCase($0, "docker") } ?? false
        isContainer = name.map { ASCII.equalIgnoringCase($0, "container") } ?? false
        gridType = ""
        vmType = ""
        guard let name else {
            universe = .vanilla
            return try setToppings()
        }
        guard let number = isContainer ? Universe.vanilla.rawValue : Self.universeNumber(name) else {
            throw fail(
                "I don't know about the '\(name)' universe", at: command?.position,
                suggestion: Suggestion.word(for: name, among: Array(Universe.names.keys) + ["container"]))
        }
        guard let known = Universe(rawValue: number), ![.standard, .pipe, .linda, .pvm, .pvmd].contains(known) else {
            let title = Universe(rawValue: number)?.title ?? "Unknown"
            let shown = ASCII.equalIgnoringCase(title, name) ? "'\(name)'" : "'\(title)' (\(name))"
            throw fail("\(shown) is not a supported universe", at: command?.position)
        }
        universe = known
        try setToppings()
    }

    /// Containers, grids and virtual machines, which are settled together with the universe.
    private func setToppings() throws {
        if universe == .vanilla || universe == .local {
            let container = try command("container_image", "ContainerImage")
            if isDocker {
                if let container {
                    throw fail("docker universe does not allow use of container_image", at: container.position)
                }
            } else {
                let docker = try command("docker_image", "DockerImage")
                if docker != nil, let container {
                    throw fail("cannot declare both docker_image and container_image", at: container.position)
                }
                if docker != nil || container != nil {
                    isContainer = true
                    if docker != nil { set("WantDockerImage", true) }
                }
            }
        }
        set("JobUniverse", universe.rawValue)
        for prefix in ["Remote_", "Remote_Remote_"] {
            guard let remote = try command(prefix + "universe", prefix + "JobUniverse") else { continue }
            guard let number = Self.universeNumber(remote.text) else {
                throw fail("unknown \(prefix)universe of '\(remote.text)'", at: remote.position)
            }
            set(prefix + "JobUniverse", number)
        }
        if try boolean("WantParallelScheduling") == true { set("WantParallelScheduling", true) }
        switch universe {
        case .vanilla, .local:
            if isDocker { set("WantDocker", true) }
            if isContainer { set("WantContainer", true) }
        case .grid:
            guard let resource = try command("grid_resource", "GridResource") else {
                throw fail("grid_resource is not defined for a grid universe job", at: nil)
            }
            gridType = String(decoding: resource.text.utf8.prefix { $0 != 0x20 }, as: UTF8.self)
            guard Self.gridTypes.contains(ASCII.lowercased(gridType)) else {
                throw fail("invalid value '\(gridType)' for grid type", at: resource.position, expected: "condor, batch, arc, ec2, gce or azure")
            }
        case .vm:
            try prepareVM()
        default: break
        }
    }

    private static let gridTypes: Set<String> = [
        "blah", "batch", "pbs", "sge", "lsf", "nqs", "naregi", "condor", "arc", "ec2", "gce", "azure",
    ]

    /// Whether the executable is only a label.
    var hasPseudoExecutable: Bool { universe == .vm || (universe == .grid && ["ec2", "gce", "azure"].contains(ASCII.lowercased(gridType))) }

    // MARK: Directory

    /// `skip_filechecks` controls checks that `condor_submit` does not make by default either. Only its value is checked.
    func readFileChecks() throws {
        guard let checks = try command("skip_filechecks"), !ASCII.equalIgnoringCase(checks.text, "warn") else { return }
        if Numbers.booleanOrExpression(checks.text) == nil {
            throw fail("skip_filechecks=\(checks.text) is invalid", at: checks.position, expected: "'warn' or a boolean")
        }
    }

    func setWorkingDirectory() throws {
        let base = files?.workingDirectory ?? parameters.workingDirectory
        let command = try command("initialdir", "Iwd") ?? command("initial_dir", "job_iwd")
        var directory = base
        if let command {
            if Self.isAbsolute(command.text) {
                directory = command.text
            } else {
                if files == nil { _ = try sandboxPath(command.text, of: command) }
                directory = Self.trimmedSlashes(base) + "/" + command.text
            }
        }
        directory = Self.compressed(directory)
        if let files, !parameters.isMaterializing, files.status(of: directory)?.isDirectory != true {
            throw fail("initialdir: no such directory: \(directory)", at: command?.position)
        }
        workingDirectory = directory
        context.workingDirectory = Bytes(directory.utf8)
        set("Iwd", directory)
        if let file = try text("SUBMIT_FILE") { set("JobSubmitFile", file) }
    }

    private static func trimmedSlashes(_ path: String) -> String {
        var bytes = Array(path.utf8)
        while bytes.last == ASCII.slash { bytes.removeLast() }
        return ASCII.string(bytes)
    }

    // MARK: Executable

    func setExecutable() throws {
        try setImages()
        if try command("shell") != nil {
            set("Cmd", "/bin/sh")
            set("TransferExecutable", false)
            _ = try command("arguments", "args")
            return
        }
        let executable = try command("executable", "Cmd")
        if executable == nil {
            if has("Cmd") { return }
            guard isDocker || isContainer else { throw fail("no 'executable' was provided", at: nil) }
        }
        var isIgnored = hasPseudoExecutable || executable == nil
        var isTransferred = true
        if let transfer = try command("transfer_executable", "TransferExecutable") {
            if let first = transfer.text.utf8.first, first | 0x20 == UInt8(ascii: "f") {
                set("TransferExecutable", false)
                isTransferred = false
            }
        } else if isDocker || isContainer, let executable, Self.isAbsolute(executable.text),
            parameters.isSet("SUBMIT_CONTAINER_NEVER_XFER_ABSOLUTE_CMD")
        {
            set("TransferExecutable", false)
            isTransferred = false
            isIgnored = true
        } else if files == nil, !isIgnored, let executable, Self.isAbsolute(executable.text) {
            warn(
                "the absolute executable \(executable.text) means the program of that name on the execute machine; "
                    + "transfer_executable = false was set", at: executable.position)
            set("TransferExecutable", false)
            isTransferred = false
        }
        if isIgnored, isTransferred {
            set("TransferExecutable", false)
            isTransferred = false
        }
        // HTCondor reads this for every job but uses it only for interactive ones, which do not exist here.
        context.table.markUsed("interactive_executable")
        guard let executable else {
            set("Cmd", "")
            return
        }
        if isTransferred {
            if files == nil {
                let path = try sandboxPath(executable.text, of: executable)
                set("Cmd", fullPath(executable.text, inJobDirectory: false))
                if let path { addInput(SandboxInput(path: path, isContents: false)) }
            } else {
                try checkExecutable(executable)
                set("Cmd", fullPath(executable.text, inJobDirectory: false))
            }
        } else {
            set("Cmd", executable.text)
        }
    }

    /// Checks that the program exists and is not a script with the line endings of another system.
    private func checkExecutable(_ executable: Command) throws {
        guard let files, !ASCII.contains(Array(executable.text.utf8), "$$") else { return }
        let path = executable.text
        guard let status = files.status(of: path) else {
            throw fail("can't access executable file \(path): No such file or directory", at: executable.position)
        }
        guard status.size > 0 else { throw fail("executable file \(path) has zero length", at: executable.position) }
        guard !status.isDirectory, let bytes = try? files.contents(ofFile: path), bytes.starts(with: "#!".utf8) else { return }
        let line = bytes.prefix(127).prefix { $0 != ASCII.newline }
        if line.count < 127, line.last == 0x0D {
            throw fail("executable file \(path) is a script with CRLF (DOS/Windows) line endings", at: executable.position)
        }
    }

    private func setImages() throws {
        guard isDocker || isContainer else { return }
        if let docker = try command("docker_image", "DockerImage") {
            let image = trimmedAndUnquoted(docker.text)
            guard !image.isEmpty else { throw fail("'\(docker.text)' is not a valid docker_image", at: docker.position) }
            set("DockerImage", image)
        } else if isDocker, !has("DockerImage") {
            throw fail("docker jobs require a docker_image", at: nil)
        }
        guard isContainer else { return }
        if let container = try command("container_image", "ContainerImage") {
            let image = trimmedAndUnquoted(container.text)
            let refused = ["instance://", "library://", "shub://"]
            guard !image.isEmpty, !refused.contains(where: { image.utf8.starts(with: $0.utf8) }) else {
                throw fail("'\(container.text)' is not a valid container image", at: container.position)
            }
            set("ContainerImage", image)
            switch ContainerImageKind(image) {
            case .docker: set("WantDockerImage", true)
            case .singularity: set("WantSIF", true)
            case .directory: set("WantSandboxImage", true)
            }
        } else if !has("ContainerImage"), !has("DockerImage") {
            throw fail("container jobs require a container_image or docker_image", at: nil)
        }
    }

    // MARK: Arguments

    func setArguments() throws {
        if let shell = try command("shell") {
            // HTCondor reads the arguments all the same, and so does not call them unused.
            for name in ["arguments2", "allow_arguments_v1"] { _ = try command(name) }
            set("Arguments", ArgumentList.joined(["-c", shell.text]))
            return
        }
        let first = try command("arguments", "Args")
        let second = try command("arguments2")
        let allowsBoth = try boolean("allow_arguments_v1") ?? false
        if let second, first != nil, !allowsBoth {
            throw fail("'arguments' and 'arguments2' together need allow_arguments_v1 = true", at: second.position)
        }
        guard let arguments = try readArguments(new: second, old: first) else {
            if has("Args") || has("Arguments") { return }
            set("Arguments", "")
            try requireJavaClass([])
            return
        }
        set(arguments.isOldSyntax ? "Args" : "Arguments", arguments.isOldSyntax ? arguments.oldText : arguments.newText)
        try requireJavaClass(arguments.list)
    }

    private func requireJavaClass(_ arguments: [String]) throws {
        if universe == .java, arguments.isEmpty {
            throw fail("in Java universe, arguments must give the name of the class to run", at: nil)
        }
    }

    private func readArguments(new: Command?, old: Command?) throws -> ArgumentList? {
        guard let command = new ?? old else { return nil }
        do {
            return new != nil ? try ArgumentList(quoted: command.text) : try ArgumentList(command.text)
        } catch {
            throw fail("\(command.name): \(error.message)", at: command.position)
        }
    }

    func setJavaArguments() throws {
        let old = try command("java_vm_args")
        let first = try command("java_vm_arguments", "JavaVMArgs")
        let second = try command("java_vm_arguments2")
        let allowsBoth = try boolean("allow_arguments_v1") ?? false
        if old != nil, let first { throw fail("you specified both java_vm_args and java_vm_arguments", at: first.position) }
        if let second, old != nil || first != nil, !allowsBoth {
            throw fail("'java_vm_arguments' and 'java_vm_arguments2' together need allow_arguments_v1 = true", at: second.position)
        }
        guard let arguments = try readArguments(new: second, old: first ?? old) else { return }
        let text = arguments.isOldSyntax ? arguments.oldText : arguments.newText
        if !text.isEmpty { set(arguments.isOldSyntax ? "JavaVMArgs" : "JavaVMArguments", text) }
    }

    // MARK: Tool daemon

    func setToolDaemon() throws {
        guard let tool = try command("tool_daemon_cmd", "ToolDaemonCmd") else { return }
        let first = try command("tool_daemon_arguments", "ToolDaemonArgs")
        let old = try command("tool_daemon_args")
        let second = try command("tool_daemon_arguments2")
        let allowsBoth = try boolean("allow_arguments_v1") ?? false
        let suspends = try boolean("suspend_job_at_exec", "SuspendJobAtExec")
        set("ToolDaemonCmd", tool.text)
        for (name, attribute) in [("input", "ToolDaemonInput"), ("output", "ToolDaemonOutput"), ("error", "ToolDaemonError")] {
            if let file = try command("tool_daemon_" + name, attribute) { set(attribute, file.text) }
        }
        if let suspends { set("SuspendJobAtExec", suspends) }
        if let first, old != nil { throw fail("you specified both tool_daemon_args and tool_daemon_arguments", at: first.position) }
        if let second, old != nil || first != nil, !allowsBoth {
            throw fail("'tool_daemon_arguments' and 'tool_daemon_arguments2' together need allow_arguments_v1 = true", at: second.position)
        }
        guard let arguments = try readArguments(new: second, old: first ?? old) else { return }
        let text = arguments.isOldSyntax ? arguments.oldText : arguments.newText
        if !text.isEmpty { set(arguments.isOldSyntax ? "ToolDaemonArgs" : "ToolDaemonArguments", text) }
    }
}

/// The formats of a container image.
enum ContainerImageKind {
    case docker
    case singularity
    case directory

    init(_ image: String) {
        let image = ASCII.trimmed(image).utf8
        self = image.starts(with: "docker:".utf8) ? .docker : image.suffix(4).elementsEqual(".sif".utf8) ? .singularity : .directory
    }
}
