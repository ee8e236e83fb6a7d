package import Cedar
import ClassAd
import CondorModel

/// The messages of one file transfer, as used for spooling input and fetching output.
///
/// Sender S, receiver R:
///
///     S  Start
///     S  ItemHeader, name                          for each item; a finishing header has no name
///        after the first item's name only: S alive interval, R GoAhead, R alive interval, S GoAhead
///     S  mode, FileSize, chunks                    for a file; an empty file has one message with 666 instead of chunks
///     S  mode                                      for a directory
///     S  Report
///     R  Report
///
/// On an encrypted connection each chunk is a separate message of no more than `FileSize.chunkSize` bytes.
///
/// Source: HTCondor 25.14, `condor_utils/file_transfer.cpp`; observed with 25.14.1.
package enum FileTransfer {
    /// The kind of the next item.
    package enum Item: Int, Sendable, Hashable {
        case finished = 0
        case file = 1
        case encryptionOn = 2
        case encryptionOff = 3
        case delegation = 4
        case url = 5
        case directory = 6
        case other = 999
    }

    /// Seconds between keep-alives, as announced by both sides.
    package static let aliveInterval = 300
    /// The chunk size used by stock senders.
    package static let chunkSize = 262_144
    /// The number that follows an empty file.
    package static let emptyFileMark = 666
    /// The mode that means "no permissions sent".
    package static let modeAbsent = 0
    /// The mode that means "the sender has no such file". An empty file follows, and nothing must be written.
    package static let modeMissingFile = 1 << 24
    /// The longest accepted name, in bytes.
    package static let maximumNameLength = 4096

    /// The first message of a transfer.
    package struct Start: Sendable, Equatable {
        /// Whether the sandbox of a finished job is being returned.
        package var isFinal: Bool
        /// Total size of all files in bytes; nil if the sender does not say.
        package var sandboxSize: Int64?

        package init(isFinal: Bool, sandboxSize: Int64?) {
            self.isFinal = isFinal
            self.sandboxSize = sandboxSize
        }

        package func encode(into message: inout MessageEncoder) {
            message.write(integer: isFinal ? 1 : 0)
            var ad = ClassAd()
            if let sandboxSize { ad.set("SandboxSize", sandboxSize) }
            message.write(ad: ad)
        }

        package init(from message: inout MessageDecoder) throws(CedarError) {
            isFinal = try message.readInt() != 0
            sandboxSize = try message.readAd().integer("SandboxSize")
        }
    }

    /// The size of a file, before its chunks.
    package struct FileSize: Sendable, Equatable {
        /// In bytes; not negative.
        package var size: Int64
        /// Size of each chunk except the last, in bytes; 1 or more.
        package var chunkSize: Int

        package init(size: Int64, chunkSize: Int = FileTransfer.chunkSize) {
            self.size = size
            self.chunkSize = chunkSize
        }

        package func encode(into message: inout MessageEncoder) {
            message.write(integer: size)
            message.write(integer: chunkSize)
        }

        package init(from message: inout MessageDecoder) throws(CedarError) {
            size = try message.readInteger()
            chunkSize = try message.readInt()
            guard size >= 0 else { throw CedarError(.malformed, "a file of negative size") }
            guard chunkSize >= 1 || size == 0 else { throw CedarError(.malformed, "a file in chunks of no size") }
        }
    }

    /// One side's permission for the other to go ahead.
    package struct GoAhead: Sendable, Equatable {
        /// 2 for all files, 1 for one file, 0 for "wait" (another message follows), negative for a refusal.
        package var result: Int
        /// The largest number of bytes that the sender may send; -1 for no limit.
        package var maximumBytes: Int64
        /// Seconds for the other side to wait for the next message.
        package var timeout: Int?
        package var tryAgain: Bool
        package var holdReasonCode: Int?
        package var holdReasonSubCode: Int?
        package var holdReason: String?

        package init(
            result: Int, maximumBytes: Int64 = -1, timeout: Int? = nil, tryAgain: Bool = false, holdReasonCode: Int? = nil,
            holdReasonSubCode: Int? = nil, holdReason: String? = nil
        ) {
            self.result = result
            self.maximumBytes = maximumBytes
            self.timeout = timeout
            self.tryAgain = tryAgain
            self.holdReasonCode = holdReasonCode
            self.holdReasonSubCode = holdReasonSubCode
            self.holdReason = holdReason
        }

        /// Permission for all files without a limit.
        package static let always = GoAhead(result: 2)

        package func encode(into message: inout MessageEncoder) {
            var ad = ClassAd()
            ad.set("Result", Int64(result))
            ad.set("MaxTransferBytes", maximumBytes)
            if let timeout { ad.set("Timeout", Int64(timeout)) }
            if result < 0 {
                ad.set("TryAgain", tryAgain)
                if let holdReasonCode { ad.set("HoldReasonCode", Int64(holdReasonCode)) }
                if let holdReasonSubCode { ad.set("HoldReasonSubCode", Int64(holdReasonSubCode)) }
                if let holdReason { ad.set("HoldReason", holdReason) }
            }
            message.write(ad: ad)
        }

        package init(from message: inout MessageDecoder) throws(CedarError) {
            let ad = try message.readAd()
            guard let result = ad.int("Result") else { throw CedarError(.malformed, "a go-ahead without Result") }
            self.init(
                result: result, maximumBytes: ad.integer("MaxTransferBytes") ?? -1, timeout: ad.int("Timeout"),
                tryAgain: ad.boolean("TryAgain") ?? false, holdReasonCode: ad.int("HoldReasonCode"),
                holdReasonSubCode: ad.int("HoldReasonSubCode"), holdReason: ad.string("HoldReason"))
        }
    }

    /// One side's report on the transfer.
    package struct Report: Sendable, Equatable {
        /// 0 for success, 1 for a failure that may be retried, -1 for a permanent failure.
        package var result: Int
        package var holdReasonCode: Int?
        /// An errno, or 1.
        package var holdReasonSubCode: Int?
        package var holdReason: String?
        /// Bytes and files of a successful transfer.
        package var bytes: Int64
        package var files: Int

        package init(
            result: Int, holdReasonCode: Int? = nil, holdReasonSubCode: Int? = nil, holdReason: String? = nil, bytes: Int64 = 0, files: Int = 0
        ) {
            self.result = result
            self.holdReasonCode = holdReasonCode
            self.holdReasonSubCode = holdReasonSubCode
            self.holdReason = holdReason
            self.bytes = bytes
            self.files = files
        }

        package func encode(into message: inout MessageEncoder) {
            var ad = ClassAd()
            ad.set("Result", Int64(result))
            if result == 0 {
                var stats = ClassAd()
                stats.set("Protocols", "cedar")
                stats.set("CedarSizeBytes", bytes)
                stats.set("CedarFilesCount", Int64(files))
                ad["TransferStats"] = .literal(.ad(stats))
            } else {
                if let holdReasonCode { ad.set("HoldReasonCode", Int64(holdReasonCode)) }
                if let holdReasonSubCode { ad.set("HoldReasonSubCode", Int64(holdReasonSubCode)) }
                if let holdReason { ad.set("HoldReason", holdReason) }
            }
            message.write(ad: ad)
        }

        package init(from message: inout MessageDecoder) throws(CedarError) {
            let ad = try message.readAd()
            guard let result = ad.int("Result") else { throw CedarError(.malformed, "a transfer report without Result") }
            self.init(
                result: result, holdReasonCode: ad.int("HoldReasonCode"), holdReasonSubCode: ad.int("HoldReasonSubCode"),
                holdReason: ad.string("HoldReason"))
            if case .ad(let stats) = ad.evaluate("TransferStats") {
                bytes = stats.integer("CedarSizeBytes") ?? 0
                files = stats.integer("CedarFilesCount").flatMap { Int(exactly: $0) } ?? 0
            }
        }
    }

    /// Whether a file may have the name in a transfer: HTCondor's receivers accept it, no component is empty or `.`, and it is not too long.
    ///
    /// HTCondor's receivers also accept `./a` and `a//b`. They are refused here, so that no file has two names.
    package static func isAllowed(name: String) -> Bool {
        name.utf8.count <= maximumNameLength && SandboxName.fault(in: name.utf8) == nil && SandboxName.components(of: name) != nil
    }
}
