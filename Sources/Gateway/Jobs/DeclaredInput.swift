/// What a job that waits for its input sandbox wants to get, as its ad says.
///
/// At the commit of a spooled submission the schedd rewrites `Cmd`, `In` and each entry of `TransferInput` to base names and keeps the originals as `SUBMIT_…`
/// (observed with HTCondor 25.14.1). The originals say where in the uploaded archive a file is; the base name is what the schedd gets.
struct DeclaredInput: Sendable, Equatable {
    /// One file or directory that the job names.
    struct Entry: Sendable, Equatable {
        /// The name as the submit description had it.
        var path: String
        /// The path ended in a slash: not the directory itself but what is in it.
        var contentsOnly: Bool
        /// Only a file will do: the executable and standard input.
        var mustBeFile: Bool
    }

    /// In the order in which HTCondor's own client sends them: the input files, standard input, the executable.
    var entries: [Entry]

    /// - Parameters:
    ///   - executable: `SUBMIT_Cmd` or `Cmd`; nil when the job does not transfer its executable.
    ///   - standardInput: `SUBMIT_In` or `In`; nil when it is not transferred.
    ///   - transferInput: `SUBMIT_TransferInput` or `TransferInput`, a comma list.
    init(executable: String?, standardInput: String?, transferInput: String?) {
        entries = []
        for item in (transferInput ?? "").utf8.split(separator: UInt8(ascii: ",")) {
            let path = Self.trimmed(item)
            if path.isEmpty || Self.isURL(path) { continue }
            add(path, mustBeFile: false)
        }
        if let standardInput, !standardInput.isEmpty, standardInput != "/dev/null" { add(standardInput, mustBeFile: true) }
        if let executable, !executable.isEmpty, !Self.isURL(executable) { add(executable, mustBeFile: true) }
    }

    private mutating func add(_ path: String, mustBeFile: Bool) {
        let isContents = path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/")
        var name = path
        while name.utf8.count > 1, name.utf8.last == UInt8(ascii: "/") { name.removeLast() }
        let entry = Entry(path: name, contentsOnly: isContents && !mustBeFile, mustBeFile: mustBeFile)
        if let index = entries.firstIndex(where: { $0.path == entry.path && $0.contentsOnly == entry.contentsOnly }) {
            entries[index].mustBeFile = entries[index].mustBeFile || mustBeFile
        } else {
            entries.append(entry)
        }
    }

    private static func trimmed(_ bytes: Substring.UTF8View) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        var slice = bytes.drop(while: isBlank)
        while let last = slice.last, isBlank(last) { slice = slice.dropLast() }
        return String(Substring(slice))
    }

    /// `scheme:…//`: fetched on the execute side, so never a part of the sandbox.
    private static func isURL(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(64))
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, bytes.count > colon + 2 else { return false }
        guard bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/") else { return false }
        return bytes[..<colon].allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
