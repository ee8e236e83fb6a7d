import Foundation
import GRDB
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

    @Test func nobodyElseReadsTheFiles() throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [Self.first])
            try file.write { try $0.execute(sql: "INSERT INTO item VALUES ('a', 1)") }
            for suffix in ["", "-wal", "-shm"] { #expect(try mode(path + suffix) == 0o600, "\(suffix)") }
        }
    }

    @Test func aFileThatExistsKeepsItsRows() throws {
        try withDirectory { path in
            try DatabaseFile(path, migrations: [Self.first]).write { try $0.execute(sql: "INSERT INTO item VALUES ('a', 1)") }
            let again = try DatabaseFile(path, migrations: [Self.first])
            #expect(try again.read { try Int.fetchOne($0, sql: "SELECT count FROM item WHERE name = 'a'") } == 1)
        }
    }

    /// From each earlier schema, and from nothing.
    @Test(arguments: 0...2) func migrations(applied: Int) throws {
        try withDirectory { path in
            let all = [Self.first, Self.second]
            if applied > 0 {
                let old = try DatabaseFile(path, migrations: Array(all.prefix(applied)))
                try old.write { try $0.execute(sql: "INSERT INTO item (name, count) VALUES ('a', 1)") }
            }
            let file = try DatabaseFile(path, migrations: all)
            try file.write { try $0.execute(sql: "INSERT INTO item (name, count) VALUES ('b', 2)") }
            let notes = try file.read { db in
                try Row.fetchAll(db, sql: "SELECT name, note FROM item ORDER BY name").map { "\($0[0] as String)=\($0[1] as String)" }
            }
            #expect(notes == [["b="], ["a=old", "b="], ["a=", "b="]][applied])
        }
    }

    @Test func aFailedMigrationLeavesTheSchemaBefore() throws {
        try withDirectory { path in
            let broken = Migration("broken", "CREATE TABLE other (id INTEGER); INSERT INTO nowhere VALUES (1)")
            #expect(throws: StoreError.self) { try DatabaseFile(path, migrations: [Self.first, broken]) }
            let file = try DatabaseFile(path, migrations: [Self.first])
            #expect(try file.read { try $0.tableExists("item") })
            #expect(try file.read { try $0.tableExists("other") } == false)
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

    @Test func aTransactionThatThrowsIsUndone() throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [Self.first])
            let error = #expect(throws: StoreError.self) {
                try file.write { db in
                    try db.execute(sql: "INSERT INTO item VALUES ('a', 1)")
                    try db.execute(sql: "INSERT INTO item VALUES ('a', 2)")
                }
            }
            #expect(error?.code == .SQLITE_CONSTRAINT)
            #expect(try file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM item") } == 0)
        }
    }

    @Test func readersSeeOneState() throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [Self.first])
            let counts = try file.read { db in
                let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM item")
                try file.write { try $0.execute(sql: "INSERT INTO item VALUES ('a', 1)") }
                return [before, try Int.fetchOne(db, sql: "SELECT count(*) FROM item")]
            }
            #expect(counts == [0, 0])
            #expect(try file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM item") } == 1)
        }
    }

    @Test(arguments: [(DatabaseFile.Durability.process, 1), (.power, 2)]) func durability(_ durability: DatabaseFile.Durability, pragma: Int) throws {
        try withDirectory { path in
            let file = try DatabaseFile(path, migrations: [], durability: durability)
            #expect(try file.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == pragma)
            #expect(try file.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        }
    }

    @Test func aFileThatIsNoDatabase() throws {
        try withDirectory { path in
            try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: StoreError.self) { try DatabaseFile(path, migrations: [Self.first]) }
            #expect(error?.code == .SQLITE_NOTADB)
        }
    }
}
