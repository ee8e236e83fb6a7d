import CSQLite

/// A connection to a SQLite database. Statements that were used once are kept prepared, so their texts must be the program's own.
///
/// Only one call at a time may use it; ``DatabaseFile`` lends it to one transaction after the other. Therefore it may move between threads.
package final class Connection: @unchecked Sendable {
    private let handle: OpaquePointer
    /// Prepared statements that are not in use.
    private var prepared: [String: OpaquePointer] = [:]

    /// - Parameter lockTimeout: seconds to wait for another process that has locked the database.
    init(_ path: String, lockTimeout: Int) throws(StoreError) {
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
        guard result == SQLITE_OK, let opened else {
            let error = StoreError(of: opened, result)
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        sqlite3_busy_timeout(handle, Int32(clamping: lockTimeout * 1000))
    }

    deinit {
        for statement in prepared.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Executes statements that are separated by semicolons. Rows that they give are ignored.
    package func execute(_ sql: String) throws(StoreError) {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw StoreError(of: handle, result) }
    }

    /// Executes one statement with arguments in the places of its question marks. Rows that it gives are ignored.
    package func run(_ sql: String, _ arguments: any SQLConvertible...) throws(StoreError) {
        var rows = try Rows(self, sql, arguments)
        while try rows.next() != nil {}
    }

    /// Executes one statement with arguments in the places of its question marks, for its rows.
    package func rows(_ sql: String, _ arguments: any SQLConvertible...) throws(StoreError) -> Rows {
        try Rows(self, sql, arguments)
    }

    /// The first column of the first row, if it is an integer.
    package func integer(_ sql: String, _ arguments: any SQLConvertible...) throws(StoreError) -> Int64? {
        var rows = try Rows(self, sql, arguments)
        return try rows.next()?.integerIfAny(0)
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// A prepared statement with its arguments, for one use.
    fileprivate func take(_ sql: String, _ arguments: [any SQLConvertible]) throws(StoreError) -> OpaquePointer {
        let statement = try prepare(sql)
        do throws(StoreError) {
            let places = sqlite3_bind_parameter_count(statement)
            guard places == arguments.count else { throw StoreError("\(arguments.count) arguments for \(places) places in \(sql)") }
            for (index, argument) in arguments.enumerated() {
                let result = Rows.bind(argument.sqlValue, to: statement, Int32(index + 1))
                guard result == SQLITE_OK else { throw StoreError(of: handle, result) }
            }
        } catch {
            giveBack(statement, sql)
            throw error
        }
        return statement
    }

    private func prepare(_ sql: String) throws(StoreError) -> OpaquePointer {
        if let statement = prepared.removeValue(forKey: sql) { return statement }
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard result == SQLITE_OK else { throw StoreError(of: handle, result) }
        guard let statement else { throw StoreError("there is no statement in \(sql)") }
        return statement
    }

    fileprivate func giveBack(_ statement: OpaquePointer, _ sql: String) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        if let other = prepared.updateValue(statement, forKey: sql) { sqlite3_finalize(other) }
    }

    fileprivate func error(_ result: Int32) -> StoreError { StoreError(of: handle, result) }
}

/// The rows that a statement gives, one after the other. Use them within the transaction.
package struct Rows: ~Copyable {
    private let connection: Connection
    private let sql: String
    private let statement: OpaquePointer

    fileprivate init(_ connection: Connection, _ sql: String, _ arguments: [any SQLConvertible]) throws(StoreError) {
        self.connection = connection
        self.sql = sql
        statement = try connection.take(sql, arguments)
    }

    deinit {
        connection.giveBack(statement, sql)
    }

    fileprivate static func bind(_ value: SQLValue, to statement: OpaquePointer, _ place: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(statement, place)
        case .integer(let number): return sqlite3_bind_int64(statement, place, number)
        case .real(let number): return sqlite3_bind_double(statement, place, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { csqlite_bind_text(statement, place, $0.baseAddress, UInt64($0.count)) }
            }
        case .bytes(let bytes): return bytes.withUnsafeBytes { csqlite_bind_blob(statement, place, $0.baseAddress, UInt64($0.count)) }
        }
    }

    /// The next row; nil after the last one.
    package mutating func next() throws(StoreError) -> Row? {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return Row(statement: statement)
        case SQLITE_DONE: return nil
        case let result: throw connection.error(result)
        }
    }
}

/// One row, until the next one is read. Columns are counted from 0. A value of another type is converted as SQLite does, NULL to 0 or to nothing.
package struct Row {
    fileprivate let statement: OpaquePointer

    package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }

    /// The number, if it fits; else 0.
    package func int(_ column: Int) -> Int { Int(exactly: integer(column)) ?? 0 }

    /// Nil for NULL.
    package func integerIfAny(_ column: Int) -> Int64? {
        sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL ? nil : integer(column)
    }

    package func real(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

    package func text(_ column: Int) -> String {
        // The order matters: the text may be converted, and its length is that of the converted one.
        guard let text = sqlite3_column_text(statement, Int32(column)) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, Int32(column)))), as: UTF8.self)
    }

    package func bytes(_ column: Int) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }
}
