import Text

extension EvalValue {
    /// The value converted as by `string()`; undefined and error stay unchanged.
    func asString(_ evaluator: inout Evaluator) -> EvalValue {
        switch self {
        case .string, .undefined, .error, .failure: return self
        case .absoluteTime(let time): return .string(time.text)
        case .relativeTime(let seconds): return .string(relativeTimeText(Double(truncatedInt32(seconds))))
        case .boolean, .integer, .real, .list, .ad:
            let text = published.unparsed(.new)
            return evaluator.affords(text.utf8.count) ? .string(text) : .failure
        }
    }
}

extension Evaluator {
    /// `strcat`: joins all arguments; undefined or error if one of them is.
    mutating func concatenate(_ arguments: FunctionArguments) -> EvalValue {
        var buffer: [UInt8] = []
        for position in 0..<arguments.count {
            guard depth > 0 else { return .failure }
            depth -= 1
            let value = value(arguments, position)
            depth += 1
            let text = value.asString(&self)
            guard case .string(let string) = text else { return text }
            let fits = string.withClassAdBytes { bytes in
                guard affords(bytes.count) else { return false }
                buffer.append(contentsOf: bytes)
                return true
            }
            guard fits else { return .failure }
        }
        return .string(String(classAdBytes: buffer))
    }

    /// `join(separator, item, …)`, `join(separator, list)` or `join(list)`; undefined items are skipped.
    mutating func join(_ arguments: FunctionArguments) -> EvalValue {
        var items: [EvalValue] = []
        var list: EvalList?
        if arguments.count == 1 || arguments.count == 2 {
            guard depth > 0 else { return .failure }
            depth -= 1
            if case .list(let last) = value(arguments, arguments.count - 1) { list = last }
            depth += 1
        }
        guard depth > 0 || (list == nil && arguments.count == 0) else { return .failure }
        depth -= 1
        defer { depth += 1 }
        if let list {
            items.append(arguments.count == 2 ? value(arguments, 0) : .string(""))
            for position in 0..<list.count {
                if items.last?.isFailure == true { return .failure }
                items.append(element(list, position))
            }
        } else {
            for position in 0..<arguments.count {
                if items.last?.isFailure == true { return .failure }
                items.append(value(arguments, position))
            }
        }
        return joined(items)
    }

    private mutating func joined(_ items: [EvalValue]) -> EvalValue {
        var separator: [UInt8] = []
        var buffer: [UInt8] = []
        var hasUndefined = false
        var hasDefined = false
        for (position, item) in items.enumerated() {
            switch item.asString(&self) {
            case .string(let string):
                let bytes = string.withClassAdBytes { Array($0) }
                if position == 0 {
                    separator = bytes
                    continue
                }
                guard affords(bytes.count + separator.count) else { return .failure }
                if !buffer.isEmpty { buffer.append(contentsOf: separator) }
                buffer.append(contentsOf: bytes)
                hasDefined = true
            case .undefined: hasUndefined = true
            case .failure: return .failure
            default: return .error
            }
        }
        return hasUndefined && !hasDefined ? .undefined : .string(String(classAdBytes: buffer))
    }

    mutating func changeCase(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let text = value(arguments, 0).asString(&self)
        guard case .string(let string) = text else { return text }
        guard affords(string.utf8.count) else { return .failure }
        let upper = function == .toUpper
        return .string(String(classAdBytes: string.withClassAdBytes { $0.map { upper ? ASCII.uppercased($0) : ASCII.lowercased($0) } }))
    }

    /// `substr(text, offset[, length])`, as in Perl: negative numbers count from the end.
    mutating func substring(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 2 || arguments.count == 3 else { return .error }
        guard let values = values(arguments) else { return .failure }
        if values.contains(where: \.isUndefined) { return .undefined }
        guard case .string(let text) = values[0], case .integer(let rawOffset) = values[1] else { return .error }
        var length = 0
        if values.count == 3 {
            guard case .integer(let rawLength) = values[2] else { return .error }
            length = Int(Int32(truncatingIfNeeded: rawLength))
            if length == 0 { return .string("") }
        }
        let result = text.withClassAdBytes { bytes in
            var offset = Int(Int32(truncatingIfNeeded: rawOffset))
            offset = offset < 0 ? Swift.max(0, bytes.count + offset) : Swift.min(offset, bytes.count)
            let available = bytes.count - offset
            let count = length <= 0 ? Swift.max(0, available + length) : Swift.min(length, available)
            return String(classAdBytes: UnsafeBufferPointer(rebasing: bytes[offset..<offset + count]))
        }
        return .string(result)
    }

    /// Two arguments as strings; otherwise nil and the value to return.
    private mutating func twoStrings(_ arguments: FunctionArguments) -> (strings: (String, String)?, other: EvalValue) {
        guard arguments.count == 2 else { return (nil, .error) }
        guard let values = values(arguments) else { return (nil, .failure) }
        if values.contains(where: \.isUndefined) { return (nil, .undefined) }
        let first = values[0].asString(&self)
        let second = values[1].asString(&self)
        if first.isFailure || second.isFailure { return (nil, .failure) }
        guard case .string(let a) = first, case .string(let b) = second else { return (nil, .error) }
        return ((a, b), .undefined)
    }

    mutating func compareStrings(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        let (strings, other) = twoStrings(arguments)
        guard let (a, b) = strings else { return other }
        let order = a.withClassAdBytes { a in
            b.withClassAdBytes { b in
                function == .stricmp
                    ? ASCII.compareIgnoringCase(a, b) : (a.elementsEqual(b) ? 0 : (a.lexicographicallyPrecedes(b) ? -1 : 1))
            }
        }
        return .integer(Int64(order.signum()))
    }

    mutating func compareVersions(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        let (strings, other) = twoStrings(arguments)
        guard let (a, b) = strings else { return other }
        let order = naturalOrder(a, b)
        switch function {
        case .versionLE: return .boolean(order <= 0)
        case .versionLT: return .boolean(order < 0)
        case .versionGE: return .boolean(order >= 0)
        case .versionGT: return .boolean(order > 0)
        case .versionEQ: return .boolean(order == 0)
        default: return .integer(Int64(order))
        }
    }

    mutating func versionInRange(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 3 else { return .error }
        guard let values = values(arguments) else { return .failure }
        if values[1].isUndefined || values[2].isUndefined { return .undefined }
        let texts = values.map { $0.asString(&self) }
        if texts.contains(where: \.isFailure) { return .failure }
        guard case .string(let tested) = texts[0], case .string(let low) = texts[1], case .string(let high) = texts[2] else {
            return .error
        }
        return .boolean(naturalOrder(low, tested) <= 0 && naturalOrder(tested, high) <= 0)
    }

    /// `splitUserName` and `splitSlotName`: the parts before and after the first `@`.
    mutating func splitAt(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let value = value(arguments, 0)
        if value.isFailure { return .failure }
        guard case .string(let text) = value else { return .error }
        guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else {
            return .list(EvalList(strings: function == .splitSlotName ? ["", text] : [text, ""]))
        }
        return .list(EvalList(strings: [String(text[..<at]), String(text[text.utf8.index(after: at)...])]))
    }

    /// `split(text[, separators])`: white space around separators is removed; between two adjacent equal separators there is an empty item.
    mutating func split(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 || arguments.count == 2 else { return .error }
        guard let values = values(arguments) else { return .failure }
        guard case .string(let text) = values[0] else { return .error }
        var separators = Array(", \t".utf8)
        if values.count == 2 {
            guard case .string(let given) = values[1] else { return .error }
            separators = given.withClassAdBytes { Array($0) }
        }
        var items: [String] = []
        text.withClassAdBytes { bytes in
            var start = 0
            var lastSeparator: UInt8?
            for (i, byte) in bytes.enumerated() where separators.contains(byte) {
                if i > start {
                    items.append(String(classAdBytes: UnsafeBufferPointer(rebasing: bytes[start..<i])))
                } else if lastSeparator == byte {
                    items.append("")
                }
                if !ASCII.isSpace(byte) { lastSeparator = byte }
                start = i + 1
            }
            if start < bytes.count { items.append(String(classAdBytes: UnsafeBufferPointer(rebasing: bytes[start...]))) }
        }
        return .list(EvalList(strings: items))
    }
}

/// Compares two texts with runs of digits compared as numbers, like glibc's `strverscmp` (src/classad/natural_cmp.cpp).
func naturalOrder(_ a: String, _ b: String) -> Int {
    a.withClassAdBytes { a in b.withClassAdBytes { naturalOrder(a, $0) } }
}

private func naturalOrder(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    func at(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> UInt8 { i < bytes.count ? bytes[i] : 0 }
    var mismatch = 0
    while at(a, mismatch) != 0, at(a, mismatch) == at(b, mismatch) { mismatch += 1 }
    if at(a, mismatch) == at(b, mismatch) { return 0 }
    let plain = Int(Int8(bitPattern: at(a, mismatch))) - Int(Int8(bitPattern: at(b, mismatch)))
    var digits = mismatch
    while digits > 0, ASCII.isDigit(at(a, digits - 1)) { digits -= 1 }
    if digits == mismatch, !ASCII.isDigit(at(a, mismatch)) || !ASCII.isDigit(at(b, mismatch)) { return plain }
    func zeros(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var end = digits
        while at(bytes, end) == UInt8(ascii: "0") { end += 1 }
        return end > digits && !ASCII.isDigit(at(bytes, end)) ? end - 1 : end
    }
    let zerosA = zeros(a)
    let zerosB = zeros(b)
    if zerosA != zerosB { return zerosB - zerosA }
    if zerosA > digits { return plain }
    func end(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var end = digits
        while ASCII.isDigit(at(bytes, end)) { end += 1 }
        return end
    }
    let lengths = end(a) - end(b)
    return lengths != 0 ? lengths : plain
}
