package import GRDB
import Glibc

/// A SQLite database in a file of this process's own.
///
/// A write-ahead log lets any number of readers work while one transaction is being written. A transaction that was committed survives the end of the
/// process at any moment; one that was not leaves no trace. Calls go to the disk: never on an event loop.
package final class DatabaseFile: Sendable {
    /// The events that a commit survives.
    package enum Durability: String, Sendable {
        /// The end of the process. A power failure may cost the last moments, but never leaves half a transaction.
        case process = "NORMAL"
        /// A power failure, too: each commit waits for the disk.
        case power = "FULL"
    }

    private let pool: DatabasePool

    /// Opens the database, makes it if it is missing, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: the database; SQLite keeps two more files beside it. None can be read by other users.
    ///   - migrations: all steps from an empty database to the schema of today, the oldest first.
    ///   - lockTimeout: seconds to wait for another process that has the database locked.
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
            // Not before: GRDB sets NORMAL when it opens the pool.
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

    /// Reads, on one state of the database throughout.
    package func read<Answer>(_ body: (Database) throws -> Answer) throws(StoreError) -> Answer {
        do {
            return try pool.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    /// Writes in one transaction, which is undone if `body` throws. Writers wait for each other.
    package func write<Answer>(_ body: (Database) throws -> Answer) throws(StoreError) -> Answer {
        do {
            return try pool.write(body)
        } catch {
            throw StoreError(error)
        }
    }
}
