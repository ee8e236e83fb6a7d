import Text

/// A macro name in the form used for lookups, which ignore ASCII case.
package struct MacroName: Hashable, Sendable {
    /// The name in lower case.
    package let bytes: [UInt8]

    package init(_ name: some Sequence<UInt8>) {
        bytes = name.withContiguousStorageIfAvailable(Self.lowercased) ?? ASCII.lowercased(name)
    }

    package init(_ name: String) {
        var name = name
        bytes = name.withUTF8(Self.lowercased)
    }

    /// Not generic: a submission looks up hundreds of names, and code of other modules would call the generic form unspecialised.
    private static func lowercased(_ name: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: name.count) { bytes, count in
            for index in name.indices { bytes[index] = ASCII.lowercased(name[index]) }
            count = name.count
        }
    }

    /// `PREFIX.NAME`.
    package init(_ name: MacroName, prefix: MacroName) { bytes = prefix.bytes + [ASCII.dot] + name.bytes }

    /// The bytes are hashed at once, not one by one like those of an array.
    package func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

    /// Whether the name can be assigned to: it consists of letters, digits, `_`, `.` and `/`.
    package static func isValid(_ name: some Collection<UInt8>) -> Bool { !name.isEmpty && name.allSatisfy(ASCII.isNameByte) }
}
