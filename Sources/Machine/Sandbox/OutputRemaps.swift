/// Maps output files to their destinations: HTCondor's `TransferOutputRemaps` (for spooled jobs `SUBMIT_TransferOutputRemaps`), applied as by the
/// stock client, but within an archive.
///
/// The syntax is `name = target; name = target`: white space around both is removed, tabs and newlines everywhere; `\=` in a name and `\;` in a
/// target stand for the plain characters; the first rule for a name counts; a rule for a directory also applies to everything below it; and rules
/// are applied again to their results, up to 128 times (HTCondor 25.14, condor_utils/filename_tools_cpp.cpp).
///
/// A client writes targets to its file system; in an archive they are names below the job's working directory:
/// - a target inside the working directory becomes relative to it;
/// - any other absolute target loses its leading slash, as with tar: `/data/out.txt` becomes `data/out.txt`;
/// - `..` removes the preceding component, and is ignored if there is none;
/// - a URL is not delivered: the execution point has uploaded that file (a client asked to write to a URL fails the transfer);
/// - circular rules, and targets that are not valid names, leave the file's name unchanged.
package struct OutputRemaps: Sendable {
    /// The destination of a file.
    package enum Destination: Sendable, Hashable {
        case path(SandboxPath)
        /// The file was sent to this URL instead.
        case url(String)
    }

    /// HTCondor's `MAX_REMAP_RECURSIONS`.
    private static let maximumSteps = 128
    /// Longer results come from rules that apply to their own results.
    private static let maximumLength = 64 << 10

    private var rules: [[UInt8]: [UInt8]] = [:]
    private let workingDirectory: [[UInt8]]

    /// - Parameters:
    ///   - text: the attribute's value; nil if the job has none.
    ///   - userLog: the job's `UserLog`. A log with a directory is delivered under that path, not under its base name.
    ///   - workingDirectory: the job's `Iwd` at submission (`SUBMIT_Iwd` for a spooled job).
    package init(_ text: String?, userLog: String? = nil, workingDirectory: String? = nil) {
        self.workingDirectory = workingDirectory.map { OutputRemaps.normalised(Array($0.utf8)) } ?? []
        parse(text ?? "")
        if let userLog, let slash = userLog.utf8.lastIndex(of: UInt8(ascii: "/")) {
            let name = Array(userLog.utf8[userLog.utf8.index(after: slash)...])
            if rules[name] == nil { rules[name] = Array(userLog.utf8) }
        }
    }

    package var isEmpty: Bool { rules.isEmpty }

    /// The destination of a file or directory that HTCondor delivers as `path`.
    package func destination(of path: SandboxPath) -> Destination {
        guard !rules.isEmpty, case .found(let target) = find(Array(path.string.utf8), step: 0) else { return .path(path) }
        if OutputRemaps.isURL(target) { return .url(String(decoding: target, as: UTF8.self)) }
        let name = inside(target)
        do throws(SandboxError) {
            return .path(try SandboxPath(bytes: name))
        } catch {
            return .path(path)
        }
    }

    // MARK: Rules

    private mutating func parse(_ text: String) {
        let bytes = text.utf8.filter { $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\n") }
        var position = 0
        while true {
            let start = position
            let (name, nameEnd) = OutputRemaps.copy(bytes, from: position, upTo: UInt8(ascii: "="))
            guard let nameEnd else { return }
            if let separator = name.firstIndex(of: UInt8(ascii: ";")) {
                // This field has no "=". Continue after it.
                position = start + separator + 1
                continue
            }
            let (target, targetEnd) = OutputRemaps.copy(bytes, from: nameEnd + 1, upTo: UInt8(ascii: ";"))
            if rules[name] == nil { rules[name] = target }
            guard let targetEnd else { return }
            position = targetEnd + 1
        }
    }

    /// The trimmed, unescaped bytes up to `delimiter`, and the delimiter's position; nil at the end of the text.
    private static func copy(_ bytes: [UInt8], from start: Int, upTo delimiter: UInt8) -> (text: [UInt8], end: Int?) {
        var text: [UInt8] = []
        var trimmed = 0
        var isEscaped = false
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\"), !isEscaped, position + 1 < bytes.count, bytes[position + 1] == delimiter {
                isEscaped = true
            } else if byte == delimiter, !isEscaped {
                return (Array(text[..<trimmed]), position)
            } else if !isSpace(byte) || !text.isEmpty {
                isEscaped = false
                text.append(byte)
                if !isSpace(byte) { trimmed = text.count }
            }
            position += 1
        }
        return (Array(text[..<trimmed]), nil)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private enum Found {
        case found([UInt8])
        case nothing
        case circle
    }

    private func find(_ name: [UInt8], step: Int) -> Found {
        guard step <= OutputRemaps.maximumSteps, name.count <= OutputRemaps.maximumLength else { return .circle }
        if let target = rules[name] {
            switch find(target, step: step + 1) {
            case .found(let further): return .found(further)
            case .nothing: return .found(target)
            case .circle: return .circle
            }
        }
        guard let slash = name.lastIndex(of: UInt8(ascii: "/")) else { return .nothing }
        switch find(Array(name[..<slash]), step: step + 1) {
        case .found(let parent): return .found(parent + name[slash...])
        case let other: return other
        }
    }

    // MARK: Targets

    /// `scheme://something`, where the scheme begins with a letter.
    private static func isURL(_ target: [UInt8]) -> Bool {
        guard let colon = target.firstIndex(of: UInt8(ascii: ":")), let first = target.first else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
        return isLetter(first) && target[colon...].starts(with: "://".utf8) && target.count > colon + 3
            && target[..<colon].allSatisfy {
                isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.".utf8.contains($0)
            }
    }

    private func inside(_ target: [UInt8]) -> [UInt8] {
        var components = OutputRemaps.normalised(target)
        if target.first == UInt8(ascii: "/"), !workingDirectory.isEmpty, components.starts(with: workingDirectory) {
            components.removeFirst(workingDirectory.count)
        }
        return Array(components.joined(separator: CollectionOfOne(UInt8(ascii: "/"))))
    }

    /// The components of a path, without `.` and with each `..` applied.
    private static func normalised(_ path: [UInt8]) -> [[UInt8]] {
        var components: [[UInt8]] = []
        for component in path.split(separator: UInt8(ascii: "/")) {
            if component.elementsEqual("..".utf8) {
                _ = components.popLast()
            } else if !component.elementsEqual(".".utf8) {
                components.append(Array(component))
            }
        }
        return components
    }
}
