package import Cedar
import ClassAd

/// The messages of one file transfer, in the form that spooling in and fetching out use.
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
/// On an encrypted connection a chunk is a message of its own, of at most `FileSize.chunkSize` bytes.
///
/// Source: HTCondor 25.14, `condor_utils/file_transfer.cpp`; observed against 25.14.1.
package enum FileTransfer {
    /// What the next item is.
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

    /// Seconds between signs of life that both sides announce.
    package static let aliveInterval = 300
    /// The chunk size of stock senders.
    package static let chunkSize = 262_144
    /// The number that follows an empty file.
    package static let emptyFileMark = 666
    /// The mode that means "no permissions sent".
    package static let modeAbsent = 0
    /// The mode that means "the sender has no such file": an empty file follows, and nothing is to be written.
    package static let modeMissingFile = 1 << 24
    /// Longest name accepted, in bytes.
    package static let maximumNameLength = 4096

    /// The first message of a transfer.
    package struct Start: Sendable, Equatable {
        /// True when the sandbox of a finished job comes back.
        package var isFinal: Bool
        /// Bytes of all files; nil when the sender does not say.
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
        /// Bytes; not negative.
        package var size: Int64
        /// Bytes of each chunk but the last; 1 or more.
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

    /// The word of one side that the other may go ahead.
    package struct GoAhead: Sendable, Equatable {
        /// 2 for all files, 1 for one file, 0 still waiting (another one follows), negative for a refusal.
        package var result: Int
        /// The most the sender may send, in bytes; -1 for no limit.
        package var maximumBytes: Int64
        /// Seconds the other side should wait for the next one.
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

        /// Go ahead with everything.
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

    /// How one side saw the transfer.
    package struct Report: Sendable, Equatable {
        /// 0 for success, 1 for a failure worth trying again, -1 for one that is not.
        package var result: Int
        package var holdReasonCode: Int?
        /// An errno, or 1.
        package var holdReasonSubCode: Int?
        package var holdReason: String?
        /// Bytes and files, of a success.
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

    /// True when the receiver's rules allow the name: relative, without `..`, `.` or empty components, without NUL, not too long.
    /// Stock receivers refuse `x/../y` although it is harmless (observed against 25.14.1).
    package static func isAllowed(name: String) -> Bool {
        let bytes = name.utf8
        guard !bytes.isEmpty, bytes.count <= maximumNameLength, !bytes.contains(0) else { return false }
        return bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && !$0.elementsEqual([0x2E]) && !$0.elementsEqual([0x2E, 0x2E])
        }
    }
}
