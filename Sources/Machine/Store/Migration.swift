/// A named step from one database schema to the next.
///
/// Each step runs once, in its own transaction. A released step never changes: later changes are further steps.
package struct Migration: Sendable {
    /// Unique within a database.
    package var name: String
    /// SQL statements, separated by semicolons.
    package var sql: String

    package init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }
}
