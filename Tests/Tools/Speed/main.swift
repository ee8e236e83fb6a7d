import ClassAd
import Glibc
import JSON

// How fast ClassAds are parsed, evaluated and turned into JSON. classad_speed.py measures HTCondor's library on the same input.
//
//   Speed input CORPUS FILE    writes one ad made of the corpus' expressions
//   Speed run FILE             parses and evaluates that ad, and transcodes job ads

setenv("TZ", "UTC", 1)
tzset()

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("input", 3): try writeInput(corpus: arguments[1], file: arguments[2])
case ("run", 2): try run(file: arguments[1])
default:
    print("usage: Speed input CORPUS FILE | Speed run FILE")
    exit(2)
}

struct FileError: Error {
    var path: String
}

func text(of path: String) throws -> String {
    guard let file = fopen(path, "rb") else { throw FileError(path: path) }
    defer { fclose(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { return String(decoding: content, as: UTF8.self) }
        content.append(contentsOf: chunk[0..<count])
    }
}

/// One attribute for each expression of the corpus that needs no ad of its own, and one that evaluates them all.
func writeInput(corpus: String, file: String) throws {
    var attributes: [String] = []
    var names: [String] = []
    for line in try text(of: corpus).utf8.split(separator: UInt8(ascii: "\n")) {
        let testCase = try JSONValue.parse(line, limits: .init(length: 1 << 24, depth: 512))
        guard case .string(let id)? = testCase["id"], !id.hasPrefix("deep"), testCase["ad"] == .null, testCase["target"] == .null,
            case .string(let expression)? = testCase["expr"], testCase["result"]?["fail"] == nil, testCase["unparsed"] != .null,
            !expression.contains("random"), !expression.contains("userMap")
        else { continue }
        let name = "a\(attributes.count)"
        attributes.append("\(name) = \(expression)")
        names.append(name)
    }
    attributes.append("All = identicalMember(\"@no such value@\", { \(names.joined(separator: ", ")) })")
    guard let output = fopen(file, "wb") else { throw FileError(path: file) }
    fputs("[ \(attributes.joined(separator: ";\n")) ]\n", output)
    fclose(output)
    print("\(names.count) expressions")
}

/// The best of several runs, in seconds.
func best(of runs: Int, _ body: () -> Void) -> Double {
    var shortest = Double.infinity
    for _ in 0..<runs {
        let start = ContinuousClock.now
        body()
        let time = start.duration(to: .now)
        shortest = min(shortest, Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds))
    }
    return shortest
}

func shown(_ seconds: Double) -> String {
    "\((seconds * 1e6).rounded() / 1e3) ms"
}

func run(file: String) throws {
    let input = try text(of: file)
    let ad = try ClassAd.parse(input, syntax: .new)
    print("parse \(shown(best(of: 20) { _ = try? ClassAd.parse(input, syntax: .new) }))")
    print("evaluate \(shown(best(of: 20) { _ = ad.evaluate("All") })) \(ad.evaluate("All"))")
    measureTranscoding()
}

/// Full job ads as a scheduler sends them: wire lines to JSON.
func measureTranscoding() {
    let lines = jobLines.map { Array($0.utf8) }
    let ads = (0..<1000).map { _ in
        var ad = WireAd()
        ad.reserve(attributes: lines.count, bytes: 8192)
        for line in lines { ad.append(line: line) }
        return ad
    }
    var writer = JSONWriter(capacity: 16 << 20)
    let seconds = best(of: 20) {
        writer.removeAll()
        for ad in ads {
            ad.writeJSON(into: &writer)
            writer.newline()
        }
    }
    print("JSON \(Int(Double(writer.count) / seconds / 1e6)) MB/s, \(lines.count) attributes, \(writer.count / ads.count) bytes an ad")
    let reading = best(of: 20) {
        for _ in 0..<1000 {
            var ad = WireAd()
            ad.reserve(attributes: lines.count, bytes: 8192)
            for line in lines { ad.append(line: line) }
        }
    }
    print("wire ad \((reading * 1e6).rounded() / 1e3) us an ad")
}
