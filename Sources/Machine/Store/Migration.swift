/// A named step from one schema of a database to the next.
///
/// Each step runs once, in a transaction of its own. A step that has been released never changes: what comes later is a step of its own.
package struct Migration: Sendable {
    /// Unique among the steps of a database.
    package var name: String
    /// Statements in SQL, separated by semicolons.
    package var sql: String

    package init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }
}
