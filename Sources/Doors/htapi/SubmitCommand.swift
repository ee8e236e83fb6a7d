import ArgumentParser
import ClassAd
import CondorConfig
import Diagnostics
import Glibc
import SubmitDescription

/// `htapi submit`: checks submit descriptions.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Check submit descriptions.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a submit description and show the resulting ads, like a dry run.",
            discussion: "Errors and warnings go to standard error. Exit status 65: the description has errors. 66: it cannot be read.")

        /// The largest description, in bytes.
        private static let largestDescription = 8 << 20

        @Flag(help: "Read it as the gateway would: without this machine's files, commands and variables.")
        var remote = false

        @Option(help: "Number of job ads to print.")
        var jobs = 10

        @Argument(help: "The file; - is standard input.")
        var file: String

        func run() throws {
            var parameters = SubmitParameters()
            parameters.fileName = file == "-" ? nil : file
            parameters.submitTime = Int64(time(nil))
            parameters.spool = remote
            let host = HostFiles()
            if !remote { parameters.workingDirectory = host.workingDirectory }
            let bytes = try read()
            do throws(SubmitError) {
                let plan = try SubmitDescription.parse(bytes: bytes, mode: remote ? .remote : .local(host), parameters: parameters)
                for warning in plan.warnings { StandardError.write("\(warning)\n") }
                var ads = try plan.ads()
                print("# cluster")
                print(ads.clusterAd.unparsed(.old))
                for index in 0..<min(max(jobs, 0), plan.procCount) {
                    guard let ad = try ads.next() else { break }
                    print("# job \(index)")
                    print(ad.unparsed(.old))
                }
                print("# \(plan.procCount) jobs\(plan.factory == nil ? "" : ", which the scheduler makes when they are needed")")
            } catch {
                for diagnostic in error.diagnostics { StandardError.write("\(diagnostic)\n") }
                throw ExitStatus.data
            }
        }

        private func read() throws -> [UInt8] {
            do throws(ConfigurationFileError) {
                let files = LocalConfigurationFiles(runsCommands: false)
                return try files.read(file == "-" ? "/dev/stdin" : file, limit: Self.largestDescription)
            } catch {
                StandardError.write("htapi: \(file): \(error.reason)\n")
                throw ExitStatus.noInput
            }
        }
    }
}
