import ClassAd
import Glibc
import JSON

// Runs every *.jsonl of a directory against this implementation.
// Prints a line a file, `name: N passed, N failed`, and the first 20 differences; exit status 1 if there is any.

let shownDifferences = 20
setenv("TZ", "UTC", 1)
tzset()

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 1, let directory = arguments.first else {
    print("usage: conformance DIRECTORY")
    exit(2)
}

let names: [String]
do {
    names = try fileNames(in: directory).filter { $0.hasSuffix(".jsonl") }.sorted()
} catch {
    print("\(error)")
    exit(2)
}
guard !names.isEmpty else {
    print("no *.jsonl in \(directory)")
    exit(2)
}

var failures = 0
var shown = 0
for name in names {
    do {
        let report = try run("\(directory)/\(name)", in: directory)
        for (id, difference) in report.differences where shown < shownDifferences {
            shown += 1
            print("\(id)\n  expected: \(difference.expected)\n  got:      \(difference.got)")
        }
        print("\(name): \(report.passed) passed, \(report.differences.count) failed")
        failures += report.differences.count
    } catch {
        print("\(name): \(error)")
        failures += 1
    }
}
exit(failures == 0 ? 0 : 1)

struct Report {
    var passed = 0
    var differences: [(id: String, difference: Difference)] = []
}

func run(_ path: String, in directory: String) throws -> Report {
    let content = try bytes(of: path)
    var report = Report()
    var runner: (any CorpusRunner)?
    for line in content.split(separator: UInt8(ascii: "\n")) {
        let testCase = try JSONValue.parse(line, limits: .init(length: 16 << 20, depth: 512))
        if runner == nil {
            guard let type = corpusRunners.first(where: { $0.accepts(testCase) }) else {
                throw RunnerError(message: "no runner understands the cases")
            }
            runner = try type.init(directory: directory)
        }
        if let difference = runner?.difference(in: testCase) {
            report.differences.append((testCase["id"]?.text ?? "?", difference))
        } else {
            report.passed += 1
        }
    }
    return report
}
