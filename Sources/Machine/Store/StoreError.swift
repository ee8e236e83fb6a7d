package import GRDB

/// A database could not be opened, read or written.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// SQLite's result code; nil if SQLite did not cause the failure.
    package var code: ResultCode?
    /// What went wrong, for a log.
    package var description: String

    /// - Parameter error: an error thrown by GRDB, or by a function that works on a database.
    package init(_ error: any Error) {
        code = (error as? DatabaseError)?.resultCode
        description = "\(error)"
    }

    package init(code: ResultCode? = nil, _ description: String) {
        self.code = code
        self.description = description
    }
}
