import CondorModel
import MacroLanguage
import Text

extension SubmitFiles {
    /// The contents of a file, or the output of a command.
    func contents(toInclude name: String, _ options: IncludeOptions) throws(SubmitFileError) -> Bytes {
        let bytes = Bytes(name.utf8)
        guard options.isCommand || bytes.contains(UInt8(ascii: "|")) else { return try contents(ofFile: name) }
        guard options.isCommand || bytes.last == UInt8(ascii: "|") else {
            throw SubmitFileError("not a valid command, the | must be at the end")
        }
        var command = bytes
        while let last = command.last, last == UInt8(ascii: "|") || last == 0x20 { command.removeLast() }
        guard let arguments = try? ArgumentList(rawOrQuoted: ASCII.string(command)) else { throw SubmitFileError("not a valid command") }
        return try output(ofCommand: arguments.list)
    }
}
