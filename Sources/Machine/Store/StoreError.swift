import CSQLite

/// A database could not be opened, read or written.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// SQLite's primary result code, for example 19 for a constraint that does not hold; nil if SQLite did not cause the failure.
    package var code: Int?
    /// What went wrong, for a log.
    package var description: String

    package init(code: Int? = nil, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The last error of a connection.
    init(of connection: OpaquePointer?, _ result: Int32) {
        let reason = connection.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(result))
        self.init(code: Int(result & 0xFF), "SQLite error \(result): \(reason)")
    }
}
