import ClassAd

/// The text of an event after its time: the rest of the first line, and the lines up to the one that ends the event.
///
/// What is read from each kind of event, and under which names, follows HTCondor 25.14, `condor_utils/condor_event.cpp`. If the text deviates from
/// HTCondor's form, the result has the attributes that could be read.
struct EventBody {
    let head: ArraySlice<UInt8>
    let lines: [ArraySlice<UInt8>]
    private var position = 0
    var attributes = ClassAd()

    init(head: ArraySlice<UInt8>, lines: [ArraySlice<UInt8>]) {
        self.head = head
        self.lines = lines
    }

    /// The attributes of an event with this number.
    static func attributes(number: Int, head: ArraySlice<UInt8>, lines: [ArraySlice<UInt8>]) -> ClassAd {
        var body = EventBody(head: head, lines: lines)
        body.read(LoggedEventType(rawValue: number))
        for name in LoggedEvent.commonNames { body.attributes.remove(name) }
        return body.attributes
    }

    // MARK: Lines

    /// The next line.
    mutating func line() -> TextCursor? {
        guard position < lines.count else { return nil }
        position += 1
        return TextCursor(lines[position - 1])
    }

    /// The next line, trimmed; nil also for an empty one.
    mutating func text() -> ArraySlice<UInt8>? {
        guard let text = line()?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    mutating func unreadLine() { position = max(position - 1, 0) }

    mutating func set(_ name: String, _ text: ArraySlice<UInt8>?) {
        guard let text, !text.isEmpty else { return }
        attributes.set(name, String(logged: text))
    }

    mutating func set(_ name: String, _ number: Int64?) {
        if let number { attributes.set(name, number) }
    }

    /// The text after a prefix of the line.
    private static func value(of line: ArraySlice<UInt8>?, after prefix: StaticString) -> ArraySlice<UInt8>? {
        guard let line else { return nil }
        var cursor = TextCursor(line)
        return cursor.skip(prefix) ? cursor.rest : nil
    }

    private mutating func value(after prefix: StaticString) -> ArraySlice<UInt8>? { Self.value(of: line()?.rest, after: prefix) }

    /// Reads `Name = expression`. Returns false for any other line.
    private static func insert(_ line: ArraySlice<UInt8>, into ad: inout ClassAd) -> Bool {
        guard line.contains(UInt8(ascii: "=")), let parsed = try? ClassAd.parse(String(logged: line), syntax: .old), !parsed.isEmpty else {
            return false
        }
        ad.merge(parsed)
        return true
    }

    // MARK: Kinds

    private mutating func read(_ type: LoggedEventType?) {
        switch type {
        case .submit: submission(prefix: "Job submitted from host: ", keepsNotes: true)
        case .clusterSubmit: submission(prefix: "Cluster submitted from host: ", keepsNotes: false)
        case .execute: execution(host: Self.value(of: head, after: "Job executing on host: "))
        case .nodeExecute:
            var cursor = TextCursor(head)
            guard cursor.scan("Node "), let node = cursor.integer(), cursor.scan(" executing on host: ") else { return }
            execution(host: cursor.trimmed)
            set("Node", node)
        case .executableError:
            var cursor = TextCursor(head)
            if cursor.skip(UInt8(ascii: "(")) { set("ExecuteErrorType", cursor.integer()) }
        case .checkpointed: checkpoint()
        case .jobEvicted: eviction()
        case .jobTerminated: termination(of: "Job")
        case .nodeTerminated:
            var cursor = TextCursor(head)
            let node = cursor.scan("Node ") ? cursor.integer() : nil
            termination(of: "Node")
            set("Node", node)
        case .postScriptTerminated: postScript()
        case .imageSize: imageSize()
        case .shadowException:
            attributes.set("Message", String(logged: text() ?? []))
            bytes(sent: "SentBytes", received: "ReceivedBytes")
        case .generic: set("Info", head)
        case .jobAborted, .jobReleased, .dataflowJobSkipped: set("Reason", text())
        case .jobSuspended:
            var cursor = line()
            if cursor?.scan(" Number of processes actually suspended: ") == true { set("NumberOfPIDs", cursor?.integer()) }
        case .jobUnsuspended, .jobStatusUnknown, .jobStatusKnown, .jobStageIn, .jobStageOut: break
        case .jobHeld: hold()
        case .remoteError: remoteError()
        case .jobDisconnected, .jobReconnected, .jobReconnectFailed: connection(type)
        case .gridResourceUp, .gridResourceDown, .gridSubmit:
            set("GridResource", value(after: "    GridResource: "))
            if type == .gridSubmit { set("GridJobId", value(after: "    GridJobId: ")) }
        case .jobAdInformation:
            while let line = line() { _ = Self.insert(line.rest, into: &attributes) }
        case .attributeUpdate: attributeUpdate()
        case .preSkip: set("SkipEventLogNotes", text())
        case .clusterRemove: clusterRemoval()
        case .factoryPaused, .factoryResumed: factory(isPaused: type == .factoryPaused)
        case .fileTransfer: fileTransfer()
        case .commonFiles:
            var cursor = TextCursor(head)
            if cursor.upTo("Common files event: ") != nil { set("Type", cursor.rest) }
        case .reserveSpace, .releaseSpace, .fileComplete, .fileUsed, .fileRemoved: labelledValues()
        case nil:
            set("EventHead", head)
            while let line = line() { _ = Self.insert(line.rest, into: &attributes) }
        }
    }

    private mutating func submission(prefix: StaticString, keepsNotes: Bool) {
        set("SubmitHost", Self.value(of: head, after: prefix))
        var count = 0
        var notes: ClassAd?
        func setNote(_ name: String, _ text: ArraySlice<UInt8>) {
            if keepsNotes { set(name, text) }
        }
        while let line = line() {
            count += 1
            let text = line.trimmed
            var cursor = TextCursor(text)
            if text.first == UInt8(ascii: "[") {
                guard notes == nil else { continue }
                setNote("LogNotes", text)
                notes = try? ClassAd.parse(String(logged: text), syntax: .new, ignoresTrailingText: true)
            } else if cursor.skip("DAG Node: ") {
                setNote("LogNotes", text)
                var ad = notes ?? ClassAd()
                ad.set("DAGNodeName", String(logged: cursor.trimmed))
                notes = ad
            } else if keepsNotes, cursor.skip("WARNING: ") {
                setNote("Warnings", text)
            } else if count <= 2 {
                setNote(count == 1 ? "LogNotes" : "UserNotes", text)
            }
        }
        if let notes { attributes.set("StructuredNotes", .ad(notes)) }
    }

    private mutating func execution(host: ArraySlice<UInt8>?) {
        set("ExecuteHost", host)
        var properties = ClassAd()
        while var line = line() {
            if line.skip("\tSlotName:") {
                var name = line.trimmed
                if name.count >= 2, name.first == UInt8(ascii: "\""), name.last == UInt8(ascii: "\"") { name = name.dropFirst().dropLast() }
                set("SlotName", name)
            } else {
                _ = Self.insert(line.rest, into: &properties)
            }
        }
        if !properties.isEmpty { attributes.set("ExecuteProps", .ad(properties)) }
    }

    private mutating func postScript() {
        ending()
        guard let text = text() else { return }
        set("DAGNodeName", Self.value(of: text, after: "DAG Node: "))
    }

    private mutating func imageSize() {
        var cursor = TextCursor(head)
        guard cursor.scan("Image size of job updated: "), let size = cursor.integer() else { return }
        attributes.set("Size", size)
        var isResidentSaid = false
        while var line = line() {
            guard let value = line.integer(), line.scan(" - ") else { break }
            switch String(logged: line.word()).lowercased() {
            case "memoryusage": attributes.set("MemoryUsage", value)
            case "residentsetsize":
                isResidentSaid = true
                attributes.set("ResidentSetSize", value)
            case "proportionalsetsize": attributes.set("ProportionalSetSize", value)
            default: return
            }
        }
        if !isResidentSaid { attributes.set("ResidentSetSize", 0) }
    }

    private mutating func hold() {
        if let reason = text(), !reason.elementsEqual("Reason unspecified".utf8) { set("HoldReason", reason) }
        let codes = codes()
        attributes.set("HoldReasonCode", codes?.code ?? 0)
        attributes.set("HoldReasonSubCode", codes?.subCode ?? 0)
    }

    /// Reads `Code 1 Subcode 0` from the next line.
    private mutating func codes() -> (code: Int64, subCode: Int64)? { line().flatMap { Self.codes($0) } }

    static func codes(_ line: TextCursor) -> (code: Int64, subCode: Int64)? {
        var line = line
        guard line.scan(" Code "), let code = line.integer(), line.scan(" Subcode "), let subCode = line.integer() else { return nil }
        return (code, subCode)
    }

    private mutating func remoteError() {
        var cursor = TextCursor(TextCursor.trimmed(head))
        guard let severity = cursor.upTo(" from ") else { return }
        let rest = TextCursor(cursor.trimmed)
        var host = rest
        if let daemon = host.upTo(" on "), !daemon.isEmpty {
            set("Daemon", TextCursor.trimmed(daemon))
        } else {
            host = rest
        }
        var name = host.trimmed
        if name.last == UInt8(ascii: ":") { name.removeLast() }
        set("ExecuteHost", name)
        var message: [UInt8] = []
        var found: (code: Int64, subCode: Int64)?
        while found == nil, var line = line() {
            _ = line.skip("\t")
            found = Self.codes(line)
            guard found == nil else { break }
            if !message.isEmpty { message.append(UInt8(ascii: "\n")) }
            message += line.rest
        }
        set("ErrorMsg", message[...])
        if TextCursor.trimmed(severity).elementsEqual("Warning".utf8) { attributes.set("CriticalError", 0) }
        if let found, found.code != 0 {
            attributes.set("HoldReasonCode", found.code)
            attributes.set("HoldReasonSubCode", found.subCode)
        }
    }

    private mutating func connection(_ type: LoggedEventType?) {
        switch type {
        case .jobDisconnected:
            let reason = value(after: "    ")
            if var rest = value(after: "    Trying to reconnect to ").map({ TextCursor($0) }), let name = rest.upTo(" ") {
                set("StartdAddr", rest.rest)
                set("StartdName", name)
            }
            set("DisconnectReason", reason)
            attributes.set("EventDescription", "Job disconnected, attempting to reconnect")
        case .jobReconnected:
            set("StartdName", Self.value(of: head, after: "Job reconnected to "))
            set("StartdAddr", value(after: "    startd address: "))
            set("StarterAddr", value(after: "    starter address: "))
            attributes.set("EventDescription", "Job reconnected")
        default:
            let reason = value(after: "    ")
            if let rest = value(after: "    Can not reconnect to ") { set("StartdName", rest.prefix { $0 != UInt8(ascii: ",") }) }
            set("Reason", reason)
            attributes.set("EventDescription", "Job reconnect impossible: rescheduling job")
        }
    }

    /// `Changing job attribute NAME from OLD to NEW`, or `Setting job attribute NAME to NEW`.
    private mutating func attributeUpdate() {
        var cursor = TextCursor(head)
        let hasOld = cursor.scan("Changing job attribute ")
        guard hasOld || cursor.scan("Setting job attribute ") else { return }
        set("Attribute", cursor.word())
        if hasOld { guard cursor.scan(" from ") else { return } }
        if hasOld { guard cursor.upTo(" to ") != nil else { return } } else { guard cursor.scan(" to ") else { return } }
        set("Value", cursor.trimmed)
    }

    private mutating func clusterRemoval() {
        var cursor = TextCursor(line()?.trimmed ?? [])
        let start = cursor
        var made: (jobs: Int64, rows: Int64)?
        if cursor.scan("Materialized "), let jobs = cursor.integer(), cursor.scan(" jobs from "), let rows = cursor.integer(), cursor.scan(" items.")
        {
            made = (jobs, rows)
            cursor.skipSpaces()
        } else {
            cursor = start
        }
        let completion: Int64
        if cursor.skip("Error") || cursor.skip("error") {
            let code = cursor.integer() ?? 0
            completion = code < 0 ? code : -1
        } else {
            completion = cursor.skip("Complete") ? 1 : cursor.skip("Paused") ? 2 : 0
        }
        set("Notes", text())
        attributes.set("NextProcId", made?.jobs ?? 0)
        attributes.set("NextRow", made?.rows ?? 0)
        attributes.set("Completion", completion)
    }

    private mutating func factory(isPaused: Bool) {
        set("Reason", text())
        guard isPaused else { return }
        var codes: (pause: Int64, hold: Int64) = (0, 0)
        while let line = line() {
            var pause = line
            if pause.upTo("PauseCode ") != nil { codes.pause = pause.integer() ?? 0 }
            var hold = line
            if hold.upTo("HoldCode ") != nil { codes.hold = hold.integer() ?? 0 }
        }
        attributes.set("PauseCode", codes.pause)
        attributes.set("HoldCode", codes.hold)
    }
}
