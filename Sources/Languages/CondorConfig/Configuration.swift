package import Diagnostics
import MacroLanguage

/// HTCondor configuration: files, directories and environment read into values by name.
///
/// The language is that of HTCondor 25.14 (condor_utils/config.cpp and condor_config.cpp). Names compare without regard to ASCII case. Values
/// stay unexpanded until they are asked for, so that a macro may be set after its use.
package struct Configuration: Sendable {
    package typealias Root = ConfigurationRoot

    let table: ConfigurationTable
    let scope: ConfigurationScope
    let environment: [String: String]

    /// Warnings given while loading.
    package let warnings: [Diagnostic]

    /// The files that were read, in order; programs end in `|`.
    package let files: [String]

    init(_ loader: ConfigurationLoader) {
        table = loader.table
        scope = loader.scope
        environment = loader.environment
        warnings = loader.diagnostics.filter { $0.severity == .warning }
        files = loader.filesRead
    }

    /// Reads a configuration: the root, then `LOCAL_CONFIG_DIR` and `LOCAL_CONFIG_FILE`, then the user's own file, then `_CONDOR_*` of the
    /// environment.
    ///
    /// - Parameters:
    ///   - subsystem: `NAME` is looked up as `SUBSYSTEM.NAME` first.
    ///   - localName: `NAME` is looked up as `LOCALNAME.NAME` before that.
    ///   - environment: for `_CONDOR_*`, `CONDOR_CONFIG` and `$ENV()`.
    ///   - files: the file system; nothing else is read.
    ///   - facts: the values of detected macros.
    /// - Throws: every error of the configuration found in one pass, with its place.
    package static func load(
        root: Root, subsystem: String? = "TOOL", localName: String? = nil, environment: [String: String],
        files: some ConfigurationFiles, facts: HostFacts = .current()
    ) throws(ConfigurationError) -> Configuration {
        var loader = ConfigurationLoader(
            files: files, environment: environment, scope: ConfigurationScope(subsystem: subsystem, localName: localName))
        do {
            try loader.load(root, facts)
        } catch {
            throw ConfigurationError(loader.diagnostics)
        }
        if loader.hasErrors { throw ConfigurationError(loader.diagnostics) }
        return Configuration(loader)
    }

    // MARK: Values

    private var macros: ConfigurationMacros { ConfigurationMacros(table: table, scope: scope, environment: environment) }

    /// The value with its macros expanded; nil if it is not set, if it is empty, or if its macros expand without end (see `expand(_:)`).
    package func value(_ name: String) -> String? { (try? expand(name))?.value }

    /// The value as it was written; for a parameter that is not set, its default. nil without either.
    package func rawValue(_ name: String) -> String? { table.lookUp(name, scope).map { String(decoding: $0, as: UTF8.self) } }

    /// The value with its macros expanded (nil if it is not set or empty), and the macro functions in it that had wrong arguments.
    ///
    /// - Throws: when the macros expand without end.
    package func expand(_ name: String) throws(ConfigurationError) -> (value: String?, failures: [Diagnostic]) {
        guard let raw = table.lookUp(name, scope), !raw.isEmpty else { return (nil, []) }
        let place = place(name)
        var expander = MacroExpander(macros)
        do throws(MacroError) {
            let value = try expander.expand(raw)
            let failures = expander.complaints.map { place.diagnostic(.error, "in the value of \(name): \($0.message)") }
            return (value.isEmpty ? nil : String(decoding: value, as: UTF8.self), failures)
        } catch {
            throw ConfigurationError(place.diagnostic(.error, "in the value of \(name): \(error.message)"))
        }
    }

    /// A text with its macros expanded as if it were a value.
    ///
    /// - Throws: when the macros expand without end.
    package func expand(text: String) throws(ConfigurationError) -> String {
        var expander = MacroExpander(macros)
        do throws(MacroError) {
            return String(decoding: try expander.expand(Array(text.utf8)), as: UTF8.self)
        } catch {
            throw ConfigurationError(Diagnostic(.error, error.message))
        }
    }

    /// Where the value of a name was set; nil if it is not set and has no default.
    package func origin(_ name: String) -> ConfigurationOrigin? {
        table.find(name, scope).map { ConfigurationOrigin($0.position, sources: table.sources) }
    }

    /// The assignment, or the default, that a query for a name finds: with the prefix of the local name, with that of the subsystem, or plain.
    package func setting(_ name: String) -> ConfigurationSetting? {
        table.find(name, scope).map { setting($0) }
    }

    /// Every assignment that is in force, by source and line; parameters that have their default are not among them.
    package var settings: [ConfigurationSetting] {
        table.entries.enumerated().filter { !$1.matchesDefault }.sorted { a, b in
            let (left, right) = (a.element.position, b.element.position)
            return (left.source, left.line ?? -1, left.metaknobStatement, a.offset)
                < (right.source, right.line ?? -1, right.metaknobStatement, b.offset)
        }.map { setting($0.element) }
    }

    private func setting(_ entry: ConfigurationEntry) -> ConfigurationSetting {
        ConfigurationSetting(
            name: entry.name, rawValue: String(decoding: entry.value, as: UTF8.self),
            origin: ConfigurationOrigin(entry.position, sources: table.sources))
    }

    /// The position of a value for a message.
    func place(_ name: String) -> ConfigurationPlace {
        ConfigurationPlace(table.find(name, scope), sources: table.sources)
    }
}

/// One assignment.
package struct ConfigurationSetting: Sendable, Hashable {
    package var name: String
    /// Unexpanded.
    package var rawValue: String
    package var origin: ConfigurationOrigin
}

/// Where a value was set.
package struct ConfigurationOrigin: Sendable, Hashable, CustomStringConvertible {
    /// The path of a file, a command with `|`, or `<Default>`, `<Environment>`, `<Detected>`.
    package var file: String
    /// 1-based; nil when there are no lines.
    package var line: Int?
    /// `CATEGORY:NAME+N`: the metaknob of that line that made the value, and the number of its statement.
    package var metaknob: String?

    init(_ position: ConfigurationPosition, sources: [String]) {
        file = sources[position.source]
        line = position.line
        metaknob = position.metaknob.map { "\($0.category):\($0.name)+\(position.metaknobStatement)" }
    }

    /// As `condor_config_val -verbose` writes it: `FILE, line N, use CATEGORY:NAME+N`.
    package var description: String {
        file + (line.map { ", line \($0)" } ?? "") + (metaknob.map { ", use \($0)" } ?? "")
    }
}
