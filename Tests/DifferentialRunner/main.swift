import Glibc

// Compares this implementation with a real HTCondor on fresh random input.
// Prints the seed, the first differences and a line `NAME: N compared, N different`; exit status 1 if there is any.

guard CommandLine.arguments.count >= 2, let test = differentialTests[CommandLine.arguments[1]] else {
    print("usage: differential (\(differentialTests.keys.sorted().joined(separator: "|"))) [COUNT [SEED]]")
    exit(2)
}
let name = CommandLine.arguments[1]
let count = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 300 : 300
let seed = CommandLine.arguments.count > 3 ? UInt64(CommandLine.arguments[3]) : nil
let usedSeed = seed ?? UInt64.random(in: 1...999_999_999)
print("\(name): seed \(usedSeed)")

do {
    let differences = try test.run(count: count, seed: usedSeed)
    for difference in differences.prefix(20) { print(difference) }
    print("\(name): \(count) compared, \(differences.count) different (seed \(usedSeed))")
    exit(differences.isEmpty ? 0 : 1)
} catch {
    print("\(name): \(error)")
    exit(2)
}
