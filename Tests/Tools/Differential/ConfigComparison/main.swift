import Glibc

// ConfigComparison COUNT SEED: random configurations, our reading against that of condor_config_val.
// Prints the first differences and, last, a line `config: N compared, N different`; exit status 1 if there is any.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let count = arguments.first.flatMap({ Int($0) }), let seed = arguments.last.flatMap({ UInt64($0) }), count > 0 else {
    print("usage: ConfigComparison COUNT SEED")
    exit(2)
}

do {
    let differences = try ConfigComparison.run(count: count, seed: seed)
    for difference in differences.prefix(20) { print(difference) }
    print("config: \(count) compared, \(differences.count) different (seed \(seed))")
    exit(differences.isEmpty ? 0 : 1)
} catch {
    print("config: \(error)")
    exit(2)
}
