/// HTCondor's rule for the names of files in a job's sandbox.
///
/// A receiver that gets an illegal name fails the whole transfer, and a job that was being spooled is then removed.
///
/// Source: HTCondor 25.14.1, `condor_utils/file_transfer.cpp`, `LegalPathInSandbox`. On Linux too, it treats a backslash as a slash
/// (`filename_tools.cpp`) and recognises Windows drives (`basename.cpp`, `fullpath`).
package enum SandboxName {
    /// Why HTCondor's receivers refuse a name.
    package enum Fault: Sendable, Hashable {
        case empty
        /// The name begins with a slash, a backslash, or a drive, as in `c:/x`.
        case absolute
        /// A component is `..`, even if the path stays inside, as in `x/../y`.
        case parent
    }

    @inlinable @inline(__always)
    static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

    /// Why HTCondor's receivers refuse the name; nil if they accept it.
    @inlinable
    package static func fault(in name: some Collection<UInt8>) -> Fault? {
        guard let first = name.first else { return .empty }
        if isSeparator(first) { return .absolute }
        var position = 0
        var hasColon = false
        var length = 0
        var dots = 0
        for byte in name {
            if isSeparator(byte) {
                if position == 2, hasColon { return .absolute }
                if length == 2, dots == 2 { return .parent }
                length = 0
                dots = 0
            } else {
                if position == 1 { hasColon = byte == UInt8(ascii: ":") }
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
            position += 1
        }
        return length == 2 && dots == 2 ? .parent : nil
    }

    /// The components of a relative path in its only spelling: none is empty, `.` or `..`, or contains a NUL. Nil for any other text.
    ///
    /// This is for Linux file systems, where a backslash is an ordinary character. A name that is sent to HTCondor must also have no ``fault(in:)``.
    package static func components(of name: String) -> [String]? {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) && !$0.contains(0) }) else { return nil }
        return parts.map { String(Substring($0)) }
    }
}
