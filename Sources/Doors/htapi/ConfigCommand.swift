import ArgumentParser
import CondorConfig
import Diagnostics
import Gateway

/// `htapi config`: shows and checks the configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show and check the configuration.", subcommands: [Show.self, Check.self])

    /// The configuration to read, and the names to read it as.
    struct Source: ParsableArguments {
        @Option(name: .long, help: "An HTCondor configuration file or a directory of such files, instead of CONDOR_CONFIG and the usual places.")
        var config: String?

        @Option(name: .long, help: "Look NAME up as SUBSYSTEM.NAME first.")
        var subsystem = "HTAPI"

        @Option(name: .long, help: "Look NAME up as LOCALNAME.NAME before that.")
        var localName: String?

        func load() throws -> Configuration {
            do {
                return try Configuration.load(
                    root: config.map { .path($0) } ?? .environment, subsystem: subsystem, localName: localName,
                    environment: Environment.variables, files: LocalConfigurationFiles())
            } catch {
                StandardError.write("\(error)\n")
                throw ExitStatus.configuration
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show all settings, or the values of some names.",
            discussion:
                """
                Without a name, shows everything that is set anywhere, in the order of the files. If a name has no value, the command exits \
                with status 1.
                """
        )

        @OptionGroup var source: Source

        @Flag(help: "Show where each value was set.")
        var origin = false

        @Flag(help: "Show values as written, without expanding macros.")
        var raw = false

        @Argument(help: "The names to show.")
        var names: [String] = []

        func run() throws {
            let configuration = try source.load()
            guard !names.isEmpty else {
                for setting in configuration.settings where setting.origin.file != "<Detected>" {
                    print(setting.name, try value(of: setting, configuration) ?? "", setting.origin, named: true)
                }
                return
            }
            var isMissing = false
            for name in names {
                guard let setting = configuration.setting(name), let value = try value(of: setting, configuration) else {
                    StandardError.write("htapi: \(name) has no value\(suggestion(name))\n")
                    isMissing = true
                    continue
                }
                print(setting.name, value, setting.origin, named: names.count > 1)
            }
            if isMissing { throw ExitCode(1) }
        }

        private func value(of setting: ConfigurationSetting, _ configuration: Configuration) throws -> String? {
            if raw { return setting.rawValue }
            do throws(ConfigurationError) {
                let (value, failures) = try configuration.expand(setting.name)
                for failure in failures { StandardError.write("\(failure)\n") }
                return value
            } catch {
                StandardError.write("\(error)\n")
                return nil
            }
        }

        private func print(_ name: String, _ value: String, _ origin: ConfigurationOrigin, named: Bool) {
            if self.origin { Swift.print("# \(origin)") }
            let isLong = value.utf8.contains(UInt8(ascii: "\n"))
            Swift.print(!named ? value : isLong ? "\(name) @=end\n\(value)\n@end" : "\(name) = \(value)")
        }

        private func suggestion(_ name: String) -> String {
            GatewayConfiguration.knobs.contains(name)
                ? "" : closestMatch(to: name, among: GatewayConfiguration.knobs).map { "; did you mean '\($0)'?" } ?? ""
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the configuration: its files, the values that htapi reads, and names that nothing reads.",
            discussion: "Exit status 0: usable, possibly with warnings. 78: not usable.")

        @OptionGroup var source: Source

        func run() throws {
            let configuration = try source.load()
            var found = configuration.warnings + configuration.unknownNames(prefix: "HTTP_API_", known: GatewayConfiguration.knobs)
            found += configuration.misspeltNames(known: GatewayConfiguration.schedulerKnobs) + configuration.invalidValues()
            do throws(ConfigurationError) {
                _ = try GatewayConfiguration(configuration)
            } catch {
                for diagnostic in error.diagnostics where !found.contains(diagnostic) { found.append(diagnostic) }
            }
            for diagnostic in found { StandardError.write("\(diagnostic)\n") }
            let errors = found.filter { $0.severity == .error }.count
            func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
            print(
                [counted(configuration.files.count, "file"), counted(errors, "error"), counted(found.count - errors, "warning")].joined(
                    separator: ", "))
            if errors > 0 { throw ExitStatus.configuration }
        }
    }
}
