import ClassAd
import Glibc
import JSON

// Writes random expressions with our own results as JSON Lines; classad_oracle.py compares them with HTCondor's.

setenv("TZ", "UTC", 1)
tzset()

let arguments = CommandLine.arguments.dropFirst().compactMap(UInt64.init)
guard arguments.count == 2 else {
    print("usage: ExpressionGenerator COUNT SEED")
    exit(2)
}

run(count: arguments[0], seed: arguments[1])

func run(count: UInt64, seed: UInt64) {
    var lines = LineWriter()
    var texts = TextGenerator(seed: seed)
    for _ in 0..<count {
        let sample = texts.sample()
        lines.write([
            ("kind", sample.kind.rawValue), ("input", sample.text), ("unparsed", sample.renderings?.new),
            ("unparsedOld", sample.renderings?.old),
        ])
    }
    var expressions = ExpressionGenerator(seed: seed)
    for _ in 0..<count {
        let sample = expressions.sample()
        let tree = try? ExprTree.parse(sample.expression)
        let my = try? ClassAd.parse(sample.ad, syntax: .new)
        let target = sample.target.flatMap { try? ClassAd.parse($0, syntax: .new) }
        lines.write([
            ("expr", sample.expression), ("ad", sample.ad), ("target", sample.target),
            ("text", tree?.evaluate(my: my, target: target).unparsed(.new)), ("unparsed", tree?.unparsed(.new)),
            ("unparsedOld", tree?.unparsed(.old)),
        ])
    }
}

/// Writes JSON Lines to standard output.
struct LineWriter: ~Copyable {
    // The C library's stream, opened again: its global is a variable.
    private let output = fdopen(1, "w")
    private var writer = JSONWriter()

    deinit {
        fclose(output)
    }

    /// One object of those members that have a value.
    mutating func write(_ members: [(name: String, value: String?)]) {
        writer.beginObject()
        for (name, value) in members {
            guard let value else { continue }
            writer.name(name)
            writer.value(value)
        }
        writer.endObject()
        writer.newline()
        writer.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, output) }
        writer.removeAll()
    }
}
