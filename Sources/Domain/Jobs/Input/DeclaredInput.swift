import SubmitDescription

/// The input sandbox that a waiting job expects, according to its ad.
///
/// When a spooled submission commits, the schedd rewrites `Cmd`, `In` and each entry of `TransferInput` to base names and keeps the originals as
/// `SUBMIT_…` (observed with HTCondor 25.14.1). The originals tell where in the uploaded archive a file is. The base name is what the schedd
/// receives.
struct DeclaredInput: Sendable, Equatable {
    /// One file or directory that the job names.
    struct Entry: Sendable, Equatable {
        /// The name as in the submit description.
        var path: String
        /// Whether the path ended in a slash: the contents of the directory are sent, not the directory itself.
        var contentsOnly: Bool
        /// Whether only a file is acceptable, as for the executable and standard input.
        var mustBeFile: Bool
    }

    /// In the order in which HTCondor's own client sends them: input files, standard input, executable.
    var entries: [Entry]
    /// The job's directory at submission, the base of relative paths; nil for the top of the sandbox.
    var directory: String?

    /// The working directory of a description that arrives over HTTP: the top of its sandbox.
    static let top = SubmitParameters().workingDirectory

    init(entries: [Entry]) { self.entries = entries }

    /// - Parameters:
    ///   - executable: `SUBMIT_Cmd` or `Cmd`; nil if the job does not transfer its executable.
    ///   - standardInput: `SUBMIT_In` or `In`; nil if it is not transferred.
    ///   - transferInput: `SUBMIT_TransferInput` or `TransferInput`, a comma-separated list.
    ///   - directory: `SUBMIT_Iwd`.
    init(executable: String?, standardInput: String?, transferInput: String?, directory: String? = nil) {
        entries = []
        self.directory = directory
        for item in (transferInput ?? "").utf8.split(separator: UInt8(ascii: ",")) {
            let path = Self.trimmed(item)
            if path.isEmpty || Self.isURL(path) { continue }
            add(path, mustBeFile: false)
        }
        if let standardInput, !standardInput.isEmpty, standardInput != "/dev/null" { add(standardInput, mustBeFile: true) }
        if let executable, !executable.isEmpty, !Self.isURL(executable) { add(executable, mustBeFile: true) }
    }

    /// The places in the sandbox where an entry may be, the most likely first: relative to the submission's directory, or flat at the top.
    func places(of entry: Entry) -> [String] {
        func relative(_ path: Substring) -> String { path.split(separator: "/").filter { $0 != "." }.joined(separator: "/") }
        let roots = [directory, Self.top].compactMap { $0 }
        var places: [String] = []
        if entry.path.utf8.first == UInt8(ascii: "/") {
            for root in roots where entry.path.utf8.starts(with: (root + "/").utf8) {
                places.append(relative(Substring(entry.path.utf8.dropFirst(root.utf8.count + 1))))
            }
        } else if let directory, directory.utf8.starts(with: (Self.top + "/").utf8) {
            places.append(relative(Substring(directory.utf8.dropFirst(Self.top.utf8.count + 1)) + "/" + entry.path))
        }
        return places + [relative(Substring(entry.path)), InputPlan.baseName(entry.path)]
    }

    /// The name to show: relative to the submission's directory if the entry lies below it.
    func shownName(of entry: Entry) -> String {
        for root in [directory, Self.top].compactMap({ $0 }) where entry.path.utf8.starts(with: (root + "/").utf8) {
            return String(Substring(entry.path.utf8.dropFirst(root.utf8.count + 1)))
        }
        return entry.path
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

    /// Whether the text is `scheme:…//`. Such a file is fetched by the execute machine and never part of the sandbox.
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
