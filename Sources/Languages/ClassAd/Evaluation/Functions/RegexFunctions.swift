import Patterns
import Text

extension Evaluator {
    /// The argument values of a regular expression function; otherwise nil and the value to return. The options come last and are optional.
    private mutating func regexArguments(
        _ arguments: FunctionArguments, _ required: Int
    ) -> (values: [EvalValue], options: String, other: EvalValue?) {
        guard arguments.count == required || arguments.count == required + 1 else { return ([], "", .error) }
        guard let values = values(arguments) else { return ([], "", .failure) }
        if values.contains(where: \.isError) { return ([], "", .error) }
        if values.contains(where: \.isUndefined) { return ([], "", .undefined) }
        guard values.count > required else { return (values, "", nil) }
        guard case .string(let options) = values[required] else { return ([], "", .error) }
        return (values, options, nil)
    }

    mutating func regexp(_ arguments: FunctionArguments) -> EvalValue {
        let (values, options, other) = regexArguments(arguments, 2)
        if let other { return other }
        guard case .string(let pattern) = values[0], case .string(let text) = values[1] else { return .error }
        guard regexOverruns > 0, let regex = RegularExpression(pattern, options: RegularExpression.options(options)) else { return .error }
        return matches(regex, text)
    }

    private mutating func matches(_ regex: RegularExpression, _ text: String) -> EvalValue {
        switch regex.firstMatch(in: text, &self) {
        case .matched: .boolean(true)
        case .noMatch: .boolean(false)
        case .limitReached: .error
        }
    }

    mutating func regexpMember(_ arguments: FunctionArguments) -> EvalValue {
        let (values, options, other) = regexArguments(arguments, 2)
        if let other { return other }
        guard case .string(let pattern) = values[0], case .list(let list) = values[1] else { return .error }
        let regex = RegularExpression(pattern, options: RegularExpression.options(options))
        var hasUndefined = false
        for position in 0..<list.count {
            switch element(list, position) {
            case .string(let text):
                // A malformed pattern matches nothing here.
                guard regexOverruns > 0 else { return .error }
                if let regex, case .boolean(true) = matches(regex, text) { return .boolean(true) }
            case .undefined: hasUndefined = true
            default: return .error
            }
        }
        return hasUndefined ? .undefined : .boolean(false)
    }

    /// `regexps`, `replace` and `replaceAll`.
    mutating func substitute(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        let (values, options, other) = regexArguments(arguments, 3)
        if let other { return other }
        guard case .string(let pattern) = values[0], case .string(let text) = values[1], case .string(let replacement) = values[2] else {
            return .error
        }
        guard regexOverruns > 0, let regex = RegularExpression(pattern, options: RegularExpression.options(options)) else { return .error }
        let keepsRest = function != .regexps || options.utf8.contains(UInt8(ascii: "f"))
        let isGlobal = function == .replaceAll || options.utf8.contains(UInt8(ascii: "g"))
        let template = replacement.withClassAdBytes { Array($0) }
        let result = text.withClassAdBytes { bytes in
            replaced(regex, bytes, template, keepsRest: keepsRest, isGlobal: isGlobal)
        }
        return result.map { .string(String(classAdBytes: $0)) } ?? .error
    }

    /// Follows HTCondor's loop, which ends in an error after an empty match at the end of the text.
    private mutating func replaced(
        _ regex: RegularExpression, _ text: UnsafeBufferPointer<UInt8>, _ template: [UInt8], keepsRest: Bool, isGlobal: Bool
    ) -> [UInt8]? {
        var output: [UInt8] = []
        var position = 0
        var wasEmpty = false
        var goesOn: Bool
        repeat {
            switch regex.match(text, from: position, options: wasEmpty ? [.notEmptyAtStart, .anchored] : []) {
            case .matched(let groups):
                guard let whole = regex.range(ofGroup: 0), whole.lowerBound >= position else { return nil }
                if keepsRest { output.append(contentsOf: text[position..<whole.lowerBound]) }
                guard append(template, to: &output, regex, text, groups: groups) else { return nil }
                position = whole.upperBound
                if whole.isEmpty { wasEmpty = true }
                goesOn = true
            case .noMatch where wasEmpty:
                guard position < text.count else { return nil }
                output.append(text[position])
                position += 1
                wasEmpty = false
                goesOn = true
            case .noMatch: goesOn = false
            case .limitReached:
                regexOverruns -= 1
                return nil
            }
        } while goesOn && isGlobal
        if keepsRest { output.append(contentsOf: text[position...]) }
        return output
    }

    /// Appends the replacement with `\0`…`\9` replaced by groups. Returns false for a missing group, or if the result is too long.
    private mutating func append(
        _ template: [UInt8], to output: inout [UInt8], _ regex: RegularExpression, _ text: UnsafeBufferPointer<UInt8>, groups: Int
    ) -> Bool {
        let before = output.count
        var i = 0
        while i < template.count {
            if template[i] == UInt8(ascii: "\\"), i + 1 < template.count, ASCII.isDigit(template[i + 1]) {
                let group = Int(template[i + 1] & 15)
                guard group < groups else { return false }
                if let range = regex.range(ofGroup: group) { output.append(contentsOf: text[range]) }
                i += 2
            } else {
                output.append(template[i])
                i += 1
            }
        }
        return affords(output.count - before)
    }
}
