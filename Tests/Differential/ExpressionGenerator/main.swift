import ClassAd
import Glibc

// Writes random expressions with our own results as JSON Lines; classad_oracle.py compares them with HTCondor's.

setenv("TZ", "UTC", 1)
tzset()

let arguments = CommandLine.arguments.dropFirst().compactMap(UInt64.init)
guard arguments.count == 2 else {
    print("usage: ExpressionGenerator COUNT SEED")
    exit(2)
}

// The C library’s stream, opened again: its global is a variable.
let stdoutFile = fdopen(1, "w")
var generator = ExpressionGenerator(seed: arguments[1])
var writer = JSONWriter()
for _ in 0..<arguments[0] {
    let sample = generator.sample()
    writer.beginObject()
    writer.name("expr")
    writer.value(sample.expression)
    writer.name("ad")
    writer.value(sample.ad)
    if let target = sample.target {
        writer.name("target")
        writer.value(target)
    }
    if let tree = try? ExprTree.parse(sample.expression) {
        let my = try ClassAd.parse(sample.ad, syntax: .new)
        let target = try sample.target.map { try ClassAd.parse($0, syntax: .new) }
        writer.name("text")
        writer.value(tree.evaluate(my: my, target: target).unparsed(.new))
        writer.name("unparsed")
        writer.value(tree.unparsed(.new))
        writer.name("unparsedOld")
        writer.value(tree.unparsed(.old))
    }
    writer.endObject()
    writer.newline()
    writer.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, stdoutFile) }
    writer.removeAll()
}
fflush(stdoutFile)
