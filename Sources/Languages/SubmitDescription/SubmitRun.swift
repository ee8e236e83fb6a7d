import ClassAd
import CondorModel
import Diagnostics
import MacroLanguage
import Text

/// Reads one description.
struct SubmitRun {
    let findings: Findings
    let files: (any SubmitFiles)?
    let parameters: SubmitParameters

    func plan(_ source: SourceText) throws(SubmitError) -> SubmitPlan {
        var table = SubmitTable()
        setDefaults(&table)
        for (name, value) in parameters.arguments {
            table.set(Bytes(name.utf8), to: Bytes(value.utf8), origin: .argument, map: nil)
        }
        let context = SubmitContext(table: table)
        context.environment = SubmitDescription.environment(files)
        let reading = readStages(source, context)
        if findings.hasErrors {
            reportStatements(of: reading)
            throw findings.failure
        }
        return try check(reading, context)
    }

    // MARK: Reading

    private func setDefaults(_ table: inout SubmitTable) {
        func set(_ name: String, _ value: String) { table.setDefault(name, .value(Bytes(value.utf8))) }
        for name in ["ARCH", "OPSYS", "OPSYSANDVER", "OPSYSMAJORVER", "OPSYSVER", "SPOOL"] { set(name, parameters.knob(name) ?? "") }
        for name in ["Cluster", "ClusterId"] { table.setDefault(name, .live(.cluster)) }
        for name in ["Process", "ProcId"] { table.setDefault(name, .live(.process)) }
        for name in ["Row", "ItemIndex"] { table.setDefault(name, .live(.row)) }
        table.setDefault("Step", .live(.step))
        set("IsLinux", "1")
        set("IsWindows", "0")
        set("JobId", "$(ClusterId).$(ProcId)")
        set("JobListId", "$(ClusterId)")
        set("Node", "")
        set("TaskId", "0")
        set("Request_CPUs", "$(RequestCPUs)")
        set("Request_Memory", "$(RequestMemory)")
        set("VM_MEMORY", "$(Request_Memory)")
        set("VM_VCPUS", "$(Request_CPUs)")
        set("SUBMIT_FILE", parameters.fileName ?? "")
        set("SUBMIT_TIME", String(parameters.submitTime))
        let date = CivilDate(secondsSinceEpoch: parameters.submitTime + Int64(parameters.timeZoneMinutes) * 60)
        set("Year", String(date.year))
        set("Month", (date.month < 10 ? "0" : "") + String(date.month))
        set("Day", (date.day < 10 ? "0" : "") + String(date.day))
    }

    private struct Reading {
        var stages: [SubmitPlan.Stage] = []
        /// The first line after the queue statements that are allowed.
        var extra: LogicalLine?
        /// The position of a statement that makes too many jobs.
        var excess: SourcePosition?
    }

    private func readStages(_ source: SourceText, _ context: SubmitContext) -> Reading {
        let reader = SubmitReader(context: context, findings: findings, files: files, parameters: parameters)
        var lines = source.lines(index: 0)
        var reading = Reading()
        var queueCount = 0
        while true {
            if queueCount > 0, parameters.isSet("SUBMIT_PREVENT_MULTI_QUEUE") || isFactory(context) {
                while let line = lines.next() {
                    guard let first = line.bytes.first, first != ASCII.hash else { continue }
                    reading.extra = line
                    return reading
                }
                break
            }
            var statementLine = reader.readToQueue(&lines)
            if statementLine == nil, queueCount > 0 { break }
            for line in parameters.appendedLines where QueueStatement.arguments(of: Bytes(line.utf8)) == nil { reader.readAppended(line) }
            if queueCount == 0 {
                let directory = files?.workingDirectory ?? parameters.workingDirectory
                context.table.set(Bytes("FACTORY.Iwd".utf8), to: Bytes(directory.utf8), origin: .preset, map: nil)
                context.table.sort()
            }
            queueCount += 1
            if let given = parameters.queueStatement ?? parameters.appendedLines.last(where: { QueueStatement.arguments(of: Bytes($0.utf8)) != nil })
            {
                if let line = statementLine {
                    findings.error("a queue statement was given besides the description, which has its own", at: line.map.first)
                    break
                }
                let text = SourceText(name: "<queue>", bytes: Bytes(given.utf8))
                var reader = text.lines(index: findings.add(text))
                statementLine = reader.next()
            }
            if let stage = readStage(statementLine, &lines, context) {
                reading.stages.append(stage)
                if reading.stages.reduce(0, { $0 + $1.jobCount }) > parameters.jobLimit {
                    reading.excess = statementLine?.map.first
                    return reading
                }
            }
            if statementLine == nil { break }
        }
        return reading
    }

    private func reportStatements(of reading: Reading) {
        if let excess = reading.excess { findings.error("the description makes more than \(parameters.jobLimit) jobs", at: excess) }
        if let extra = reading.extra { findings.error("extra data found after the queue statement", at: extra.map.first) }
    }

    private func isFactory(_ context: SubmitContext) -> Bool {
        let commands = ["max_materialize", "JobMaterializeLimit", "max_idle", "JobMaterializeMaxIdle", "materialize_max_idle"]
        let given = commands.filter { name in
            guard let position = context.table.find(Bytes(name.utf8)) else { return false }
            return (try? context.expand(context.table[position].value).isEmpty) != true
        }
        if let first = given.first { context.table.markUsed(first) }
        return !parameters.isMaterializing && (parameters.isFactory || !given.isEmpty)
    }

    /// Reads the numbers that request a factory before anything else. If there are several, the first valid one decides.
    private func checkFactoryCommands(_ builder: JobBuilder) throws(SubmitError) {
        do {
            guard try builder.integer("max_materialize", "JobMaterializeLimit", is32Bit: true) == nil else { return }
            guard try builder.integer("max_idle", "JobMaterializeMaxIdle", is32Bit: true) == nil else { return }
            _ = try builder.integer("materialize_max_idle", "JobMaterializeMaxIdle", is32Bit: true)
        } catch {
            throw findings.failure
        }
    }

    private func readStage(_ line: LogicalLine?, _ lines: inout LogicalLineReader, _ context: SubmitContext) -> SubmitPlan.Stage? {
        var statement = QueueStatement()
        let place = line?.map.first
        if let line {
            let arguments = QueueStatement.arguments(of: line.bytes) ?? []
            let offset = line.bytes.count - arguments.count
            let reader = SubmitReader(context: context, findings: findings, files: files, parameters: parameters)
            context.complaints = []
            defer { reader.reportComplaints(at: place) }
            do {
                statement = try QueueStatement(context.expand(arguments))
            } catch let malformed as QueueStatement.Malformed {
                let isPlain = !arguments.contains(ASCII.dollar)
                findings.error(
                    malformed.message, at: isPlain ? line.map.position(of: offset + malformed.offset) : place, expected: malformed.expected)
                return nil
            } catch let failure as MacroError {
                reader.report(failure, in: "the queue statement", at: line.map.position(of: offset + failure.offset))
                return nil
            } catch {
                return nil
            }
            let loader = QueueItemLoader(context: context, findings: findings, files: files, parameters: parameters)
            loader.load(&statement, &lines, at: line)
            if findings.hasErrors { return nil }
        }
        let iteration = QueueIteration(statement)
        guard let count = iteration.jobCount else {
            findings.error("the description makes more than \(parameters.jobLimit) jobs", at: place)
            return nil
        }
        guard count > 0 else { return nil }
        if let step = statement.slice?.step, step <= 0 {
            findings.error("the step of a slice must be positive", at: place)
            return nil
        }
        let ownTable = context.table
        for variable in iteration.variables { context.table.setLive(variable, to: []) }
        if iteration.variables.isEmpty { context.table.setLive(Bytes("Item".utf8), to: [], isUsed: true) }
        context.table.sort()
        return SubmitPlan.Stage(table: context.table, ownTable: ownTable, iteration: iteration, jobCount: count)
    }

    // MARK: Checking

    private func check(_ reading: Reading, _ context: SubmitContext) throws(SubmitError) -> SubmitPlan {
        let stages = reading.stages
        guard let first = stages.first else {
            reportStatements(of: reading)
            if findings.hasErrors { throw findings.failure }
            findings.warning("the description has only empty queue statements: there are no jobs", at: nil)
            return SubmitPlan(
                stages: [], parameters: parameters, files: files, texts: findings.texts, procCount: 0, warnings: findings.warnings,
                clusterAd: ClassAd(), inputs: [], isUniform: true, jobStatus: 1, factory: nil)
        }
        let total = stages.reduce(0) { $0 + $1.jobCount }
        context.table = first.table
        let builder = JobBuilder(context: context, findings: findings, parameters: parameters, files: files)
        let asksForFactory = isFactory(context)
        let isFactory = asksForFactory && !parameters.expandsFactories
        builder.isFactory = isFactory
        try checkFactoryCommands(builder)
        if isFactory { first.iteration.prepareForFactory(in: context) } else { first.iteration.prepare(0, in: context) }
        builder.makeCluster()
        reportStatements(of: reading)
        var inputs = builder.orderedInputs
        var seen = Set(inputs)
        if !findings.hasErrors, !parameters.isMaterializing {
            checkJobs(stages, builder) { input in
                if seen.insert(input).inserted { inputs.append(input) }
            }
        }
        var factory: SubmitFactory?
        if asksForFactory, !findings.hasErrors {
            factory = try? SubmitFactory(builder, first, total: total)
        }
        if !isFactory {
            if factory != nil { findings.warning("max_materialize and max_idle have no effect here: all jobs are queued at once", at: nil) }
            factory = nil
        }
        factory?.markUses(in: &context.table)
        if parameters.warnsAboutUnused { warnAboutUnused(context) }
        if findings.hasErrors { throw findings.failure }
        var clusterAd = builder.base
        builder.job = ClassAd()
        let status = builder.integer(of: "JobStatus") ?? JobStatus.idle.rawValue
        let isUniform = !isFactory && !context.dependsOnCluster && stages.count == 1 && (total == 1 || !builder.hasLiveSteps)
        clusterAd.remove("JobStatus")
        return SubmitPlan(
            stages: stages, parameters: parameters, files: files, texts: findings.texts, procCount: total, warnings: findings.warnings,
            clusterAd: clusterAd, inputs: inputs, isUniform: isUniform, jobStatus: status, factory: factory)
    }

    /// Makes the jobs after the first one, as far as they can differ from it.
    private func checkJobs(_ stages: [SubmitPlan.Stage], _ builder: JobBuilder, addInput: (SandboxInput) -> Void) {
        var process = 0
        let context = builder.context
        context.budget = MacroBudget(SubmitContext.allWork)
        for (number, stage) in stages.enumerated() {
            if number > 0 {
                let used = context.table.items.filter(\.isUsed).map(\.name)
                context.table = stage.table
                for name in used { context.table.markUsed(ASCII.string(name)) }
            }
            for index in 0..<stage.jobCount {
                defer { process += 1 }
                if process == 0 { continue }
                guard process < SubmitDescription.checkedJobs, context.budget.remaining > SubmitContext.allWork / 2,
                    number > 0 || builder.hasLiveSteps
                else { break }
                context.process = process
                stage.iteration.prepare(index, in: context)
                builder.makeProcess(everything: number > 0)
                if findings.hasErrors { return }
                for input in builder.orderedInputs { addInput(input) }
            }
        }
    }

    private static let exemptNames = [
        "DAG_STATUS", "FAILED_COUNT", "JOB", "RETRY", "SubmitWarnEmptyMatches", "SubmitFailEmptyMatches", "SubmitWarnDuplicateMatches",
        "SubmitFailEmptyFields", "SubmitWarnEmptyFields", "interactive_args",
    ]

    private func warnAboutUnused(_ context: SubmitContext) {
        for name in Self.exemptNames { context.table.markUsed(name) }
        for item in context.table.items where !item.isUsed {
            guard item.name.first != ASCII.plus, !item.name.contains(ASCII.dot) else { continue }
            let name = ASCII.string(item.name)
            if findings.isFull { return }
            let suggestion = Suggestion.command(for: name)
            // After an error, many names were never reached. But a misspelt name may be the cause of the error.
            guard !findings.hasErrors || suggestion != nil else { continue }
            if item.origin == .loopVariable {
                findings.warning("the queue variable '\(name)' is not used; is it a typo?", at: nil)
            } else {
                let value = item.isLive ? " = " : " = " + ASCII.string(item.value.prefix(100))
                findings.warning("the line '\(name)\(value)' is not used; is it a typo?", at: item.map?.first, suggestion: suggestion)
            }
        }
    }
}
