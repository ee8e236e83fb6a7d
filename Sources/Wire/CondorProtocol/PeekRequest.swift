package import Cedar
import ClassAd

/// The request of STARTER_PEEK (1503): parts of a running job's files.
///
/// The answer is a ``PeekReply``, then each file it names as ``FileTransfer/FileSize`` and chunks (without a mode), then the number of files.
///
/// Source: HTCondor 25.14, `condor_daemon_client/dc_starter.cpp` and `condor_starter.V6.1/starter.cpp`.
package struct PeekRequest: Sendable, Equatable {
    /// A file and the offset to start at; -1 means the file's last bytes.
    package struct File: Sendable, Equatable {
        package var name: String
        package var offset: Int64

        package init(name: String, offset: Int64) {
            self.name = name
            self.offset = offset
        }
    }

    /// Offsets in standard output and standard error; nil to leave them out.
    package var outputOffset: Int64?
    package var errorOffset: Int64?
    package var files: [File]
    /// The largest total size of all files, in bytes.
    package var maximumBytes: Int64

    package init(outputOffset: Int64? = nil, errorOffset: Int64? = nil, files: [File] = [], maximumBytes: Int64) {
        self.outputOffset = outputOffset
        self.errorOffset = errorOffset
        self.files = files
        self.maximumBytes = maximumBytes
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("Out", outputOffset != nil)
        ad.set("OutOffset", outputOffset ?? -1)
        ad.set("Err", errorOffset != nil)
        ad.set("ErrOffset", errorOffset ?? -1)
        ad.set("CondorVersion", CondorVersion.currentText)
        ad.set("MaxTransferBytes", maximumBytes)
        if !files.isEmpty {
            ad.set("TransferFiles", .list(files.map { .string($0.name) }))
            ad.set("TransferOffsets", .list(files.map { .integer($0.offset) }))
        }
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        outputOffset = ad.boolean("Out") == true ? ad.integer("OutOffset") ?? -1 : nil
        errorOffset = ad.boolean("Err") == true ? ad.integer("ErrOffset") ?? -1 : nil
        maximumBytes = ad.integer("MaxTransferBytes") ?? 0
        let offsets = ad.numbers("TransferOffsets")
        files = ad.nameList("TransferFiles").enumerated().map { index, name in
            File(name: name, offset: index < offsets.count ? offsets[index] : -1)
        }
    }
}

/// The first part of the answer to a ``PeekRequest``.
package enum PeekReply: Sendable, Equatable {
    /// One of the files that follow.
    package enum Source: Sendable, Equatable {
        case output
        case error
        case file(String)
    }

    /// The files that follow, with the offset at which each begins.
    case files([(source: Source, offset: Int64)])
    case refused(reason: String, mayTryAgain: Bool)

    package static func == (left: PeekReply, right: PeekReply) -> Bool {
        switch (left, right) {
        case (.files(let a), .files(let b)): a.elementsEqual(b, by: { $0 == $1 })
        case (.refused(let a, let again), .refused(let b, let other)): a == b && again == other
        default: false
        }
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        switch self {
        case .files(let files):
            ad.set("Result", true)
            ad.set(
                "TransferFiles",
                .list(
                    files.map {
                        switch $0.source {
                        case .output: .integer(0)
                        case .error: .integer(1)
                        case .file(let name): .string(name)
                        }
                    }))
            ad.set("TransferOffsets", .list(files.map { .integer($0.offset) }))
        case .refused(let reason, let mayTryAgain):
            ad.set("Result", false)
            ad.set("ErrorString", reason)
            ad.set("Retry", mayTryAgain)
        }
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        guard ad.boolean("Result") == true else {
            self = .refused(reason: ad.string("ErrorString") ?? "", mayTryAgain: ad.boolean("Retry") ?? false)
            return
        }
        guard case .list(let items) = ad.evaluate("TransferFiles") else { throw CedarError(.malformed, "the files are missing") }
        let offsets = ad.numbers("TransferOffsets")
        self = .files(
            try items.enumerated().map { index, item throws(CedarError) in
                let source: Source
                switch item.evaluate() {
                case .integer(0): source = .output
                case .integer(1): source = .error
                case .string(let name): source = .file(name)
                default: throw CedarError(.malformed, "a file that is neither a number nor a name")
                }
                return (source, index < offsets.count ? offsets[index] : 0)
            })
    }
}

extension WireAd {
    /// The integers in a list; other elements count as -1.
    fileprivate func numbers(_ name: String) -> [Int64] {
        guard case .list(let items) = evaluate(name) else { return [] }
        return items.map {
            if case .integer(let value) = $0.evaluate() { return value }
            return -1
        }
    }
}
