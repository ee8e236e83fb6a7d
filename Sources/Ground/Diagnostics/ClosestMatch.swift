/// The name among `candidates` that was probably meant by `name`; nil if none is close enough.
///
/// Comparison ignores ASCII case. No more than a third of the letters (and never more than three) may differ by insertion, deletion, replacement or
/// swapped neighbours. Names over 64 bytes have no match.
package func closestMatch(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = lowercased(name)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    let limit = min(3, max(1, wanted.count / 3))
    for candidate in candidates {
        let other = lowercased(candidate)
        guard other.count <= 64, abs(other.count - wanted.count) <= limit else { continue }
        let distance = editDistance(wanted, other)
        if distance <= limit, distance < (best?.distance ?? .max) {
            best = (candidate, distance)
        }
    }
    return best?.name
}

private func lowercased(_ name: String) -> [UInt8] {
    name.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
}

/// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours cost 1.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1] + [Int](repeating: 0, count: b.count)
        for j in b.indices {
            var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                cost = min(cost, beforePrevious[j - 1] + 1)
            }
            current[j + 1] = cost
        }
        beforePrevious = previous
        previous = current
    }
    return previous[b.count]
}
