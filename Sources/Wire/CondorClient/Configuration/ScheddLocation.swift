/// How a schedd is found.
package enum ScheddLocation: Sendable, Hashable {
    /// The file that the schedd writes when it starts (SCHEDD_ADDRESS_FILE): first line its address, then its version. Read again
    /// when it has changed.
    case addressFile(String)
    /// A fixed address: `host:port` (SCHEDD_HOST, SCHEDD_PORT) or `<host:port?sock=…>`.
    case address(String)
    /// By name (SCHEDD_NAME), through the collectors of the configuration. A nil name takes the first schedd they know.
    case collector(name: String?)
}
