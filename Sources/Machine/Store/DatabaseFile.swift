package import GRDB
import Glibc

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

    private let pool: DatabasePool

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
        do {
            var configuration = Configuration()
            configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA busy_timeout = \(lockTimeout * 1000)") }
            pool = try DatabasePool(path: path, configuration: configuration)
            // Not earlier, because GRDB sets NORMAL when it opens the pool.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = \(durability.rawValue)") }
            var migrator = DatabaseMigrator()
            for migration in migrations {
                migrator.registerMigration(migration.name) { db in try db.execute(sql: migration.sql) }
            }
            guard try !pool.read(migrator.hasBeenSuperseded) else {
                throw StoreError("a later version of this program has changed the schema of \(path)")
            }
            try migrator.migrate(pool)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error)
        }
    }

    /// Reads within one consistent state of the database.
    package func read<Answer>(_ body: (Database) throws -> Answer) throws(StoreError) -> Answer {
        do {
            return try pool.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    /// Writes in one transaction, which is rolled back if `body` throws. Writers wait for each other.
    package func write<Answer>(_ body: (Database) throws -> Answer) throws(StoreError) -> Answer {
        do {
            return try pool.write(body)
        } catch {
            throw StoreError(error)
        }
    }
}
