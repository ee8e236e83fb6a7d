import Text

/// The functions that may occur between `$` and `(`, in exactly this spelling (HTCondor 25.14, condor_utils/config.cpp, `is_special_config_macro`).
enum MacroFunction: String, CaseIterable, Sendable {
    case env = "ENV"
    case randomChoice = "RANDOM_CHOICE"
    case randomInteger = "RANDOM_INTEGER"
    case choice = "CHOICE"
    case substring = "SUBSTR"
    case integer = "INT"
    case real = "REAL"
    case string = "STRING"
    case evaluate = "EVAL"
    case basename = "BASENAME"
    case dirname = "DIRNAME"
    /// `$F` followed by any of the letters `pnxdqabfwu`, in either case.
    case filename = "F"
}

/// A `$(…)` or `$FUNCTION(…)` in a text. Offsets are in bytes of the text.
struct MacroMatch {
    /// Nil for a plain reference `$(NAME)` or `$(NAME:default)`.
    var function: MacroFunction?
    var dollar: Int
    /// The text between the parentheses.
    var body: Range<Int>
    /// Where the search must resume after the macro has been replaced. This is `dollar`, or else the first earlier `$` that was rejected because of
    /// bytes that are now replaced, directly or through another such `$`.
    var resume: Int

    var end: Int { body.upperBound + 1 }
}

/// The macros that a search finds.
enum MacroSelection {
    /// Everything that is expanded, which excludes `$(DOLLAR)` and `$$(…)`.
    case expandable
    /// Only `$(DOLLAR)`.
    case dollar
    /// All `expandable` macros except references to one of these names and functions whose first argument is one of them. A factory's digest keeps
    /// those.
    case unkept(Set<MacroName>)
    /// Plain and `$F…` references to one of these names, which an assignment expands at once.
    case names([[UInt8]])
    /// Arguments of a metaknob: `$(1)`, `$(2?)`, `$(0#)`, `$(3+)`, `$(1:default)`.
    case metaknobArgument
}

/// Finds macros in a text as HTCondor does.
struct MacroScanner {
    private enum Body {
        /// Everything up to the first `)`.
        case anything
        /// A name, then more characters after a colon.
        case name
        case metaknobArgument
    }

    private enum Verdict {
        case match(end: Int)
        /// The position of the last byte that was examined.
        case rejected(examined: Int)
    }

    /// The characters allowed after the colon of `$(NAME:default)`, in addition to those of a name.
    private static let defaultCharacters: [UInt8] = Array("$ ,\\:".utf8)

    let selection: MacroSelection
    /// The number of bytes after which a search is aborted.
    var limit: Int
    /// The number of bytes examined so far, which is the cost of the searches.
    private(set) var examinedBytes = 0
    /// A range in which the last search for a `)` found none.
    private var rangeWithoutClose = 0..<0

    init(_ selection: MacroSelection, limit: Int = .max) {
        self.selection = selection
        self.limit = limit
    }

    /// Whether a macro was skipped because its name is kept.
    private(set) var hasKept = false

    /// The first selected macro at or after `start`.
    mutating func next(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> MacroMatch? {
        var rejected: [(dollar: Int, examined: Int)] = []
        var position = start
        rangeWithoutClose = start..<start
        while position < text.count, examinedBytes <= limit {
            guard text[position] == ASCII.dollar else {
                position += 1
                examinedBytes += 1
                continue
            }
            let dollar = position
            var cursor = dollar + 1
            if cursor < text.count, text[cursor] == ASCII.dollar { cursor += 1 }
            while cursor < text.count, ASCII.isWord(text[cursor]) { cursor += 1 }
            examinedBytes += cursor - dollar
            func reject(_ examined: Int) {
                if examined > rejected.last?.examined ?? -1 { rejected.append((dollar, examined)) }
            }
            guard cursor < text.count, text[cursor] == ASCII.open, let prefix = prefix(text, dollar, cursor) else {
                reject(cursor)
                position = cursor
                continue
            }
            let bodyStart = cursor + 1
            switch scanBody(text, bodyStart, prefix.body) {
            case .match(let end):
                guard selects(text, prefix.function, bodyStart..<end) else {
                    position = end
                    continue
                }
                var resume = dollar
                for candidate in rejected.reversed() where candidate.examined >= resume { resume = candidate.dollar }
                position = end
                return MacroMatch(function: prefix.function, dollar: dollar, body: bodyStart..<end, resume: resume)
            case .rejected(let examined):
                reject(examined)
                position = bodyStart
            }
        }
        return nil
    }

    private func prefix(
        _ text: UnsafeBufferPointer<UInt8>, _ dollar: Int, _ open: Int
    ) -> (function: MacroFunction?, body: Body)? {
        if case .metaknobArgument = selection { return open == dollar + 1 ? (nil, .metaknobArgument) : nil }
        let name = text[(dollar + 1)..<open]
        guard let first = name.first else { return (nil, .name) }
        guard first != ASCII.dollar else { return nil }
        if first == UInt8(ascii: "F"), name.dropFirst().allSatisfy({ FilenameParts.letters.contains($0 | 0x20) }) {
            return (.filename, .anything)
        }
        guard let function = MacroFunction.allCases.first(where: { $0 != .filename && $0.rawValue.utf8.elementsEqual(name) })
        else { return nil }
        return (function, function == .env ? .name : .anything)
    }

    private mutating func scanBody(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ body: Body) -> Verdict {
        var cursor = start
        if case .anything = body {
            cursor = close(text, from: start)
            return cursor < text.count ? .match(end: cursor) : .rejected(examined: cursor)
        }
        defer { examinedBytes += cursor - start }
        var afterColon = false
        while cursor < text.count, text[cursor] != ASCII.close {
            let byte = text[cursor]
            cursor += 1
            if !afterColon {
                if byte == ASCII.colon {
                    afterColon = true
                    continue
                }
            } else {
                if byte == ASCII.open {
                    let inner = close(text, from: cursor)
                    if inner < text.count {
                        cursor = inner + 1
                        continue
                    }
                } else if case .metaknobArgument = body {
                    continue
                } else if Self.defaultCharacters.contains(byte) {
                    continue
                }
            }
            let allowed: Bool
            if case .metaknobArgument = body {
                allowed = ASCII.isDigit(byte) || byte == UInt8(ascii: "?") || byte == ASCII.hash || byte == ASCII.plus
            } else {
                allowed = ASCII.isNameByte(byte)
            }
            // A `(` without a later `)` has been searched to the very end.
            if !allowed { return .rejected(examined: byte == ASCII.open && afterColon ? text.count : cursor - 1) }
        }
        return cursor < text.count ? .match(end: cursor) : .rejected(examined: cursor)
    }

    /// The position of the first `)` at or after `start`, or the end of the text.
    private mutating func close(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let range = rangeWithoutClose
        if range.lowerBound <= start, start <= range.upperBound, !range.isEmpty { return range.upperBound }
        var position = start
        while position < text.count, text[position] != ASCII.close { position += 1 }
        examinedBytes += position - start
        rangeWithoutClose = start..<position
        return position
    }

    private mutating func selects(_ text: UnsafeBufferPointer<UInt8>, _ function: MacroFunction?, _ body: Range<Int>) -> Bool {
        let content = text[body]
        switch selection {
        case .expandable:
            return function != nil || !ASCII.equalIgnoringCase(content, "DOLLAR".utf8)
        case .dollar:
            return function == nil && ASCII.equalIgnoringCase(content, "DOLLAR".utf8)
        case .unkept(let names):
            if function == .env || function == .randomInteger { return true }
            let end = content.firstIndex(of: function == nil ? ASCII.colon : ASCII.comma) ?? content.endIndex
            let isKept = (function == nil && ASCII.equalIgnoringCase(content, "DOLLAR".utf8)) || names.contains(MacroName(content[..<end]))
            if isKept { hasKept = true }
            return !isKept
        case .names(let names):
            guard function == nil || function == .filename else { return false }
            return names.contains { name in
                guard content.count >= name.count else { return false }
                if content.count > name.count, content[body.lowerBound + name.count] != ASCII.colon { return false }
                return ASCII.equalIgnoringCase(content.prefix(name.count), name)
            }
        case .metaknobArgument:
            return content.first.map(ASCII.isDigit) ?? false
        }
    }
}
