import ArgumentParser
import ClassAd
import CondorConfig
import Diagnostics

/// `htapi classad`: evaluates and parses ClassAd expressions.
struct ClassAdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classad", abstract: "Evaluate and parse ClassAd expressions.", subcommands: [Eval.self, Parse.self])

    struct Eval: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the value of an expression.",
            discussion: "Ads may be in new syntax ([ A = 1; B = 2 ]) or in old syntax (one line `Name = expression` per attribute).")

        @Option(help: "File with the ad in which the expression is evaluated (MY); - is standard input.")
        var ad: String?

        @Option(help: "File with the ad to match against (TARGET); - is standard input.")
        var target: String?

        @Argument(help: "The expression.")
        var expression: String

        func run() throws {
            let my = try ad.map { try ClassAdCommand.readAd($0) }
            let other = try target.map { try ClassAdCommand.readAd($0) }
            let names = [my, other].compactMap { $0 }.flatMap { ad in ad.map { name, _ in name } }
            let tree = try ClassAdCommand.parse(expression, attributes: names)
            print(tree.evaluate(my: my, target: other).unparsed(.new))
        }
    }

    struct Parse: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check an expression or an ad, and print it as HTCondor writes it.")

        @Flag(help: "Print in old syntax, as in job ads and submit descriptions.")
        var old = false

        @Option(help: "File with an ad to check instead of an expression; - is standard input.")
        var ad: String?

        @Argument(help: "The expression.")
        var expression: String?

        func validate() throws {
            guard (ad == nil) != (expression == nil) else { throw ValidationError("give an expression or --ad FILE") }
        }

        func run() throws {
            let syntax: ClassAdSyntax = old ? .old : .new
            if let expression { print(try ClassAdCommand.parse(expression).unparsed(syntax)) }
            if let ad { print(try ClassAdCommand.readAd(ad).unparsed(syntax)) }
        }
    }

    /// Parses an expression and warns of likely mistakes. Attribute names are checked only against those of a given ad.
    private static func parse(_ text: String, attributes: [String] = []) throws -> ExprTree {
        do {
            let (tree, warnings) = try ExprTree.check(text, attributes: attributes)
            for warning in warnings { StandardError.write("\(warning)\n") }
            return tree
        } catch {
            StandardError.write("\(error)\n")
            throw ExitStatus.data
        }
    }

    /// The largest ad file, in bytes.
    private static let largestAd = 64 << 20

    private static func readAd(_ path: String) throws -> ClassAd {
        let bytes: [UInt8]
        do throws(ConfigurationFileError) {
            bytes = try LocalConfigurationFiles(runsCommands: false).read(path == "-" ? "/dev/stdin" : path, limit: largestAd)
        } catch {
            StandardError.write("htapi: \(path): \(error.reason)\n")
            throw ExitStatus.noInput
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let isNew = bytes.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) } == UInt8(ascii: "[")
        do {
            return try ClassAd.parse(text, syntax: isNew ? .new : .old)
        } catch {
            StandardError.write("\(path): \(error)\n")
            throw ExitStatus.data
        }
    }
}
