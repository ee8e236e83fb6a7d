import Text

/// A macro name in the form used for lookups, which ignore ASCII case.
package struct MacroName: Hashable, Sendable {
    /// The name in lower case.
    package let bytes: [UInt8]

    package init(_ name: some Sequence<UInt8>) { bytes = name.map(ASCII.lowercased) }

    package init(_ name: String) { self.init(name.utf8) }

    /// `PREFIX.NAME`.
    package init(_ name: MacroName, prefix: MacroName) { bytes = prefix.bytes + [ASCII.dot] + name.bytes }

    /// The bytes are hashed at once, not one by one like those of an array.
    package func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

    /// Whether the name can be assigned to: it consists of letters, digits, `_`, `.` and `/`.
    package static func isValid(_ name: some Collection<UInt8>) -> Bool { !name.isEmpty && name.allSatisfy(ASCII.isNameByte) }
}
