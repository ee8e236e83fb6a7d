import CSQLite
import Foundation
import Testing

@testable import Store

@Suite struct DatabaseFileTests {
    private static let first = Migration("first", "CREATE TABLE item (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID")
    private static let second = Migration(
        "second", "ALTER TABLE item ADD COLUMN note TEXT NOT NULL DEFAULT ''; UPDATE item SET note = 'old'")

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-store-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory + "/test.sqlite")
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private static func texts(_ file: DatabaseFile, _ sql: String) throws(StoreError) -> [String] {
        try file.read { db throws(StoreError) in
            var texts: [String] = []
            var rows = try db.rows(sql)
            while let row = try rows.next() { texts.append(row.text(0)) }
            return texts
        }
    }

    private static func tables(_ file: DatabaseFile) throws(StoreError) -> [String] {
        try texts(file, "SELECT name FROM sqlite_master WHERE type = 'table'")
    }

    @Test func nobodyElseReadsTheFiles() throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [Self.first])
            try file.write { db throws(StoreError) in try db.execute("INSERT INTO item VALUES ('a', 1)") }
            for suffix in ["", "-wal", "-shm"] { #expect(try mode(path + suffix) == 0o600, "\(suffix)") }
        }
    }

    @Test func aFileThatExistsKeepsItsRows() throws {
        try withDirectory { path in
            try DatabaseFile(path, migrations: [Self.first]).write { db throws(StoreError) in try db.execute("INSERT INTO item VALUES ('a', 1)") }
            let again = try DatabaseFile(path, migrations: [Self.first])
            #expect(try again.read { db throws(StoreError) in try db.integer("SELECT count FROM item WHERE name = 'a'") } == 1)
        }
    }

    /// From each earlier schema, and from nothing.
    @Test(arguments: 0...2) func migrations(applied: Int) throws {
        try withDirectory { path in
            let all = [Self.first, Self.second]
            if applied > 0 {
                let old = try DatabaseFile(path, migrations: Array(all.prefix(applied)))
                try old.write { db throws(StoreError) in try db.execute("INSERT INTO item (name, count) VALUES ('a', 1)") }
            }
            let file = try DatabaseFile(path, migrations: all)
            try file.write { db throws(StoreError) in try db.execute("INSERT INTO item (name, count) VALUES ('b', 2)") }
            let notes = try file.read { db throws(StoreError) in
                var notes: [String] = []
                var rows = try db.rows("SELECT name, note FROM item ORDER BY name")
                while let row = try rows.next() { notes.append("\(row.text(0))=\(row.text(1))") }
                return notes
            }
            #expect(notes == [["b="], ["a=old", "b="], ["a=", "b="]][applied])
        }
    }

    @Test func aFailedMigrationLeavesTheSchemaBefore() throws {
        try withDirectory { path in
            let broken = Migration("broken", "CREATE TABLE other (id INTEGER); INSERT INTO nowhere VALUES (1)")
            #expect(throws: StoreError.self) { try DatabaseFile(path, migrations: [Self.first, broken]) }
            let file = try DatabaseFile(path, migrations: [Self.first])
            #expect(try Self.tables(file).contains("item"))
            #expect(try !Self.tables(file).contains("other"))
        }
    }

    @Test func aSchemaOfALaterVersionIsRefused() throws {
        try withDirectory { path in
            _ = try DatabaseFile(path, migrations: [Self.first, Self.second])
            #expect(throws: StoreError("a later version of this program has changed the schema of \(path)")) {
                try DatabaseFile(path, migrations: [Self.first])
            }
        }
    }

    /// Version 0.1.0 wrote its databases through another library, with this table of its steps.
    @Test func aDatabaseOfTheFirstVersionIsBroughtUpToDate() throws {
        try withDirectory { path in
            let old = try Connection(path, lockTimeout: 1)
            try old.execute(
                """
                PRAGMA journal_mode = WAL;
                CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                INSERT INTO grdb_migrations VALUES ('first');
                \(Self.first.sql);
                INSERT INTO item VALUES ('a', 1);
                """)
            let file = try DatabaseFile(path, migrations: [Self.first, Self.second])
            #expect(try Self.texts(file, "SELECT note FROM item WHERE name = 'a'") == ["old"])
        }
    }

    @Test func aMissingWriteAheadLogIsAnError() throws {
        // A database in memory cannot have one.
        let connection = try Connection(":memory:", lockTimeout: 1)
        #expect(throws: StoreError("a.sqlite cannot have a write-ahead log; it needs a local file system")) {
            try connection.useWriteAheadLog(in: "a.sqlite")
        }
    }

    @Test func aTransactionThatThrowsIsUndone() throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [Self.first])
            let error = #expect(throws: StoreError.self) {
                try file.write { db throws(StoreError) in
                    try db.execute("INSERT INTO item VALUES ('a', 1)")
                    try db.execute("INSERT INTO item VALUES ('a', 2)")
                }
            }
            #expect(error?.code == Int(SQLITE_CONSTRAINT))
            #expect(try file.read { db throws(StoreError) in try db.integer("SELECT count(*) FROM item") } == 0)
        }
    }

    @Test func readersSeeOneState() throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [Self.first])
            let counts = try file.read { db throws(StoreError) in
                let before = try db.integer("SELECT count(*) FROM item")
                try file.write { db throws(StoreError) in try db.execute("INSERT INTO item VALUES ('a', 1)") }
                return [before, try db.integer("SELECT count(*) FROM item")]
            }
            #expect(counts == [0, 0])
            #expect(try file.read { db throws(StoreError) in try db.integer("SELECT count(*) FROM item") } == 1)
        }
    }

    @Test(arguments: [(DatabaseFile.Durability.process, 1), (.power, 2)]) func durability(_ durability: DatabaseFile.Durability, pragma: Int) throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [], durability: durability)
            #expect(try file.write { db throws(StoreError) in try db.integer("PRAGMA synchronous") } == Int64(pragma))
            #expect(try Self.texts(file, "PRAGMA journal_mode") == ["wal"])
        }
    }

    @Test func aFileThatIsNoDatabase() throws {
        try withDirectory { path in
            try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: StoreError.self) { try DatabaseFile(path, migrations: [Self.first]) }
            #expect(error?.code == Int(SQLITE_NOTADB))
        }
    }
}

@Suite struct ConnectionTests {
    private func withFile(_ body: (DatabaseFile) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-store-\(UUID().uuidString).sqlite").path
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try body(DatabaseFile(path, migrations: [Migration("first", "CREATE TABLE item (id INTEGER PRIMARY KEY, value)")]))
    }

    @Test(arguments: [
        SQLValue.null, .integer(.min), .integer(0), .real(-0.5), .text(""), .text("ä\0b"), .bytes([]), .bytes([0, 255, 0]),
    ]) func valuesComeBack(value: SQLValue) throws {
        try withFile { file in
            let (type, found) = try file.write { db throws(StoreError) -> (String, SQLValue) in
                try db.run("INSERT INTO item (id, value) VALUES (?, ?)", 7, value)
                var rows = try db.rows("SELECT typeof(value), value FROM item WHERE id = ?", Int64(7))
                guard let row = try rows.next() else { return ("", .null) }
                let found: SQLValue =
                    switch value {
                    case .null: row.integerIfAny(1).map { .integer($0) } ?? .null
                    case .integer: .integer(row.integer(1))
                    case .real: .real(row.real(1))
                    case .text: .text(row.text(1))
                    case .bytes: .bytes(row.bytes(1))
                    }
                return (row.text(0), found)
            }
            let types = ["null", "integer", "real", "text", "blob"]
            let index =
                switch value {
                case .null: 0
                case .integer: 1
                case .real: 2
                case .text: 3
                case .bytes: 4
                }
            #expect(type == types[index])
            #expect(found == value)
        }
    }

    /// A statement whose rows are not all read can be used again inside, and afterwards.
    @Test func aStatementWithinItself() throws {
        try withFile { file in
            let pairs = try file.write { db throws(StoreError) -> [Int64] in
                for id in 1...3 { try db.run("INSERT INTO item (id) VALUES (?)", id) }
                var pairs: [Int64] = []
                for _ in 0..<2 {
                    var outer = try db.rows("SELECT id FROM item ORDER BY id")
                    while let row = try outer.next(), row.integer(0) < 3 {
                        let number = row.integer(0)
                        var inner = try db.rows("SELECT id FROM item ORDER BY id")
                        if let first = try inner.next() { pairs.append(number * 10 + first.integer(0)) }
                    }
                }
                return pairs
            }
            #expect(pairs == [11, 21, 11, 21])
        }
    }

    @Test func aWrongNumberOfArgumentsIsRefused() throws {
        try withFile { file in
            #expect(throws: StoreError("1 arguments for 2 places in INSERT INTO item VALUES (?, ?)")) {
                try file.write { db throws(StoreError) in try db.run("INSERT INTO item VALUES (?, ?)", 1) }
            }
            #expect(throws: StoreError("there is no statement in -- nothing")) {
                try file.write { db throws(StoreError) in try db.run("-- nothing") }
            }
            // The connection is as good as before.
            try file.write { db throws(StoreError) in try db.run("INSERT INTO item VALUES (?, ?)", 1, "a") }
            #expect(try file.read { db throws(StoreError) in try db.integer("SELECT count(*) FROM item") } == 1)
        }
    }

    @Test func readersCannotWrite() throws {
        try withFile { file in
            let error = #expect(throws: StoreError.self) {
                try file.read { db throws(StoreError) in try db.run("INSERT INTO item VALUES (1, 2)") }
            }
            #expect(error?.code == Int(SQLITE_READONLY))
        }
    }
}
