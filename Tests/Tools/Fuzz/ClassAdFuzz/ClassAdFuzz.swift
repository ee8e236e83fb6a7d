import ClassAd
import FuzzDriver
import JSON

// Runs libFuzzer over everything of ClassAd that reads a stranger's bytes.

// The name the package manager gives to the entry point of an executable.
@_cdecl("ClassAdFuzz_main")
func main(_ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(argumentCount, arguments) { test($0) }
}

/// The first byte says what the rest is read as.
private func test(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let kind = bytes.first else { return }
    let rest = UnsafeBufferPointer(rebasing: bytes[1...])
    switch kind % 6 {
    case 0: tryExpression(rest, .new)
    case 1: tryExpression(rest, .old)
    case 2: tryAd(rest)
    case 3: tryJSON(rest)
    case 4: tryWire(rest)
    default: tryPair(rest)
    }
}

private func tryExpression(_ bytes: UnsafeBufferPointer<UInt8>, _ syntax: ClassAdSyntax) {
    guard let tree = try? ExprTree.parse(bytes, syntax: syntax) else { return }
    _ = tree.evaluate().unparsed(.new)
    _ = tree.references()
    _ = tree.flattened(in: ClassAd()).unparsed()
    _ = try? ExprTree.check(String(decoding: bytes, as: UTF8.self), syntax: syntax)
    // What would be sent to a daemon reads back, alone and composed with another condition.
    let own = ExprTree.binary(.equal, .attribute("Owner"), .string("alice"))
    let sent = ExprTree.conjunction([own, tree]).wireBytes
    let received = sent.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) }
    guard tree.unparsedBytes(.new).count < 2000, let received else { return }
    guard received.operation?.op == .and, received.operation?.operands.first == own else { fatalError("a condition left its place") }
}

private func tryAd(_ bytes: UnsafeBufferPointer<UInt8>) {
    let text = String(decoding: bytes, as: UTF8.self)
    for syntax in [ClassAdSyntax.new, .old] {
        guard let ad = try? ClassAd.parse(text, syntax: syntax) else { continue }
        for (name, _) in ad { _ = ad.evaluate(name, target: ad) }
        _ = WireAd(ad).classAd()
    }
}

private func tryJSON(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let json = try? JSONValue.parse(bytes), let tree = try? ExprTree.fromJSON(json) else { return }
    var writer = JSONWriter(capacity: 64)
    tree.writeJSON(into: &writer)
    guard (try? JSONValue.parse(writer.bytes)) != nil else { fatalError("what was written is no JSON") }
}

private func tryWire(_ bytes: UnsafeBufferPointer<UInt8>) {
    var ad = WireAd()
    for line in bytes.split(separator: UInt8(ascii: "\n")) { ad.append(line: line) }
    var writer = JSONWriter(capacity: 64)
    ad.writeJSON(into: &writer)
    for name in ad.names {
        _ = ad.integer(name)
        _ = ad.string(name)
        _ = ad.real(name)
        _ = ad.evaluate(name)
    }
    guard case .object? = try? JSONValue.parse(writer.bytes, limits: .init(length: 1 << 24, depth: 10_000)) else {
        // The same name with and without a byte that is not UTF-8 is written twice.
        guard Set(ad.names.map { String(decoding: $0.utf8, as: UTF8.self) }).count == ad.count,
            !bytes.contains(where: { $0 >= 0x80 })
        else { return }
        fatalError("what was written is no JSON object")
    }
}

private func tryPair(_ bytes: UnsafeBufferPointer<UInt8>) {
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    guard parts.count == 2, let ad = try? ClassAd.parse(String(decoding: parts[1], as: UTF8.self), syntax: .new),
        let tree = try? ExprTree.parse(String(decoding: parts[0], as: UTF8.self))
    else { return }
    _ = tree.evaluate(my: ad)
    _ = tree.evaluate(my: ad, target: ad)
    _ = tree.references(in: ad)
    _ = tree.flattened(in: ad, inlining: true).unparsed()
}
