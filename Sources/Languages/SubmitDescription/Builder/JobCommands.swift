import ClassAd
import CondorModel
import MacroLanguage
import Text

/// Commands that only set an attribute, `+Attribute`, and attributes of every job.
extension JobBuilder {
    func setSimpleCommands() throws {
        var previousExisted = false
        var failure: StepFailed?
        for simple in CommandTable.simple {
            if simple.isAlternative, previousExisted {
                previousExisted = false
                continue
            }
            do {
                guard let command = try command(simple.name, simple.attribute) else {
                    previousExisted = false
                    continue
                }
                previousExisted = true
                try setSimple(simple, command)
            } catch {
                previousExisted = true
                failure = StepFailed()
            }
        }
        if let failure { throw failure }
    }

    private func setSimple(_ simple: SimpleCommand, _ command: Command) throws {
        let invalid = "\(simple.name)=\(command.text) is invalid"
        switch simple.kind {
        case .expression: try set(simple.attribute, expression: command.text, from: command)
        case .boolean:
            guard let value = Numbers.booleanOrExpression(command.text) else {
                throw fail(invalid, at: command.position, expected: "a boolean")
            }
            set(simple.attribute, value)
        case .integer, .unsigned:
            guard let value = Numbers.integerOrExpression(command.text) else {
                throw fail(invalid, at: command.position, expected: "an integer")
            }
            guard value >= 0 || simple.kind == .integer else {
                throw fail(invalid, at: command.position, expected: "a non-negative integer")
            }
            set(simple.attribute, value)
        case .string: set(simple.attribute, command.text)
        case .unquotedString: set(simple.attribute, trimmedAndUnquoted(command.text))
        case .list: set(simple.attribute, tokens(of: command.text).joined(separator: ","))
        case .path, .unquotedPath:
            let path = simple.kind == .path ? command.text : trimmedAndUnquoted(command.text)
            set(simple.attribute, path.utf8.isEmpty ? path : fullPath(path))
        case .refused: throw fail("\(simple.name) has been disabled by the administrator", at: command.position)
        }
    }

    /// Commands added by the pool's configuration (`EXTENDED_SUBMIT_COMMANDS`), with the type of the value given there.
    func setExtendedCommands() throws {
        guard let text = parameters.knob("EXTENDED_SUBMIT_COMMANDS"), let commands = try? ClassAd.parse(text, syntax: .old) else { return }
        for (name, expression) in commands {
            let kind: SimpleCommand.Kind
            switch Expressions.literal(expression) {
            case .undefined: continue
            case .error: kind = .refused
            case .boolean: kind = .boolean
            case .integer(let value): kind = value < 0 ? .integer : .unsigned
            case .string(let value):
                kind = value.utf8.contains(ASCII.comma) ? .list : ASCII.hasPrefixIgnoringCase(value, "file") ? .unquotedPath : .unquotedString
            default: kind = .expression
            }
            if let command = try command(name) { try setSimple(SimpleCommand(name: name, attribute: name, kind: kind), command) }
        }
    }

    // MARK: Attributes given as such

    func setConfiguredAttributes() throws {
        for name in configuredAttributeNames {
            let attribute: String
            if name.utf8.first == ASCII.plus {
                attribute = String(decoding: name.utf8.dropFirst(), as: UTF8.self)
            } else if ASCII.hasPrefixIgnoringCase(name, "MY.") {
                attribute = String(decoding: name.utf8.dropFirst(3), as: UTF8.self)
            } else {
                continue
            }
            if let value = parameters.knob(ASCII.uppercased(attribute)) { try set(attribute, expression: value) }
        }
    }

    /// Attributes that identify a job or its owner, which only the scheduler may set.
    private static let reserved: Set<String> = ["owner", "user", "osuser", "ntdomain", "clusterid", "procid", "globaljobid"]

    func setOwnAttributes() throws {
        var failure: StepFailed?
        for item in context.table.items {
            let attribute: Bytes
            if item.name.first == ASCII.plus {
                attribute = Bytes(item.name.dropFirst())
            } else if ASCII.hasPrefixIgnoringCase(item.name, "MY.".utf8) {
                attribute = Bytes(item.name.dropFirst(3))
            } else {
                continue
            }
            if item.isLive { context.dependsOnProcess = true }
            do {
                try setOwn(ASCII.string(attribute), item)
            } catch {
                failure = StepFailed()
            }
        }
        if process == 0, !isClusterMade { set("ProcId", 0) }
        if let failure { throw failure }
    }

    private func setOwn(_ attribute: String, _ item: SubmitTable.Item) throws {
        let position = item.map?.first
        if files == nil {
            guard !Self.reserved.contains(ASCII.lowercased(attribute)) else {
                throw fail("the attribute \(attribute) cannot be set by a submission", at: position)
            }
            guard Self.isAttributeName(attribute.utf8) else {
                throw fail("'\(attribute)' is not a valid attribute name", at: position, expected: "letters, digits and '_'")
            }
        }
        let expanded = ASCII.string(try expand(item.value, map: item.map, isVerbatim: item.isVerbatim, what: "'+\(attribute)'"))
        let isPlain = item.isVerbatim && expanded.utf8.elementsEqual(item.value)
        let command = Command(name: attribute, text: expanded, position: position, map: isPlain ? item.map : nil)
        try set(attribute, expression: expanded.utf8.isEmpty ? "undefined" : expanded, from: command)
    }

    /// `JOBSET.*` names the job's set. All jobs of a submission belong to the same one.
    func setJobSet() throws {
        var isUsed = false
        var name: String?
        for item in context.table.items where ASCII.hasPrefixIgnoringCase(item.name, "JOBSET.".utf8) {
            guard let command = try command(ASCII.string(item.name)) else { continue }
            isUsed = true
            if ASCII.equalIgnoringCase(item.name.dropFirst(7), "name".utf8) {
                name = trimmedAndUnquoted(command.text)
            } else if Expressions.parse(command.text) == nil {
                throw fail("\(ASCII.string(item.name)) = \(command.text) is not an expression", at: command.position)
            }
        }
        guard isUsed, !has("JobSetName") else { return }
        set("JobSetName", name ?? String(context.cluster))
        if name == nil { context.dependsOnCluster = true }
    }

    // MARK: Defaults and checks

    func setDefaults() throws {
        if !has("MaxHosts"), universe != .mpi {
            set("MinHosts", 1)
            set("MaxHosts", 1)
        }
        if !has("CurrentHosts") { set("CurrentHosts", 0) }
        if has("SuccessCheckpointExitCode") { set("WantFTOnCheckpoint", true) }
        if !has("MaxJobRetirementTime"), boolean(of: "NiceUser") ?? false { set("MaxJobRetirementTime", 0) }
        if boolean(of: "OCUWanted") != nil { set("MaxJobRetirementTime", Int64(Int32.max)) }
        if universe.canReconnect, !has("JobLeaseDuration"), let lease = parameters.knob("JOB_DEFAULT_LEASE_DURATION") {
            try set("JobLeaseDuration", expression: lease)
        }
        if !has("JobPrio") { set("JobPrio", 0) }
        if has("JobStarterLog"), !has("JobStarterDebug") { set("JobStarterDebug", true) }
    }

    func reportMistakes() throws {
        if let user = string(of: "NotifyUser"), ["false", "never"].contains(ASCII.lowercased(user)), warned.insert("notify_user").inserted {
            warn(
                "notify_user=\(user) sends mail to '\(user)@\(parameters.knob("UID_DOMAIN") ?? "")'; for no mail, set notification = never",
                at: try command("notify_user", "NotifyUser")?.position)
        }
        if let length = integer(of: "JobMachineAttrsHistoryLength"), length < 0 || length > Int64(Int32.max) {
            throw fail(
                "job_machine_attrs_history_length=\(length) is out of bounds",
                at: try command("job_machine_attrs_history_length", "JobMachineAttrsHistoryLength")?.position, expected: "0 to \(Int32.max)")
        }
        if let tree = lookup("JobLeaseDuration"), let literal = Expressions.literal(tree), let lease = Expressions.integer(literal),
            lease > 0, lease < 20, warned.insert("lease").inserted
        {
            warn(
                "JobLeaseDuration less than 20 seconds is not allowed, using 20 instead",
                at: try command("job_lease_duration", "JobLeaseDuration")?.position)
            set("JobLeaseDuration", 20)
        }
        if universe == .scheduler, has("DeferralTime") {
            throw fail(
                "\(deferralAttribute ?? "DeferralTime") does not work for scheduler universe jobs; the local universe can",
                at: try command("deferral_time", "DeferralTime")?.position)
        }
        if has("OutputDestination"), has("OutputDirectory") {
            throw fail("output_destination and output_directory cannot be used together", at: try command("output_directory")?.position)
        }
    }
}
