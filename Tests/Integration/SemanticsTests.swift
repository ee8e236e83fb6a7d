import Foundation
import Testing

/// The same submit files come to the same end on every scheduler: what HTCondor 25.14 made of each of them lies beside it.
///
/// Compared are all attributes of the job's ad but those of ``SemanticsReport/unpredictable``, the values of all but those of
/// ``SemanticsReport/masked``, the files that came back, and the events of the user log. With `HTAPI_RECORD_SEMANTICS=1` in the environment the
/// results are written instead, which is for a real
/// HTCondor only.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct SemanticsTests {
    @Test func jobsEndAsOnHTCondor() async throws {
        let pool = try RealPool.require()
        let records = ProcessInfo.processInfo.environment["HTAPI_RECORD_SEMANTICS"] != nil
        // Attributes come and go between versions; what is recorded is that of this one.
        guard records || pool.version.hasPrefix("25.14.") else { return }
        let only = ProcessInfo.processInfo.environment["HTAPI_SEMANTICS_CASES"].map { Set($0.split(separator: ",").map(String.init)) }
        let cases = try SemanticsCase.all().filter { only?.contains($0.name) ?? true }
        #expect(cases.count >= 20 || only != nil)
        let reports = try await SemanticsRun(pool: pool).reports(of: cases)
        for (item, outcome) in zip(cases, reports) {
            switch outcome {
            case .failure(let error): Issue.record("\(item.name): \(error)")
            case .success(let report) where records: try report.text.write(to: item.expectedFile, atomically: true, encoding: .utf8)
            case .success(let report):
                let differences = report.differences(from: try String(contentsOf: item.expectedFile, encoding: .utf8))
                #expect(differences.isEmpty, "\(item.name), - as on HTCondor, + here:\n\(differences.joined(separator: "\n"))")
            }
        }
    }
}

/// A folder of `Semantics`: `job.sub`, the files that the job needs, and `expected`. Comments at the head of the submit file say what it takes:
/// `# until NAME = VALUE` when the job has come to its end, `# user NAME` who submits it, `# proc N` which of its jobs is looked at, `# plain` that
/// it is not spooled, `# varies NAME…` which attributes, or the `events`, HTCondor itself does not
/// repeat.
struct SemanticsCase: Sendable {
    let name: String
    let folder: URL
    private(set) var until = (name: "", value: "")
    private(set) var user = "alice"
    private(set) var process = 0
    private(set) var isSpooled = true
    private(set) var varying: Set<String> = []

    var expectedFile: URL { folder.appendingPathComponent("expected") }

    static func all() throws -> [SemanticsCase] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Semantics")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { try SemanticsCase(folder.appendingPathComponent($0)) }
    }

    private init(_ folder: URL) throws {
        self.folder = folder
        name = folder.lastPathComponent
        for line in try String(contentsOf: folder.appendingPathComponent("job.sub"), encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.first == "#", words.count > 1 else { continue }
            switch words[1] {
            case "until":
                let sides = words[2].components(separatedBy: " = ")
                until = (sides[0], sides[1])
            case "user": user = words[2]
            case "proc": process = Int(words[2]) ?? 0
            case "plain": isSpooled = false
            case "varies": varying = Set(words[2].split(separator: " ").map(String.init))
            default: break
            }
        }
    }

    /// The files that the job is submitted with.
    func archive() async throws -> [UInt8] {
        var members: [String: TarArchive.File] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where name != "expected" {
            let path = folder.appendingPathComponent(name).path
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            members[name] = .init(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), mode: name.hasSuffix(".sh") ? 0o755 : 0o644)
        }
        return try await TarArchive.make(members)
    }
}

/// Many cases at once, since jobs wait most of the time. Their jobs have the attribute `SemanticsRun` in common.
struct SemanticsRun: Sendable {
    let pool: RealPool
    private let id = UInt32.random(in: 0 ... .max)

    init(pool: RealPool) { self.pool = pool }

    func reports(of cases: [SemanticsCase]) async throws -> [Result<SemanticsReport, any Error>] {
        var clusters: [Int] = []
        for item in cases { clusters.append(try await submit(item)) }
        let jobs = zip(cases, clusters).map { "\($1).\($0.process)" }
        var ads: [String: [String: String]] = [:]
        do {
            try await pool.poll(within: .seconds(150), "all jobs to come to their end") {
                for command in [["condor_q"], pool.history] { ads.merge(try await self.ads(command), uniquingKeysWith: { $1 }) }
                if zip(cases, jobs).allSatisfy({ ads[$1]?[$0.until.name] == $0.until.value }) { return true }
                try await Task.sleep(for: .milliseconds(500))
                return false
            }
        } catch is RealPoolError {
            // Those that did not are reported one by one.
        }
        var reports: [Result<SemanticsReport, any Error>] = []
        for (item, job) in zip(cases, jobs) {
            let ad = ads[job] ?? [:]
            if ad[item.until.name] == item.until.value {
                do { reports.append(.success(try await report(item, job, ad))) } catch { reports.append(.failure(error)) }
            } else {
                let text = ad.map { "\($0.key) = \($0.value)" }.sorted().joined(separator: "\n")
                reports.append(.failure(RealPoolError("\(item.until.name) is not \(item.until.value):\n\(text)")))
            }
        }
        try await pool.remove("-constraint", "SemanticsRun == \(id)")
        return reports
    }

    private func place(_ item: SemanticsCase) -> String { "semantics/\(id)/\(item.name)" }

    private func submit(_ item: SemanticsCase) async throws -> Int {
        try await RealPool.check(
            pool.run(["bash", "-c", "mkdir -p \"$0\" && tar -C \"$0\" --no-same-owner -xf -", place(item)], as: item.user, input: item.archive()))
        let options = ["-terse", "-append", "+SemanticsRun = \(id)"] + (item.isSpooled ? ["-spool"] : [])
        let text = try await RealPool.check(
            pool.run(["bash", "-c", "cd \"$0\" && exec condor_submit \"$@\" job.sub", place(item)] + options, as: item.user))
        // "7.0 - 7.2"
        guard let line = text.split(separator: "\n").last(where: { $0.contains(" - ") }), let cluster = Int(line.prefix { $0.isNumber })
        else { throw RealPoolError("\(item.name): condor_submit said: \(text)") }
        return cluster
    }

    /// The jobs of this run that the tool knows, as `-long` writes them.
    private func ads(_ command: [String]) async throws -> [String: [String: String]] {
        let text = try await RealPool.check(pool.run(command + ["-long", "-constraint", "SemanticsRun == \(id)"], as: "root"))
        var ads: [String: [String: String]] = [:]
        for paragraph in text.components(separatedBy: "\n\n") {
            var ad: [String: String] = [:]
            for line in paragraph.split(separator: "\n") {
                guard let separator = line.range(of: " = ") else { continue }
                ad[String(line[..<separator.lowerBound])] = String(line[separator.upperBound...])
            }
            if let cluster = ad["ClusterId"], let process = ad["ProcId"] { ads["\(cluster).\(process)"] = ad }
        }
        return ads
    }

    private func report(_ item: SemanticsCase, _ job: String, _ ad: [String: String]) async throws -> SemanticsReport {
        let events = try await events(ad)
        if item.isSpooled { _ = try await pool.run(["condor_transfer_data", job], as: item.user) }
        let files = try await files(item)
        let home = pool.homePath(place(item), of: item.user)
        return SemanticsReport(ad: ad, events: events, files: files, home: home, varying: item.varying)
    }

    /// The numbers of the user log's events; image sizes (006) come when they come.
    private func events(_ ad: [String: String]) async throws -> [String]? {
        guard var path = ad["UserLog"]?.trimmingCharacters(in: ["\""]) else { return nil }
        if !path.hasPrefix("/"), let folder = ad["Iwd"]?.trimmingCharacters(in: ["\""]) { path = "\(folder)/\(path)" }
        let text = try await pool.output(of: "cat", path, as: "root")
        return text.split(separator: "\n").filter { $0.wholeMatch(of: /\d{3} \(.*/) != nil }.map { String($0.prefix(3)) }.filter { $0 != "006" }
    }

    /// The files of the place where the job was submitted, beside those that it came with: name and content.
    private func files(_ item: SemanticsCase) async throws -> [String: String] {
        let known = Set(try FileManager.default.subpathsOfDirectory(atPath: item.folder.path)).union(["job.log"])
        let listing = try await pool.output(of: "bash", "-c", "cd \"$0\" && find . -type f -printf '%P\\n'", place(item), as: item.user)
        var files: [String: String] = [:]
        for name in listing.split(separator: "\n").map(String.init) where !known.contains(name) {
            files[name] = try await pool.output(of: "cat", "\(place(item))/\(name)", as: item.user)
        }
        return files
    }
}

/// What became of a job, as text that can be compared.
struct SemanticsReport: Sendable {
    let ad: [String: String]
    let events: [String]?
    let files: [String: String]

    /// Attributes that are not compared: they are there by chance, or are the daemons' own accounts and not the job's.
    static let unpredictable: Set<String> = [
        "ActivationDuration", "ActivationExecutionDuration", "ActivationSetupDuration", "ActivationTeardownDuration", "AutoClusterAttrs",
        "AutoClusterId",
        "BlockReadKbytes", "BlockReads", "BlockWriteKbytes", "BlockWrites", "CpusUsage", "ExecuteDirWasEncrypted", "FirstJobMatchDate",
        "JobAbortEventLogged", "JobCurrentReconnectAttempt", "LastRejMatchNegotiator", "LastRejMatchTime", "MachineAttrCpus0",
        "MachineAttrSlotWeight0",
        "RecentBlockReadKbytes", "RecentBlockReads", "RecentBlockWriteKbytes", "RecentBlockWrites", "RecentStatsLifetimeStarter",
        "ScratchDirFileCount",
        "SemanticsRun", "ServerTime", "StartdPrincipal", "StatsLifetimeStarter",
    ]

    /// Attributes of which only the presence is compared: times, sizes of processes, addresses, names of places and versions.
    static let masked: Set<String> = [
        "ClusterId", "CommittedSlotTime", "CommittedTime", "CompletionDate", "CondorPlatform", "CondorVersion", "CumulativeSlotTime", "DeferralTime",
        "DiskUsage", "DiskUsage_RAW", "EnteredCurrentStatus", "ExecutableSize", "ExecutableSize_RAW", "GlobalJobId", "ImageSize", "ImageSize_RAW",
        "InitialWaitDuration", "Iwd", "JobCurrentFinishTransferInputDate", "JobCurrentFinishTransferOutputDate", "JobCurrentStartDate",
        "JobCurrentStartExecutingDate", "JobCurrentStartTransferInputDate", "JobCurrentStartTransferOutputDate", "JobFinishedHookDone",
        "JobLastStartDate",
        "JobMaterializeDate", "JobMaterializeDigestFile", "JobStartDate", "LastJobLeaseRenewal", "LastMatchTime", "LastPublicClaimId",
        "LastRemoteHost",
        "LastRemoteWallClockTime", "LastVacateTime", "QDate", "RemoteWallClockTime", "ResidentSetSize", "ResidentSetSize_RAW", "StageInFinish",
        "StageInStart",
        "StderrMtime", "StdoutMtime", "SubmitVersion", "TransferInFinished", "TransferInStarted", "TransferOutFinished", "TransferOutStarted",
    ]

    /// The report of a job. Names of slots, scratch directories and the folder of submission become the same everywhere.
    init(ad: [String: String], events: [String]?, files: [String: String], home: String, varying: Set<String>) {
        self.ad = Dictionary(
            uniqueKeysWithValues: ad.filter { !Self.unpredictable.contains($0.key) && !varying.contains($0.key) }.map { name, value in
                (name, Self.masked.contains(name) ? "*" : Self.withoutPlaces(value.replacingOccurrences(of: home, with: "$HOME")))
            })
        self.events = varying.contains("events") ? nil : events
        self.files = files.mapValues(Self.withoutPlaces)
    }

    private static func withoutPlaces(_ text: String) -> String {
        text.replacing(/slot\d+_\d+/, with: "slot1_*").replacing(/file \/\S*\//, with: "file */")
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    private var lines: [String] {
        var lines = ad.map { "\($0.key) = \($0.value)" }.sorted()
        if let events { lines.append("--- events " + events.joined(separator: " ")) }
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            lines.append("--- \(name)")
            lines += content.split(separator: "\n", omittingEmptySubsequences: false).dropLast(content.hasSuffix("\n") ? 1 : 0).map(String.init)
        }
        return lines
    }

    /// The lines that are expected and missing (-), and those that are not expected (+).
    func differences(from expected: String) -> [String] {
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        let actual = lines
        return actual.difference(from: wanted).map { change in
            switch change {
            case .remove(_, let line, _): "- \(line)"
            case .insert(_, let line, _): "+ \(line)"
            }
        }
    }
}
