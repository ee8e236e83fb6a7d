import ArgumentParser
import Gateway

/// The command line. Without a subcommand, the program serves.
struct HTAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "htapi", abstract: "An HTTP gateway to an HTCondor scheduler.",
        version: GatewayVersion.commit.map { "\(GatewayVersion.number) (\($0.prefix(12)))" } ?? GatewayVersion.number,
        subcommands: [
            Serve.self, Token.self, ConfigCommand.self, ClassAdCommand.self, SubmitCommand.self, OpenAPICommand.self, MiniCommand.self,
        ], defaultSubcommand: Serve.self)
}
