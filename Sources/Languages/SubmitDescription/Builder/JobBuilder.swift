import ClassAd
import CondorModel
import Diagnostics
import MacroLanguage
import Text

/// An input file or directory that a job's sandbox must contain.
package struct SandboxInput: Sendable, Hashable {
    /// Path within the sandbox, without `.`, `..` or a trailing slash.
    package var path: String
    /// Whether the name ended in a slash: the directory's contents are wanted, not the directory itself.
    package var isContents: Bool
}

/// Ends the current step of building a job. The error has been recorded.
struct StepFailed: Error {}

/// Makes job ads from a macro table, like `SubmitHash::make_job_ad` in condor_utils/submit_utils.cpp.
///
/// The first job is made in full and becomes the cluster ad. Later jobs repeat only the steps that depend on something that differs between jobs.
final class JobBuilder {
    /// The value of a submit command.
    struct Command {
        /// The name under which it was given.
        var name: String
        var text: String
        var position: SourcePosition?
        /// The positions of the bytes of `text`, if nothing in it was expanded.
        var map: SourceMap?

        func position(of offset: Int) -> SourcePosition? { map?.position(of: offset) ?? position }
    }

    let context: SubmitContext
    let findings: Findings
    let parameters: SubmitParameters
    let files: (any SubmitFiles)?

    /// Before the first job: attributes that do not come from the description. Afterwards: the cluster ad.
    var base = ClassAd()
    /// The attributes of the current job that are not in `base`.
    var job = ClassAd()
    private(set) var isClusterMade = false
    /// Whether the scheduler makes all jobs after the first. It does not look for credentials.
    var isFactory = false
    /// Whether a job after the first has been made.
    private var isProcessMade = false
    /// The process number of the current job.
    var process = 0

    var universe = Universe.vanilla
    var isDocker = false
    var isContainer = false
    var gridType = ""
    var vmType = ""
    /// The job's directory. Which steps read it depends on `initialdir`.
    var workingDirectory: String {
        get {
            if !isClusterMade { reads.insert("iwd") }
            return jobDirectory
        }
        set { jobDirectory = newValue }
    }
    private var jobDirectory = ""
    var usesDefaultRequests = true
    /// Warnings that have been given, which each further job would repeat.
    var warned: Set<String> = []
    /// The files of the standard streams that the description names, by attribute.
    var streamFiles: [String: String] = [:]

    private var steps: [Step] = []
    private var currentStep: Int?
    private var reads: Set<String> = []
    private var writes: Set<String> = []
    private(set) var inputs: [Int: [SandboxInput]] = [:]

    /// One step of making a job, with its recorded dependencies.
    private struct Step {
        var name: StaticString
        var run: @Sendable (JobBuilder) throws -> Void
        var isLive = false
        var reads: Set<String> = []
    }

    init(context: SubmitContext, findings: Findings, parameters: SubmitParameters, files: (any SubmitFiles)?) {
        self.context = context
        self.findings = findings
        self.parameters = parameters
        self.files = files
        steps = Self.order.map { Step(name: $0.0, run: $0.1) }
    }

    private static let workPerStep = 1024

    /// The order matters: later steps read what earlier ones have set.
    private static let order: [(StaticString, @Sendable (JobBuilder) throws -> Void)] = [
        ("file checks", { try $0.readFileChecks() }),
        ("directory", { try $0.setWorkingDirectory() }),
        ("executable", { try $0.setExecutable() }),
        ("arguments", { try $0.setArguments() }),
        ("grid", { try $0.setGridParameters() }),
        ("vm", { try $0.setVMParameters() }),
        ("java", { try $0.setJavaArguments() }),
        ("parallel", { try $0.setParallelParameters() }),
        ("environment", { try $0.setEnvironment() }),
        ("status", { try $0.setStatus() }),
        ("tool daemon", { try $0.setToolDaemon() }),
        ("input", { try $0.setStandardInput() }),
        ("output", { try $0.setStandardOutput() }),
        ("error", { try $0.setStandardError() }),
        ("credentials", { try $0.setCredentials() }),
        ("notification", { try $0.setNotification() }),
        ("rank", { try $0.setRank() }),
        ("policy", { try $0.setPolicy() }),
        ("leave in queue", { try $0.setLeaveInQueue() }),
        ("retries", { try $0.setRetries() }),
        ("eviction", { try $0.setEvictionChecks() }),
        ("signals", { try $0.setKillSignals() }),
        ("services", { try $0.setContainerServices() }),
        ("resources", { try $0.setRequests() }),
        ("concurrency", { try $0.setConcurrencyLimits() }),
        ("accounting", { try $0.setAccounting() }),
        ("tokens", { try $0.setTokens() }),
        ("commands", { try $0.setSimpleCommands() }),
        ("extended", { try $0.setExtendedCommands() }),
        ("deferral", { try $0.setDeferral() }),
        ("image size", { try $0.setImageSize() }),
        ("transfer", { try $0.setTransfer() }),
        ("defaults", { try $0.setDefaults() }),
        ("mistakes", { try $0.reportMistakes() }),
        ("configured attributes", { try $0.setConfiguredAttributes() }),
        ("attributes", { try $0.setOwnAttributes() }),
        ("job set", { try $0.setJobSet() }),
        ("resource constraints", { try $0.setResourceConstraints() }),
        ("requirements", { try $0.setRequirements() }),
        ("input list", { try $0.expandInputList() }),
    ]

    // MARK: Making jobs

    /// Makes the first job. Afterwards `base` is the cluster ad.
    func makeCluster() {
        base = ClassAd()
        setFixedAttributes()
        job = ClassAd()
        process = 0
        isClusterMade = false
        isProcessMade = false
        do { try setUniverse() } catch { return }
        base.merge(job)
        job = ClassAd()
        context.table.setDefault("Node", .value(Bytes(universe == .parallel ? "#pArAlLeLnOdE#".utf8 : universe == .mpi ? "#MpInOdE#".utf8 : "".utf8)))
        for index in steps.indices {
            runStep(index)
            steps[index].isLive = context.dependsOnProcess
            steps[index].reads = reads
        }
        base.merge(job)
        base.remove("ProcId")
        base.set("ClusterId", context.cluster)
        isClusterMade = true
    }

    /// Makes the job whose numbers the context holds. Afterwards `job` holds the differences from the cluster ad.
    ///
    /// - Parameter everything: repeat all steps, even those whose result cannot change.
    func makeProcess(everything: Bool = false) {
        process = context.process
        job = ClassAd()
        var changed: Set<String> = []
        for index in steps.indices {
            let step = steps[index]
            guard everything || !isProcessMade || step.isLive || !step.reads.isDisjoint(with: changed) else { continue }
            runStep(index)
            // A step that reads attributes set by later steps of the first job may have a different result now.
            if !isProcessMade, !writes.isEmpty { steps[index].isLive = true }
            changed.formUnion(writes)
        }
        isProcessMade = true
        // The cluster's number is that of the cluster ad, whatever the description says (observed with condor_submit 25.14.1).
        job.remove("ClusterId")
        setNumbers(process)
    }

    /// Sets the attributes that are unique to each job.
    func setNumbers(_ process: Int) {
        job.set("ProcId", process)
        job.set("JobStatus", integer(of: "JobStatus") ?? JobStatus.idle.rawValue)
    }

    /// Whether jobs after the second may differ from it in more than their numbers.
    var hasLiveSteps: Bool { !isProcessMade || steps.contains { $0.isLive } }

    private func runStep(_ index: Int) {
        currentStep = index
        context.budget.charge(Self.workPerStep)
        context.dependsOnProcess = false
        reads = []
        writes = []
        inputs[index] = nil
        do { try steps[index].run(self) } catch {}
        currentStep = nil
    }

    /// Records an input file found by the current step.
    func addInput(_ input: SandboxInput) {
        guard let currentStep else { return }
        inputs[currentStep, default: []].append(input)
    }

    /// The inputs of the last job that was made: the list, standard input, the executable.
    var orderedInputs: [SandboxInput] {
        var seen: Set<SandboxInput> = []
        var result: [SandboxInput] = []
        for step in inputs.keys.sorted(by: >) {
            for input in inputs[step] ?? [] where seen.insert(input).inserted { result.append(input) }
        }
        return result
    }

    private func setFixedAttributes() {
        base.set("MyType", "Job")
        base.set("TargetType", "Machine")
        base.set("QDate", parameters.submitTime)
        base.set("JobSubmitMethod", parameters.submitMethod)
        base["Owner"] = .undefined
        for name in ["RemoteWallClockTime", "RemoteUserCpu", "RemoteSysCpu", "CumulativeRemoteUserCpu", "CumulativeRemoteSysCpu"] {
            base.set(name, 0.0)
        }
        for name in [
            "ExitStatus", "NumCkpts", "NumJobStarts", "NumJobCompletions", "NumRestarts", "NumSystemHolds", "CommittedTime", "CommittedSlotTime",
            "CumulativeSlotTime", "TotalSuspensions", "LastSuspensionTime", "CumulativeSuspensionTime", "CommittedSuspensionTime",
        ] {
            base.set(name, 0)
        }
        base.set("ExitBySignal", false)
        for name in configuredAttributeNames where !name.hasPrefix("+") && !ASCII.hasPrefixIgnoringCase(name, "MY.") {
            if let value = parameters.knob(ASCII.uppercased(name)), let tree = Expressions.parse(value) { base[name] = tree }
        }
        if !parameters.scheddVersion.isEmpty { base.set("CondorVersion", parameters.scheddVersion) }
        base.set("SubmitVersion", parameters.submitVersion)
        base.set("CondorPlatform", parameters.platform)
    }

    /// Attributes that the configuration adds to every job.
    var configuredAttributeNames: [String] {
        ["SUBMIT_ATTRS", "SUBMIT_EXPRS", "SYSTEM_SUBMIT_ATTRS"].flatMap { tokens(of: parameters.knob($0) ?? "") }
    }

    // MARK: Commands

    /// The expanded value of a command under its first name, or else its second; nil if it is missing or empty.
    func command(_ name: String, _ other: String? = nil) throws -> Command? {
        if let found = try command(named: name) { return found.text.isEmpty ? nil : found }
        guard let other, let found = try command(named: other), !found.text.isEmpty else { return nil }
        return found
    }

    private func command(named name: String) throws -> Command? {
        let key = Bytes(name.utf8)
        guard let value = context.lookup(key) else { return nil }
        let item = context.table.find(key).map { context.table[$0] }
        let position = item?.map?.first
        let text = try expand(value, map: item?.map, isVerbatim: item?.isVerbatim ?? false, what: "'\(name)'")
        // The parts of the value will be examined one by one.
        context.budget.charge(8 * text.count + MacroBudget.workPerMacro)
        let isPlain = item?.isVerbatim == true && text == value
        return Command(name: name, text: ASCII.string(text), position: position, map: isPlain ? item?.map : nil)
    }

    func expand(_ value: Bytes, map: SourceMap?, isVerbatim: Bool, what: String) throws -> Bytes {
        func place(_ offset: Int) -> SourcePosition? { isVerbatim ? map?.position(of: offset) : map?.first }
        context.complaints = []
        do {
            let text = try context.expand(value)
            for complaint in context.complaints { findings.warning(complaint.message, at: place(complaint.offset)) }
            return text
        } catch {
            let position = place(error.offset)
            switch error.reason {
            case .environment(let variable):
                throw fail("$ENV(\(variable)) would read this server's environment, which a submitted description must not do", at: position)
            case .size:
                throw fail("\(what) expands to more than \(MacroBudget.longestText) bytes", at: position)
            case .endless, .work, .nesting:
                throw fail("expanding \(what) does not end", at: position)
            }
        }
    }

    func text(_ name: String, _ other: String? = nil) throws -> String? { try command(name, other)?.text }

    func boolean(_ name: String, _ other: String? = nil) throws -> Bool? {
        guard let command = try command(name, other) else { return nil }
        guard let value = Numbers.booleanOrExpression(command.text) else {
            throw fail("\(name)=\(command.text) is invalid", at: command.position, expected: "a boolean")
        }
        return value
    }

    func integer(_ name: String, _ other: String? = nil, is32Bit: Bool = false) throws -> Int64? {
        guard let command = try command(name, other) else { return nil }
        guard let value = Numbers.integerOrExpression(command.text), !is32Bit || (value >= Int64(Int32.min) && value < Int64(Int32.max)) else {
            throw fail("\(name)=\(command.text) is invalid", at: command.position, expected: "an integer")
        }
        return value
    }

    /// Records an error and returns the value to throw.
    func fail(_ message: String, at position: SourcePosition?, expected: String? = nil, suggestion: String? = nil) -> StepFailed {
        findings.error(message, at: position, expected: expected, suggestion: suggestion)
        return StepFailed()
    }

    /// Warns, but only once for all jobs.
    func warn(_ message: String, at position: SourcePosition?, suggestion: String? = nil) {
        findings.warning(message, at: position, suggestion: suggestion)
    }

    // MARK: Attributes

    func lookup(_ attribute: String) -> ExprTree? {
        if !isClusterMade { reads.insert(ASCII.lowercased(attribute)) }
        return job[attribute] ?? base[attribute]
    }

    func has(_ attribute: String) -> Bool { lookup(attribute) != nil }

    private func value(_ attribute: String) -> Value? {
        guard let tree = lookup(attribute) else { return nil }
        if let literal = tree.literalValue { return literal }
        var ad = base
        ad.merge(job)
        return tree.evaluate(my: ad)
    }

    func evaluated(_ attribute: String) -> Value { value(attribute) ?? .undefined }

    func string(of attribute: String) -> String? {
        if case .string(let string)? = value(attribute) { return string }
        return nil
    }

    func boolean(of attribute: String) -> Bool? { value(attribute)?.booleanEquivalent }
    func integer(of attribute: String) -> Int64? { value(attribute).flatMap(Expressions.integer) }

    func set(_ attribute: String, _ tree: ExprTree) {
        if isClusterMade, base[attribute] == tree {
            guard job[attribute] != nil else { return }
            writes.insert(ASCII.lowercased(attribute))
            job.remove(attribute)
        } else {
            writes.insert(ASCII.lowercased(attribute))
            job[attribute] = tree
        }
    }

    func set(_ attribute: String, _ value: String) { set(attribute, .string(value)) }
    func set(_ attribute: String, _ value: Bool) { set(attribute, .boolean(value)) }
    func set(_ attribute: String, _ value: Int64) { set(attribute, .integer(value)) }

    /// Sets an attribute to an expression given as text.
    /// - Throws: if the text is not an expression.
    func set(_ attribute: String, expression text: String, from command: Command? = nil) throws {
        let problem: ClassAdError
        do {
            set(attribute, try ExprTree.parse(text, syntax: .old))
            return
        } catch {
            problem = error
        }
        let inner = problem.diagnostic
        let isExact = command.map { ASCII.same($0.text, text) } ?? false
        let position = isExact && inner.line == 1 && inner.column > 0 ? command?.position(of: inner.column - 1) : command?.position
        let what = command.map { ASCII.same($0.text, text) ? "\($0.name): " : "" } ?? ""
        throw fail("\(what)\(attribute) = \(text.prefix(200)) is not an expression: \(inner.message)", at: position, expected: inner.expected)
    }

    // MARK: Paths

    /// `name` as an absolute path without double slashes, relative to the job's directory or to the description's.
    func fullPath(_ name: String, inJobDirectory: Bool = true) -> String {
        let base = inJobDirectory ? workingDirectory : files?.workingDirectory ?? parameters.workingDirectory
        return Self.compressed(Self.isAbsolute(name) ? "/" + name : "/" + base + "/" + name)
    }

    static func isAbsolute(_ path: String) -> Bool { path.utf8.first == ASCII.slash }

    static func compressed(_ path: String) -> String {
        var result = Bytes()
        for byte in path.utf8 {
            let isSeparator = byte == ASCII.slash || byte == ASCII.backslash
            if isSeparator, let last = result.last, last == ASCII.slash || last == ASCII.backslash { continue }
            result.append(byte)
        }
        return ASCII.string(result)
    }

    static func baseName(_ path: String) -> String {
        let bytes = Array(path.utf8)
        guard let slash = bytes.lastIndex(of: ASCII.slash) else { return path }
        return ASCII.string(bytes[(slash + 1)...])
    }

    /// A URL's scheme; nil for any other text.
    static func scheme(of text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, ASCII.isLetter(first) else { return nil }
        let end = bytes.firstIndex { !(ASCII.isAlphanumeric($0) || $0 == ASCII.plus || $0 == UInt8(ascii: "-") || $0 == ASCII.dot) } ?? bytes.count
        guard bytes[end...].starts(with: "://".utf8), bytes.count > end + 3 else { return nil }
        return ASCII.string(bytes[..<end])
    }

    /// Size of a file or directory in KiB; 0 if it is not known.
    func sizeInKiB(_ path: String) -> Int64 {
        guard Self.scheme(of: path) == nil else { return 0 }
        let size: Int64
        if let files {
            size = files.status(of: fullPath(path))?.size ?? 0
        } else {
            size = parameters.inputSizes[path] ?? 0
        }
        return (max(0, size) + 1023) / 1024
    }
}
