import Diagnostics
import MacroLanguage

/// `include` and `use`.
extension ConfigurationLoader {
    /// Includes a file or the output of a program.
    mutating func include(_ name: [UInt8], _ options: IncludeOptions, at place: ConfigurationPlace, depth: Int) throws(Stop) {
        if let into = options.into { return try include(name, options, into: into, at: place, depth: depth) }
        let text = String(decoding: name, as: UTF8.self)
        if options.isCommand || name.contains(UInt8(ascii: "|")) {
            guard let command = Self.command(name, isCommand: options.isCommand) else {
                if !options.mayBeMissing {
                    try report(place.diagnostic(.error, "'\(text)' is not a program to run", expected: "'|' at the end"))
                }
                return
            }
            guard let output = try run(command, mayFail: options.mayBeMissing, at: place) else { return }
            return try parse(output.bytes, source: String(decoding: command, as: UTF8.self) + " |", depth: depth)
        }
        if options.mayBeMissing, files.kind(of: text) == .missing { return }
        guard let bytes = try read(text, at: place) else { return }
        try parse(bytes, source: text, depth: depth)
    }

    /// Includes `cache`. If it does not exist, it is made from a program's output or a file first.
    private mutating func include(
        _ name: [UInt8], _ options: IncludeOptions, into cache: [UInt8], at place: ConfigurationPlace, depth: Int
    ) throws(Stop) {
        let path = String(decoding: try expand(cache, at: place), as: UTF8.self)
        guard !path.isEmpty, !path.hasSuffix("|") else {
            return try report(place.diagnostic(.error, "'include command into' cannot write to '\(path)'", expected: "the path of a file"))
        }
        if files.kind(of: path) != .missing {
            guard let bytes = try read(path, at: place) else { return }
            return try parse(bytes, source: path, depth: depth)
        }
        let command = Self.command(name, isCommand: true) ?? name
        guard let output = try run(command, mayFail: options.mayBeMissing, at: place) else { return }
        let source = String(decoding: command, as: UTF8.self)
        guard output.status == 0 else {
            if !options.mayBeMissing {
                try report(place.diagnostic(.error, "the program '\(source)' ended with status \(output.status)"))
            }
            return
        }
        do throws(ConfigurationFileError) {
            try files.write(output.bytes, to: path)
        } catch {
            if !options.mayBeMissing { try report(place.diagnostic(.error, "cannot write '\(path)': \(error.reason)")) }
            return
        }
        try parse(output.bytes, source: source + " |", depth: depth)
    }

    /// The command without the final `|`; nil if there is a `|` elsewhere.
    static func command(_ text: [UInt8], isCommand: Bool) -> [UInt8]? {
        guard text.contains(UInt8(ascii: "|")) else { return isCommand ? text : nil }
        guard text.last == UInt8(ascii: "|") else { return nil }
        var command = text
        while command.count > 1, let last = command.last, last == UInt8(ascii: "|") || last == 0x20 { command.removeLast() }
        return command
    }

    /// `use CATEGORY : NAME, NAME(arguments) …`
    mutating func use(
        _ category: String, _ uses: [UInt8], at position: ConfigurationPosition, place: ConfigurationPlace, sourceLine: String?, depth: Int
    ) throws(Stop) {
        guard !category.isEmpty else {
            return try report(place.diagnostic(.error, "'use' needs a category before the colon", expected: "use CATEGORY : NAME"))
        }
        guard let metaknobs = Metaknobs.category(category.utf8) else {
            return try report(
                place.diagnostic(
                    .error, "there is no category '\(category)' of metaknobs",
                    expected: "one of \(Metaknobs.categoryNames.sorted().joined(separator: ", "))",
                    suggestion: closestMatch(to: category, among: Metaknobs.categoryNames)))
        }
        var offset = 0
        while let next = MetaknobUse(uses, from: &offset) {
            let name = String(decoding: next.name, as: UTF8.self)
            guard let metaknob = metaknobs[MacroName(next.name)] else {
                return try report(
                    place.diagnostic(
                        .error, "there is no metaknob '\(name)' in the category '\(category)'",
                        suggestion: closestMatch(to: name, among: metaknobs.values.map(\.name))))
            }
            let template: [UInt8]
            do throws(MacroError) {
                template = try next.expand(metaknob.template, &budget)
            } catch {
                try stop(place.diagnostic(.error, error.message))
            }
            try spend(template.count, at: place)
            var position = position
            position.metaknob = MetaknobReference(category: metaknob.category, name: metaknob.name)
            var parser = MetaknobParser(position: position, place: place, sourceLine: sourceLine, depth: depth)
            try parser.parse(template, into: &self)
        }
    }
}
