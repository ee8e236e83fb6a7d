package import Diagnostics
import MacroLanguage

/// HTCondor configuration: files, directories and environment, read into values by name.
///
/// The language is that of HTCondor 25.14 (condor_utils/config.cpp and condor_config.cpp). Names ignore ASCII case. Values are expanded only when
/// they are requested, so that a macro may be set after its use.
package struct Configuration: Sendable {
    package typealias Root = ConfigurationRoot

    let table: ConfigurationTable
    let scope: ConfigurationScope
    let environment: [String: String]

    /// Warnings from loading.
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

    /// Reads a configuration: the root, then `LOCAL_CONFIG_DIR` and `LOCAL_CONFIG_FILE`, then the user's own file, then `_CONDOR_*` from the
    /// environment.
    ///
    /// - Parameters:
    ///   - subsystem: `NAME` is looked up as `SUBSYSTEM.NAME` first.
    ///   - localName: `NAME` is looked up as `LOCALNAME.NAME` even before that.
    ///   - environment: for `_CONDOR_*`, `CONDOR_CONFIG` and `$ENV()`.
    ///   - files: the file system; nothing else is read.
    ///   - facts: the values of detected macros.
    /// - Throws: all errors that one pass finds in the configuration, with their positions.
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

    /// The value with macros expanded; nil if it is not set, is empty, or expands without end (see `expand(_:)`).
    package func value(_ name: String) -> String? { (try? expand(name))?.value }

    /// The value as written, or the default of a parameter that is not set; nil without either.
    package func rawValue(_ name: String) -> String? { table.lookUp(name, scope).map { String(decoding: $0, as: UTF8.self) } }

    /// The value with macros expanded (nil if it is not set or empty), and the macro functions in it whose arguments are wrong.
    ///
    /// - Throws: if the macros expand without end.
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

    /// Expands the macros in a text as if it were a value.
    ///
    /// - Throws: if the macros expand without end.
    package func expand(text: String) throws(ConfigurationError) -> String {
        var expander = MacroExpander(macros)
        do throws(MacroError) {
            return String(decoding: try expander.expand(Array(text.utf8)), as: UTF8.self)
        } catch {
            throw ConfigurationError(Diagnostic(.error, error.message))
        }
    }

    /// Where a name's value was set; nil if it is not set and has no default.
    package func origin(_ name: String) -> ConfigurationOrigin? {
        table.find(name, scope).map { ConfigurationOrigin($0.position, sources: table.sources) }
    }

    /// The assignment or default that a lookup of the name finds: with the local name as prefix, with the subsystem as prefix, or plain.
    package func setting(_ name: String) -> ConfigurationSetting? {
        table.find(name, scope).map { setting($0) }
    }

    /// All assignments in force, by source and line, without parameters that have their default.
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

    /// A value's position, for messages.
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
    /// A file's path, a command with `|`, or `<Default>`, `<Environment>`, `<Detected>`.
    package var file: String
    /// 1-based; nil if the source has no lines.
    package var line: Int?
    /// `CATEGORY:NAME+N`: the metaknob in that line that set the value, and the number of its statement.
    package var metaknob: String?

    init(_ position: ConfigurationPosition, sources: [String]) {
        file = sources[position.source]
        line = position.line
        metaknob = position.metaknob.map { "\($0.category):\($0.name)+\(position.metaknobStatement)" }
    }

    /// In the form of `condor_config_val -verbose`: `FILE, line N, use CATEGORY:NAME+N`.
    package var description: String {
        file + (line.map { ", line \($0)" } ?? "") + (metaknob.map { ", use \($0)" } ?? "")
    }
}
