import CondorModel
import Store

/// The queue on disk.
///
/// The database's log is not synced at every commit: a power failure may lose the last moments, but never leaves half a transaction.
struct QueueDatabase: Sendable {
    private let file: DatabaseFile

    init(_ path: String) throws(QueueError) {
        do throws(StoreError) {
            file = try DatabaseFile(path, migrations: Self.migrations)
        } catch {
            throw .storage("the job queue \(path) cannot be opened: \(error)")
        }
    }

    private static let migrations = [
        Migration(
            "queue",
            """
            CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE cluster (id INTEGER PRIMARY KEY, nextProc INTEGER NOT NULL, ad BLOB NOT NULL);
            CREATE TABLE job (
                cluster INTEGER NOT NULL, proc INTEGER NOT NULL, ad BLOB NOT NULL, PRIMARY KEY (cluster, proc)) WITHOUT ROWID;
            CREATE TABLE factory (
                cluster INTEGER PRIMARY KEY, digest TEXT NOT NULL, items BLOB NOT NULL, jobLimit INTEGER NOT NULL,
                nextProc INTEGER NOT NULL, pause INTEGER, itemFile TEXT NOT NULL);
            CREATE TABLE history (
                number INTEGER PRIMARY KEY AUTOINCREMENT, cluster INTEGER NOT NULL, proc INTEGER NOT NULL, owner TEXT NOT NULL,
                leftAt INTEGER NOT NULL, size INTEGER NOT NULL, ad BLOB NOT NULL);
            CREATE INDEX historyByJob ON history (cluster, proc);
            """)
    ]

    // MARK: Writing

    func write(_ batches: [QueueWriter.Batch]) throws(QueueError) {
        do throws(StoreError) {
            try file.write { db throws(StoreError) in
                for batch in batches {
                    for change in batch.changes { try Self.write(change, to: db) }
                }
            }
        } catch {
            throw .storage("the job queue cannot be written: \(error)")
        }
    }

    private static func write(_ change: QueueChange, to db: Connection) throws(StoreError) {
        switch change {
        case .putCluster(let id, let ad, let nextProc):
            try db.run(
                """
                INSERT INTO cluster (id, nextProc, ad) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET nextProc = excluded.nextProc, ad = \
                excluded.ad
                """,
                id, nextProc, ad.bytes)
        case .removeCluster(let id):
            try db.run("DELETE FROM cluster WHERE id = ?", id)
            try db.run("DELETE FROM job WHERE cluster = ?", id)
            try db.run("DELETE FROM factory WHERE cluster = ?", id)
        case .putJob(let id, let ad):
            try db.run("INSERT OR REPLACE INTO job (cluster, proc, ad) VALUES (?, ?, ?)", id.cluster, id.proc, ad.bytes)
        case .removeJob(let id):
            try db.run("DELETE FROM job WHERE cluster = ? AND proc = ?", id.cluster, id.proc)
        case .putFactory(let id, let factory):
            try db.run(
                "INSERT OR REPLACE INTO factory (cluster, digest, items, jobLimit, nextProc, pause, itemFile) VALUES (?, ?, ?, ?, ?, ?, ?)",
                id, factory.digest, factory.items, factory.limit, factory.nextProc, factory.pause?.rawValue, factory.itemFile)
        case .updateFactory(let id, let nextProc, let pause):
            try db.run("UPDATE factory SET nextProc = ?, pause = ? WHERE cluster = ?", nextProc, pause?.rawValue, id)
        case .archive(let record):
            try db.run(
                "INSERT INTO history (cluster, proc, owner, leftAt, size, ad) VALUES (?, ?, ?, ?, ?, ?)",
                record.id.cluster, record.id.proc, record.owner, record.leftAt, record.ad.bytes.count, record.ad.bytes)
        case .pruneHistory(let time, let bytes):
            try db.run("DELETE FROM history WHERE leftAt < ?", time)
            try db.run(
                """
                DELETE FROM history WHERE number <= (
                    SELECT max(number) FROM (SELECT number, sum(size) OVER (ORDER BY number DESC) AS total FROM history) WHERE total > ?)
                """, bytes)
        case .nextCluster(let number):
            try db.run(
                "INSERT INTO counter (name, value) VALUES ('nextCluster', ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
                number)
        }
    }

    // MARK: Reading

    /// The state after the last commit.
    func load() throws(QueueError) -> QueueState {
        do throws(StoreError) {
            return try file.read { db throws(StoreError) in
                var state = QueueState()
                state.nextCluster = try db.integer("SELECT value FROM counter WHERE name = 'nextCluster'").flatMap { Int(exactly: $0) } ?? 1
                var clusters = try db.rows("SELECT id, nextProc, ad FROM cluster ORDER BY id")
                while let row = try clusters.next() {
                    guard let ad = StoredAd(stored: row.bytes(2)) else { throw StoreError("a cluster's ad is damaged") }
                    state.apply(.putCluster(row.int(0), ad, nextProc: row.int(1)))
                }
                var jobs = try db.rows("SELECT cluster, proc, ad FROM job ORDER BY cluster, proc")
                while let row = try jobs.next() {
                    guard let id = JobID(cluster: row.int(0), proc: row.int(1)), let ad = StoredAd(stored: row.bytes(2)) else {
                        throw StoreError("a job's ad is damaged")
                    }
                    state.apply(.putJob(id, ad))
                }
                var factories = try db.rows(
                    "SELECT cluster, digest, items, jobLimit, nextProc, pause, itemFile FROM factory ORDER BY cluster")
                while let row = try factories.next() {
                    let factory = JobFactory(
                        digest: row.text(1), itemFile: row.text(6), items: row.bytes(2), limit: row.int(3), nextProc: row.int(4),
                        pause: row.integerIfAny(5).flatMap { Int(exactly: $0) }.flatMap(JobFactory.Pause.init))
                    state.apply(.putFactory(row.int(0), factory))
                }
                return state
            }
        } catch {
            throw .storage("the job queue cannot be read: \(error)")
        }
    }

    /// Some records after `position`, or the first ones.
    func history(
        from position: Int64?, forwards: Bool, limit: Int = 128
    ) throws(QueueError) -> (records: [HistoryRecord], last: Int64?) {
        let condition = position == nil ? "" : forwards ? "WHERE number > ?" : "WHERE number < ?"
        let sql =
            "SELECT number, cluster, proc, owner, leftAt, ad FROM history \(condition) ORDER BY number \(forwards ? "ASC" : "DESC") LIMIT \(limit)"
        do throws(StoreError) {
            return try file.read { db throws(StoreError) in
                var records: [HistoryRecord] = []
                var last: Int64?
                var rows = if let position { try db.rows(sql, position) } else { try db.rows(sql) }
                while let row = try rows.next() {
                    last = row.integer(0)
                    guard let id = JobID(cluster: row.int(1), proc: row.int(2)), let ad = StoredAd(stored: row.bytes(5)) else { continue }
                    records.append(HistoryRecord(id: id, owner: row.text(3), leftAt: row.integer(4), ad: ad))
                }
                return (records, last)
            }
        } catch {
            throw .storage("the history cannot be read: \(error)")
        }
    }
}
