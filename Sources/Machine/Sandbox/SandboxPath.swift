import CondorModel

/// The name of a file or directory in a job's sandbox: relative, normalised, and safe to send to HTCondor and to put into an archive.
///
/// The rules are those of HTCondor's receiver (``SandboxName``). In addition, names must be UTF-8 without NUL, and components may have no more than
/// 255 bytes. Repeated slashes, `.` components and a trailing slash are dropped, because strangers' archives often contain them. Paths are compared
/// as bytes, never by Unicode equivalence.
package struct SandboxPath: Sendable {
    /// The longest path in bytes, which leaves room within `PATH_MAX` for the spool directory's own path.
    package static let maximumLength = 2048
    /// The longest component in bytes (`NAME_MAX`).
    package static let maximumComponentLength = 255
    /// The largest number of components of a path.
    package static let maximumDepth = 128

    /// The normalised path, without leading or trailing slash; never empty.
    package let string: String

    /// - Throws: `invalidName`, `absolutePath`, `traversal` or `nameTooLong`, naming `string`.
    package init(_ string: String) throws(SandboxError) {
        try self.init(bytes: Array(string.utf8))
    }

    /// Checks a path from an archive header or a protocol message.
    package init(bytes: some Collection<UInt8>) throws(SandboxError) {
        guard let components = try SandboxPath.components(of: bytes) else {
            throw SandboxError(.invalidName, entry: SandboxError.displayName(bytes), "the name is empty")
        }
        self.init(components: components)
    }

    /// Joins components that have been checked.
    init(components: [ArraySlice<UInt8>]) {
        string = String(decoding: Array(components.joined(separator: CollectionOfOne(UInt8(ascii: "/")))), as: UTF8.self)
    }

    init(checked string: String) {
        self.string = string
    }

    /// The last component.
    package var name: String {
        guard let slash = string.utf8.lastIndex(of: UInt8(ascii: "/")) else { return string }
        return String(decoding: string.utf8[string.utf8.index(after: slash)...], as: UTF8.self)
    }

    /// The directory that contains the entry; nil at the top.
    package var parent: SandboxPath? {
        guard let slash = string.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return SandboxPath(checked: String(decoding: string.utf8[..<slash], as: UTF8.self))
    }

    /// Checks `bytes` and splits them; nil for the sandbox's root (`.`, `./`).
    static func components(of bytes: some Collection<UInt8>) throws(SandboxError) -> [ArraySlice<UInt8>]? {
        func refuse(_ code: SandboxError.Code, _ reason: String) -> SandboxError {
            SandboxError(code, entry: SandboxError.displayName(bytes), reason)
        }
        // Checked before normalisation, so that a megabyte of dots and slashes costs nothing.
        guard bytes.count <= 2 * maximumLength else { throw refuse(.nameTooLong, "the name is longer than \(maximumLength) bytes") }
        let name = Array(bytes)
        guard !name.contains(0) else { throw refuse(.invalidName, "the name contains a NUL byte") }
        guard isUTF8(name) else { throw refuse(.invalidName, "the name is not UTF-8") }
        switch SandboxName.fault(in: name) {
        case .empty: throw refuse(.invalidName, "the name is empty")
        case .absolute: throw refuse(.absolutePath, "the path is absolute")
        case .parent: throw refuse(.traversal, "the path has a \"..\" component")
        case nil: break
        }
        var components: [ArraySlice<UInt8>] = []
        var length = 0
        for part in name.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
            guard part.count <= maximumComponentLength else {
                throw refuse(.nameTooLong, "a component is longer than \(maximumComponentLength) bytes")
            }
            components.append(part)
            length += part.count + 1
        }
        guard length <= maximumLength + 1 else { throw refuse(.nameTooLong, "the name is longer than \(maximumLength) bytes") }
        guard components.count <= maximumDepth else { throw refuse(.nameTooLong, "the path has more than \(maximumDepth) components") }
        return components.isEmpty ? nil : components
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        // ASCII is the usual case and needs no decoding.
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }
}

extension SandboxPath: Hashable, Comparable, CustomStringConvertible {
    package static func == (a: SandboxPath, b: SandboxPath) -> Bool {
        a.string.utf8.elementsEqual(b.string.utf8)
    }

    package static func < (a: SandboxPath, b: SandboxPath) -> Bool {
        a.string.utf8.lexicographicallyPrecedes(b.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }

    package var description: String { string }
}
