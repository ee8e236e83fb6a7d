/// One submitter's idle jobs in the order in which they are matched: by priority, then age.
struct IdleIndex {
    struct Key: Comparable {
        var priority: Int32
        var cluster: Int32
        var proc: Int32

        static func < (a: Key, b: Key) -> Bool {
            if a.priority != b.priority { return a.priority > b.priority }
            return a.cluster != b.cluster ? a.cluster < b.cluster : a.proc < b.proc
        }
    }

    private var keys: [Key] = []
    /// Keys before this index have been removed, since jobs usually start in order.
    private var start = 0

    var count: Int { keys.count - start }

    /// The number of jobs before a key.
    func count(before key: Key) -> Int { position(key) - start }

    private func position(_ key: Key) -> Int {
        var low = start
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ key: Key) {
        if let last = keys.last, start < keys.count, last < key {
            keys.append(key)
            return
        }
        let position = position(key)
        guard position == keys.count || keys[position] != key else { return }
        if position == start, start > 0 {
            start -= 1
            keys[start] = key
        } else {
            keys.insert(key, at: position)
        }
    }

    mutating func remove(_ key: Key) {
        let position = position(key)
        guard position < keys.count, keys[position] == key else { return }
        guard position == start else {
            keys.remove(at: position)
            return
        }
        start += 1
        if start > 1024, start * 2 > keys.count {
            keys.removeSubrange(0..<start)
            start = 0
        }
    }

    /// Up to `limit` keys after `key`, or the first ones.
    func keys(after key: Key?, limit: Int) -> ArraySlice<Key> {
        var first = start
        if let key {
            first = position(key)
            if first < keys.count, keys[first] == key { first += 1 }
        }
        return keys[first..<min(keys.count, first + max(0, limit))]
    }
}
