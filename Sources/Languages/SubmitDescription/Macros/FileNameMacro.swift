/// Which parts of a file name `$F…()`, `$BASENAME()` and `$DIRNAME()` keep.
private struct FileNameParts {
    var hasExtension = false
    var hasName = false
    var hasPath = false
    /// The number of parent directories to keep.
    var directories = 0
    var isQuoted = false
    var quotesForArguments = false
    var isBare = false
    var isFullPath = false
    /// Separator every other one is turned into.
    var separator: UInt8?

    init(function: MacroFunction, letters: ArraySlice<UInt8>) {
        switch function {
        case .baseName:
            hasExtension = true
            hasName = true
        case .directoryName:
            hasPath = true
        default:
            for letter in letters.dropFirst() {
                switch letter | 0x20 {
                case UInt8(ascii: "x"): hasExtension = true
                case UInt8(ascii: "n"): hasName = true
                case UInt8(ascii: "p"): hasPath = true
                case UInt8(ascii: "d"): directories += 1
                case UInt8(ascii: "a"): quotesForArguments = true
                case UInt8(ascii: "b"): isBare = true
                case UInt8(ascii: "f"): isFullPath = true
                case UInt8(ascii: "w"): separator = ASCII.backslash
                case UInt8(ascii: "u"): separator = ASCII.slash
                case UInt8(ascii: "q"): isQuoted = true
                default: break
                }
            }
        }
    }
}

extension MacroContext {
    func fileName(_ match: MacroMatch, body: Bytes, letters: ArraySlice<UInt8>) throws(ExpansionFailure) -> Bytes {
        var name = body
        var suffix: Bytes?
        if match.function == .baseName, let comma = body.lastIndex(of: ASCII.comma) {
            name = Bytes(body[..<comma])
            suffix = Bytes(body[(comma + 1)...].drop(while: ASCII.isSpace))
        }
        var value = lookup(name) ?? name
        if value.contains(ASCII.dollar) { value = try expand(value) }
        return fileName(of: value, match, letters: letters, suffix: suffix)
    }

    func fileName(of value: Bytes, _ match: MacroMatch, letters: ArraySlice<UInt8>, suffix: Bytes? = nil) -> Bytes {
        let parts = FileNameParts(function: match.function, letters: letters)
        if parts.isFullPath { dependsOnProcess = true }  // The directory of the job may differ between jobs.
        return Self.parts(of: value, parts, suffix: suffix, base: workingDirectory)
    }

    /// Works in a buffer as HTCondor does, so that quotes come out at the same places (condor_utils/config.cpp, `evaluate_macro_func`).
    private static func parts(of value: Bytes, _ wanted: FileNameParts, suffix: Bytes?, base: Bytes?) -> Bytes {
        var wanted = wanted
        let quote: UInt8? = wanted.isQuoted ? (wanted.quotesForArguments ? ASCII.apostrophe : ASCII.quote) : nil
        var buffer = wanted.isFullPath ? fullPath(unquoted(value), base: base, quote: quote) : requoted(unquoted(value)[...], quote)
        if let separator = wanted.separator {
            for index in buffer.indices where buffer[index] == ASCII.slash || buffer[index] == ASCII.backslash { buffer[index] = separator }
        }
        var end = buffer.count
        let nameStart = (buffer.lastIndex(of: ASCII.slash) ?? -1) + 1
        var extensionStart = buffer[nameStart...].lastIndex(of: ASCII.dot) ?? end
        if extensionStart == nameStart { extensionStart = end }
        if let suffix, end - suffix.count >= nameStart, ASCII.equalIgnoringCase(buffer.suffix(suffix.count), suffix) {
            extensionStart = end - suffix.count
            wanted.hasExtension = false
        }
        if nameStart == 0, wanted.hasName || wanted.hasExtension {
            wanted.hasPath = false
            wanted.directories = 0
        }
        var start = 0
        let directoryEnd = wanted.isBare && nameStart > 0 ? nameStart - 1 : nameStart
        if wanted.directories > 0 {
            if nameStart > 0 {
                start = startKeeping(wanted.directories, directoriesOf: buffer)
                if !wanted.hasExtension { end = wanted.hasName ? extensionStart : directoryEnd }
            } else {
                start = 1
                end = 1
            }
        } else {
            switch (wanted.hasPath, wanted.hasName, wanted.hasExtension) {
            case (false, false, true):
                start = extensionStart
                if wanted.isBare, extensionStart < end { start += 1 }
            case (false, true, true): start = nameStart
            case (false, true, false): (start, end) = (nameStart, extensionStart)
            case (true, false, false): end = directoryEnd
            case (true, true, false): end = extensionStart
            case (false, false, false), (true, _, true): break
            }
        }
        buffer += [0, 0, 0]
        if let quote {
            if buffer[start] != quote, start > 0 {
                start -= 1
                buffer[start] = quote
            }
            if end > 1, buffer[end - 1] == quote { end -= 1 }
            buffer[end] = quote
            end += 1
        }
        return start < end ? Bytes(buffer[start..<end].prefix { $0 != 0 }) : []
    }

    /// One pair of quotes around all of `value` removed.
    private static func unquoted(_ value: Bytes) -> Bytes {
        guard value.count > 1, let first = value.first, first == value.last, first == ASCII.quote || first == ASCII.apostrophe else {
            return value
        }
        return Bytes(value.dropFirst().dropLast())
    }

    /// Double quotes, or the wanted ones, at the ends removed; then the wanted ones added.
    private static func requoted(_ value: ArraySlice<UInt8>, _ quote: UInt8?) -> Bytes {
        var text = value
        if let first = text.first, first == ASCII.quote || first == quote {
            text = text.dropFirst()
            if text.last == first { text = text.dropLast() }
        }
        guard let quote else { return Bytes(text) }
        return [quote] + text + [quote]
    }

    private static func fullPath(_ name: Bytes, base: Bytes?, quote: UInt8?) -> Bytes {
        guard let base, !base.isEmpty, name.first != ASCII.slash else { return requoted(name[...], quote) }
        let directory = base.last == ASCII.slash ? base.dropLast() : base[...]
        var name = name[...]
        if name.count > 2, name.starts(with: "./".utf8) { name = name.dropFirst(2) }
        let path = Bytes(directory) + [ASCII.slash] + requoted(name, nil)
        guard let quote else { return path }
        return [quote] + path + [quote]
    }

    /// Offset behind the separator that has `count` separators behind it.
    private static func startKeeping(_ count: Int, directoriesOf path: Bytes) -> Int {
        let separators = path.indices.filter { path[$0] == ASCII.slash || path[$0] == ASCII.backslash }
        guard separators.count > count else { return 0 }
        return separators[separators.count - count - 1] + 1
    }
}
