import Text

/// Why an archive, a name or the staging of a sandbox was refused.
///
/// Two errors are equal if their code and entry are equal, so that tests need not repeat messages.
package struct SandboxError: Error, Sendable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        // Names.
        /// Empty, contains NUL, is not UTF-8, or is otherwise not a name that HTCondor accepts.
        case invalidName
        /// Begins with a slash, or with a backslash, which HTCondor treats as one.
        case absolutePath
        /// Has a `..` component. HTCondor refuses even harmless ones.
        case traversal
        /// A component over 255 bytes, a path over ``SandboxPath/maximumLength``, or too many components.
        case nameTooLong
        /// The same name twice, or a name below something that is not a directory.
        case duplicateEntry

        // Kinds of entries.
        /// A link with a target outside the sandbox.
        case linkOutside
        /// A link with a target that is not in the archive, or that leads to itself.
        case linkBroken
        /// A link to a directory, which HTCondor does not transfer.
        case linkToDirectory
        /// A device, fifo or socket.
        case unsupportedKind

        // Amounts.
        case tooManyEntries
        /// The archive itself is larger than ``SandboxLimits/archiveBytes``.
        case archiveTooLarge
        /// The files in the archive are larger than ``SandboxLimits/contentBytes``, or a header is absurdly large.
        case contentTooLarge

        // The archive as a whole.
        /// Nothing was sent.
        case empty
        /// Neither tar nor tar compressed with gzip, zstd or xz.
        case unsupportedFormat
        /// The archive is incomplete.
        case truncated
        /// A checksum, a header or compressed data is wrong.
        case malformed
        /// Something follows the end of the archive.
        case trailingData

        // Writing archives.
        /// A file got more or fewer bytes than announced, or calls came out of order.
        case sizeMismatch

        // Around it.
        /// The source of the bytes failed; ``SandboxError/cause`` holds its error.
        case interrupted
        /// The task was cancelled.
        case cancelled
        /// The staging directory or the archive library failed. The input is not at fault.
        case storageFailed
    }

    package let code: Code
    /// The faulty entry in printable form: control characters and invalid UTF-8 are escaped, long names shortened.
    package let entry: String?
    /// A message without a final full stop and without the entry's name.
    package let reason: String
    /// The error of the byte source, for ``Code/interrupted``.
    package let cause: (any Error)?

    package init(_ code: Code, entry: String? = nil, _ reason: String, cause: (any Error)? = nil) {
        self.code = code
        self.entry = entry
        self.reason = reason
        self.cause = cause
    }

    /// Whether the sender must change the input. False for failures of the gateway or the connection.
    package var isFaultOfInput: Bool {
        switch code {
        case .interrupted, .cancelled, .storageFailed, .sizeMismatch: false
        default: true
        }
    }
}

extension SandboxError: Equatable {
    package static func == (a: SandboxError, b: SandboxError) -> Bool {
        a.code == b.code && a.entry == b.entry
    }
}

extension SandboxError: CustomStringConvertible {
    package var description: String {
        guard let entry else { return reason }
        return "entry \"\(entry)\": \(reason)"
    }
}

extension SandboxError {
    /// `bytes` as text for messages: printable, valid UTF-8, no more than about 200 bytes.
    static func displayName(_ bytes: some Collection<UInt8>) -> String {
        var shown: [UInt8] = []
        let kept = bytes.prefix(200)
        let text = String(decoding: kept, as: UTF8.self)
        for byte in text.utf8 {
            switch byte {
            case 0..<0x20, 0x7F:
                shown += "\\x\(Hex.string([byte]))".utf8
            case UInt8(ascii: "\\"):
                shown += [byte, byte]
            default:
                shown.append(byte)
            }
        }
        return String(decoding: shown, as: UTF8.self) + (bytes.count > 200 ? "..." : "")
    }

    static func system(_ doing: String, _ number: Int32) -> SandboxError {
        SandboxError(.storageFailed, "\(doing) failed (errno \(number))")
    }
}
