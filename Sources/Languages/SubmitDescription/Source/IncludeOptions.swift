/// The words between `include` and its colon: `ifexist`, `output`/`command`, `into FILE`.
struct IncludeOptions {
    var mayBeMissing = false
    private var isCommand = false

    /// nil for words that may not stand there. `into` caches what a command printed in a file; that is left to `condor_submit`.
    init?(_ text: Bytes) {
        var words = tokens(of: text, separatedBy: " \t").map { ASCII.string($0) }[...]
        if words.first == "ifexist" || words.first == "ifexists" {
            mayBeMissing = true
            words.removeFirst()
        }
        if words.first == "output" || words.first == "command" {
            isCommand = true
            words.removeFirst()
        }
        guard words.isEmpty else { return nil }
    }

    func contents(_ name: String, _ files: any SubmitFiles) throws(SubmitFileError) -> Bytes {
        let bytes = Bytes(name.utf8)
        guard isCommand || bytes.contains(UInt8(ascii: "|")) else { return try files.contents(ofFile: name) }
        guard isCommand || bytes.last == UInt8(ascii: "|") else {
            throw SubmitFileError("not a valid command, the | must be at the end")
        }
        var command = bytes
        while let last = command.last, last == UInt8(ascii: "|") || last == 0x20 { command.removeLast() }
        guard let arguments = JobArguments(rawOrQuoted: ASCII.string(command)) else { throw SubmitFileError("not a valid command") }
        return try files.output(ofCommand: arguments.list)
    }
}
