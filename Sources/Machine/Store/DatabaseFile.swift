import Glibc
import Synchronization

/// A SQLite database in a file that belongs to this process alone.
///
/// A write-ahead log lets any number of readers work while a transaction is written. A committed transaction survives the end of the process at any
/// moment; an uncommitted one leaves no trace. Calls access the disk, so never make them on an event loop.
package final class DatabaseFile: Sendable {
    /// The failures that a commit survives.
    package enum Durability: String, Sendable {
        /// The end of the process. A power failure may lose the last moments, but never leaves half a transaction.
        case process = "NORMAL"
        /// A power failure too. Each commit waits for the disk.
        case power = "FULL"
    }

    /// The largest number of connections for readers that are kept open while nobody reads.
    private static let idleReaders = 4

    private let path: String
    private let lockTimeout: Int
    private let writer: Mutex<Connection>
    private let readers = Mutex<[Connection]>([])

    /// Opens the database, creates it if missing, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: the database file. SQLite keeps two more files beside it. Other users can read none of them.
    ///   - migrations: all steps from an empty database to the current schema, oldest first.
    ///   - lockTimeout: seconds to wait for another process that has locked the database.
    /// - Throws: also if a later version of the program has changed the schema.
    package init(
        _ path: String, migrations: [Migration], durability: Durability = .process, lockTimeout: Int = 10
    ) throws(StoreError) {
        // SQLite gives the files beside it the same permissions.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
        let connection = try Connection(path, lockTimeout: lockTimeout)
        try connection.useWriteAheadLog(in: path)
        try connection.execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = \(durability.rawValue)")
        try connection.migrate(migrations, of: path)
        self.path = path
        self.lockTimeout = lockTimeout
        writer = Mutex(connection)
    }

    /// Reads within one consistent state of the database.
    package func read<Answer>(_ body: (Connection) throws(StoreError) -> Answer) throws(StoreError) -> Answer {
        let idle = readers.withLock { $0.popLast() }
        let connection = if let idle { idle } else { try reader() }
        defer {
            readers.withLock { readers in
                if readers.count < Self.idleReaders { readers.append(connection) }
            }
        }
        return try connection.transaction("BEGIN", body)
    }

    /// Writes in one transaction, which is rolled back if `body` throws. Writers wait for each other.
    package func write<Answer: Sendable>(_ body: (Connection) throws(StoreError) -> Answer) throws(StoreError) -> Answer {
        try writer.withLock { connection throws(StoreError) in try connection.transaction("BEGIN IMMEDIATE", body) }
    }

    private func reader() throws(StoreError) -> Connection {
        let connection = try Connection(path, lockTimeout: lockTimeout)
        try connection.execute("PRAGMA query_only = ON")
        return connection
    }
}

extension Connection {
    fileprivate func transaction<Answer>(
        _ begin: String, _ body: (Connection) throws(StoreError) -> Answer
    ) throws(StoreError) -> Answer {
        try run(begin)
        do throws(StoreError) {
            let answer = try body(self)
            try run("COMMIT")
            return answer
        } catch {
            // SQLite has undone the transaction already after some errors, such as a full disk.
            if isInTransaction { try? run("ROLLBACK") }
            throw error
        }
    }

    /// SQLite answers with the mode in force, without an error, where the file system or the database allows no other.
    func useWriteAheadLog(in path: String) throws(StoreError) {
        var rows = try rows("PRAGMA journal_mode = WAL")
        guard let mode = try rows.next()?.text(0), mode == "wal" else {
            throw StoreError("\(path) cannot have a write-ahead log; it needs a local file system")
        }
    }

    /// Takes the steps that were not taken before, each in a transaction of its own.
    ///
    /// The table that lists them keeps the name that the first version gave it.
    fileprivate func migrate(_ migrations: [Migration], of path: String) throws(StoreError) {
        try execute("CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        var taken: Set<String> = []
        var rows = try rows("SELECT identifier FROM grdb_migrations")
        while let row = try rows.next() { taken.insert(row.text(0)) }
        guard taken.isSubset(of: migrations.map(\.name)) else {
            throw StoreError("a later version of this program has changed the schema of \(path)")
        }
        for migration in migrations where !taken.contains(migration.name) {
            try transaction("BEGIN IMMEDIATE") { connection throws(StoreError) in
                try connection.execute(migration.sql)
                try connection.run("INSERT INTO grdb_migrations (identifier) VALUES (?)", migration.name)
            }
        }
    }
}
