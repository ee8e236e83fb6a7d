import Text

/// Splits the command of `include command : …` into a program and its arguments.
///
/// White space separates arguments. If the whole command is in double quotes, HTCondor's "new" syntax applies: single quotes group, and doubled
/// quotes stand for themselves (condor_utils/condor_arglist.cpp).
enum CommandArguments {
    static func split(_ command: [UInt8]) throws(ConfigurationFileError) -> [String] {
        let text = ASCII.trimmed(command[...])
        guard text.first == ASCII.quote else {
            return text.split(whereSeparator: ASCII.isSpace).map { String(decoding: $0, as: UTF8.self) }
        }
        return try grouped(unquoted(text))
    }

    private static func unquoted(_ text: ArraySlice<UInt8>) throws(ConfigurationFileError) -> [UInt8] {
        guard text.count >= 2, text.last == ASCII.quote else {
            throw ConfigurationFileError(reason: "the double quote at the start of the command is never closed")
        }
        var result: [UInt8] = []
        var position = text.startIndex + 1
        while position < text.endIndex - 1 {
            if text[position] == ASCII.quote {
                position += 1
                guard position < text.endIndex - 1, text[position] == ASCII.quote else {
                    throw ConfigurationFileError(reason: "a double quote inside the command must be doubled")
                }
            }
            result.append(text[position])
            position += 1
        }
        return result
    }

    private static func grouped(_ text: [UInt8]) throws(ConfigurationFileError) -> [String] {
        let mark = UInt8(ascii: "'")
        var arguments: [String] = []
        var current: [UInt8]?
        var position = 0
        var isQuoted = false
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == mark {
                if isQuoted, position < text.count, text[position] == mark {
                    current?.append(mark)
                    position += 1
                } else {
                    isQuoted.toggle()
                    current = current ?? []
                }
            } else if !isQuoted, ASCII.isSpace(byte) {
                if let argument = current { arguments.append(String(decoding: argument, as: UTF8.self)) }
                current = nil
            } else {
                current = (current ?? []) + [byte]
            }
        }
        if isQuoted { throw ConfigurationFileError(reason: "a single quote in the command is never closed") }
        if let argument = current { arguments.append(String(decoding: argument, as: UTF8.self)) }
        return arguments
    }
}
