import Cedar

/// What a daemon writes into its address file.
package enum DaemonAddress {
    /// Host and port of a daemon's address, such as `127.0.0.1:9618`; nil where the line is no address.
    package static func endpoint(_ line: some StringProtocol) -> String? {
        (try? Sinful(line))?.primary.description
    }
}
