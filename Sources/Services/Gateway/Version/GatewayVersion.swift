import CBuild

/// The version of the program.
package enum GatewayVersion {
    package static let number = "0.1.0"
    /// The commit the program was built from; nil if it was not built in a git checkout.
    package static let commit: String? = {
        let commit = String(cString: cbuild_commit())
        return commit.isEmpty ? nil : commit
    }()
}
