import Glibc
import Patterns
import Text

/// The items of a string list, separated by any of `delimiters`, trimmed, without empty ones.
func stringListItems(_ text: String, delimiters: String) -> [String] {
    let delimiters = delimiters.withClassAdBytes { Array($0) }
    return text.withClassAdBytes { bytes in
        var items: [String] = []
        var i = 0
        while i < bytes.count {
            while i < bytes.count, delimiters.contains(bytes[i]) || ASCII.isSpace(bytes[i]) { i += 1 }
            let start = i
            var end = i
            while i < bytes.count, !delimiters.contains(bytes[i]) {
                i += 1
                if !ASCII.isSpace(bytes[i - 1]) { end = i }
            }
            if i > start { items.append(String(classAdBytes: UnsafeBufferPointer(rebasing: bytes[start..<end]))) }
        }
        return items
    }
}

extension Evaluator {
    /// One or two strings: the list and its delimiters.
    private mutating func listAndDelimiters(_ arguments: FunctionArguments) -> (items: [String]?, other: EvalValue) {
        guard arguments.count == 1 || arguments.count == 2 else { return (nil, .error) }
        guard let values = values(arguments) else { return (nil, .failure) }
        guard case .string(let list) = values[0] else { return (nil, .error) }
        guard values.count == 2 else { return (stringListItems(list, delimiters: ", "), .error) }
        guard case .string(let delimiters) = values[1] else { return (nil, .error) }
        return (stringListItems(list, delimiters: delimiters), .error)
    }

    mutating func stringListSize(_ arguments: FunctionArguments) -> EvalValue {
        let (items, other) = listAndDelimiters(arguments)
        return items.map { .integer(Int64($0.count)) } ?? other
    }

    mutating func stringListSummary(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        let (items, other) = listAndDelimiters(arguments)
        guard let items else { return other }
        // HTCondor starts the maximum with the smallest positive float.
        var result: Double
        switch function {
        case .stringListMin: result = Double(Float.greatestFiniteMagnitude)
        case .stringListMax: result = Double(Float.leastNormalMagnitude)
        default: result = 0
        }
        guard !items.isEmpty else {
            return function == .stringListMin || function == .stringListMax ? .undefined : .real(0)
        }
        var isReal = false
        for item in items {
            guard let number = scannedNumber(item) else { return .error }
            isReal = isReal || !item.utf8.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            switch function {
            case .stringListMin: if number < result { result = number }
            case .stringListMax: if number > result { result = number }
            default: result = number + result
            }
        }
        if function == .stringListAvg { result /= Double(items.count) }
        return isReal ? .real(result) : .integer(truncatedInt64(result))
    }

    /// Reads a number like `sscanf` with `%lf`.
    private func scannedNumber(_ text: String) -> Double? {
        var number = 0.0
        let count = withUnsafeMutablePointer(to: &number) { target in
            withVaList([target]) { arguments in text.withCString { vsscanf($0, "%lf", arguments) } }
        }
        return count == 1 ? number : nil
    }

    mutating func stringListMember(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 2 || arguments.count == 3 else { return .error }
        guard let values = values(arguments) else { return .failure }
        var texts = ["", "", ", \t\r\n"]
        for (position, value) in values.enumerated() {
            switch value {
            case .string(let text): texts[position] = text
            case .undefined: break
            default: return .error
            }
        }
        if values[0].isUndefined, values[1].isUndefined { return .undefined }
        let ignoresCase = function == .stringListIMember || function == .stringListISubsetMatch
        let list = stringListItems(texts[1], delimiters: texts[2])
        func contains(_ item: String) -> Bool {
            list.contains { ignoresCase ? AttributeName.equal($0, item) : $0.utf8.elementsEqual(item.utf8) }
        }
        if function == .stringListMember || function == .stringListIMember { return .boolean(contains(texts[0])) }
        if texts[0].isEmpty { return .boolean(true) }
        let items = stringListItems(texts[0], delimiters: texts[2])
        if items.count > 16, list.count > 16 {
            let known = Set(list.map { ignoresCase ? asciiLowercased($0) : Array($0.utf8) })
            return .boolean(items.allSatisfy { known.contains(ignoresCase ? asciiLowercased($0) : Array($0.utf8)) })
        }
        return .boolean(!items.isEmpty && items.allSatisfy(contains))
    }

    private func asciiLowercased(_ text: String) -> [UInt8] { text.utf8.map { ASCII.lowercased($0) } }

    mutating func stringListRegexpMember(_ arguments: FunctionArguments) -> EvalValue {
        guard (2...4).contains(arguments.count) else { return .error }
        guard let values = values(arguments) else { return .failure }
        var texts = ["", "", ", ", ""]
        for (position, value) in values.enumerated() {
            guard case .string(let text) = value else { return .error }
            texts[position] = text
        }
        guard let regex = RegularExpression(texts[0], options: RegularExpression.options(texts[3], letters: "imsxIMSX")) else { return .error }
        let items = stringListItems(texts[1], delimiters: texts[2])
        guard !items.isEmpty else { return .undefined }
        for item in items {
            switch regex.firstMatch(in: item, &self) {
            case .matched: return .boolean(true)
            case .noMatch: break
            case .limitReached: if regexOverruns <= 0 { return .error }
            }
        }
        return .boolean(false)
    }

    mutating func stringListsIntersect(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 2 || arguments.count == 3 else { return .error }
        guard let values = values(arguments) else { return .error }
        if values.contains(where: \.isError) { return .error }
        if values.contains(where: \.isUndefined) { return .undefined }
        var texts: [[UInt8]] = []
        for value in values {
            guard case .string(let text) = value else { return .error }
            texts.append(text.withClassAdBytes { Array($0) })
        }
        let given = texts.count == 3 ? texts[2] : []
        let delimiters = given.isEmpty ? Array(" ,".utf8) : given
        func items(_ text: [UInt8]) -> [ArraySlice<UInt8>] { text.split { delimiters.contains($0) } }
        let known = Set(items(texts[1]))
        return .boolean(items(texts[0]).contains { known.contains($0) })
    }
}
