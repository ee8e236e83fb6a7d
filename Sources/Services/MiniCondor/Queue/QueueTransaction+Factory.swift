import CondorProtocol

extension QueueTransaction {
    /// Accepts the items for the jobs of the cluster being submitted: rows ended by newlines, with fields separated by the byte 0x1F.
    /// - Returns: the item file's name in the description, and the number of rows.
    mutating func setItems(of cluster: Int, _ items: [UInt8]) throws(QueueError) -> (fileName: String, rows: Int) {
        guard cluster == activeCluster else { throw .permission("cluster \(cluster) is not the one being submitted") }
        guard items.count <= queue.settings.maximumTransactionBytes / 4 else { throw QueueError(28, "there are too many items") }
        var factory = pending.factory(of: cluster) ?? JobFactory(digest: "", limit: 0)
        factory.items = items
        if let last = items.last, last != 0x0A { factory.items.append(0x0A) }
        factory.itemFile = queue.spool.itemFile(of: cluster)
        pending.setFactory(factory, of: cluster)
        return (factory.itemFile, factory.rowCount)
    }

    /// Turns the cluster being submitted into one with late materialization.
    /// - Parameters:
    ///   - limit: the largest number of jobs in the queue at a time; 0 or less for no limit.
    ///   - digest: the condensed submit description.
    mutating func setFactory(of cluster: Int, limit: Int, digest: String) throws(QueueError) {
        guard cluster == activeCluster else { throw .permission("cluster \(cluster) is not the one being submitted") }
        guard digest.utf8.count <= 4 << 20 else { throw QueueError(28, "the submit digest is too large") }
        var factory = pending.factory(of: cluster) ?? JobFactory(digest: "", limit: limit)
        factory.digest = digest
        factory.limit = limit
        pending.setFactory(factory, of: cluster)
        let key = QueueKey.cluster(cluster)
        let most = queue.settings.maximumTransactionBytes
        func set(_ name: String, _ text: String) throws(QueueError) {
            try pending.set(key, name, Self.canonicalExpression(text), limit: most)
        }
        try set("JobMaterializeDigestFile", "\"\(queue.spool.digestFile(of: cluster))\"")
        if !factory.itemFile.isEmpty { try set("JobMaterializeItemsFile", "\"\(factory.itemFile)\"") }
        if limit > 0 { try set("JobMaterializeLimit", String(limit)) }
        try set("JobMaterializeNextProcId", "0")
    }
}
