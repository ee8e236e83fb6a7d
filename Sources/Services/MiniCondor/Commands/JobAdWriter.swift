import Cedar
import ClassAd
import CondorModel

/// Writes jobs' ads to a message, directly from the queue's stored bytes.
struct JobAdWriter {
    /// The attributes to write; empty for all.
    let projection: [String]
    /// The scheduler's time, if the client asked for it.
    let serverTime: Int64?

    private static let serverTimeName = "ServerTime"

    init(projection: [String], serverTime: Int64?) {
        var names: [String] = []
        var seen: Set<String> = []
        for name in projection where seen.insert(name.lowercased()).inserted { names.append(name) }
        self.projection = names
        self.serverTime = serverTime
    }

    /// Writes each attribute once; the proc's value overrides the cluster's. Secrets are left out.
    func write(_ job: JobSnapshot, into message: inout MessageEncoder) {
        if projection.isEmpty {
            writeWhole(job, into: &message)
        } else {
            writeProjected(job, into: &message)
        }
    }

    private func writeWhole(_ job: JobSnapshot, into message: inout MessageEncoder) {
        var count = serverTime == nil ? 0 : 1
        var text = MessageEncoder(encrypted: message.encrypted)
        text.reserveCapacity(2 * (job.cluster.bytes.count + job.proc.bytes.count))
        job.cluster.forEach { name, expression in
            guard !job.proc.contains(name), !Self.isPrivate(name) else { return }
            text.write(attribute: name, expression: expression)
            count += 1
        }
        job.proc.forEach { name, expression in
            guard !Self.isPrivate(name) else { return }
            text.write(attribute: name, expression: expression)
            count += 1
        }
        message.write(integer: count)
        message.write(bytes: text.bytes)
        finish(&message)
    }

    private func writeProjected(_ job: JobSnapshot, into message: inout MessageEncoder) {
        var found: [(name: String, text: ArraySlice<UInt8>)] = []
        found.reserveCapacity(projection.count)
        var references: [String] = []
        func take(_ name: String) {
            guard let text = job[name], !WireAd.isPrivateAttribute(name) else { return }
            found.append((name, text))
            if !Self.isPlainLiteral(text) { references += job.expression(name)?.namesWithinAd ?? [] }
        }
        for name in projection { take(name) }
        // Also write the attributes that the requested expressions refer to. Otherwise the client could not evaluate them.
        var taken: Set<String>?
        while let name = references.popLast() {
            var seen = taken ?? Set(projection.map { $0.lowercased() })
            if seen.insert(name.lowercased()).inserted { take(name) }
            taken = seen
        }
        message.write(integer: found.count + (serverTime == nil ? 0 : 1))
        for (name, text) in found {
            var name = name
            name.withUTF8 { name in text.withUnsafeBufferPointer { message.write(attribute: name, expression: $0) } }
        }
        finish(&message)
    }

    private func finish(_ message: inout MessageEncoder) {
        if let serverTime {
            var name = Self.serverTimeName
            var value = String(serverTime)
            name.withUTF8 { name in value.withUTF8 { message.write(attribute: name, expression: $0) } }
        }
        message.writeAdTypes()
    }

    /// Whether the text is a number, a word such as `true`, or a string, and so refers to nothing.
    private static func isPlainLiteral(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return text.dropFirst().allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        case UInt8(ascii: "\""):
            return text.dropFirst().firstIndex(of: UInt8(ascii: "\"")) == text.indices.last
        default:
            return text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8) || text.elementsEqual("undefined".utf8)
        }
    }

    private static func isPrivate(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch name.first {
        case UInt8(ascii: "C"), UInt8(ascii: "c"), UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "_"):
            WireAd.isPrivateAttribute(String(decoding: name, as: UTF8.self))
        default: false
        }
    }
}
