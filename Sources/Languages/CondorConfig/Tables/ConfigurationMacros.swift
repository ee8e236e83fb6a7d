import MacroLanguage

/// The source of a configuration's macros: the values of its table, and the environment.
struct ConfigurationMacros: MacroSource {
    let table: ConfigurationTable
    let scope: ConfigurationScope
    let environment: [String: String]

    var prefixes: [[UInt8]] { scope.prefixes.map { Array($0.utf8) } }

    var directory: [UInt8]? { nil }

    func value(of name: ArraySlice<UInt8>) -> [UInt8]? { table.lookUp(MacroName(name), scope) }

    func environmentVariable(_ name: String) -> String? { environment[name] }

    func randomNumber(below count: Int) -> Int { Int.random(in: 0..<count) }
}
