import MacroLanguage

/// Macros from a list of `NAME = value` lines.
struct TestMacros: MacroSource {
    private var values: [MacroName: [UInt8]] = [:]
    var prefixes: [[UInt8]] = []
    var directory: [UInt8]?
    var environment: [String: String]? = [:]
    /// The largest random numbers are drawn instead of any.
    var drawsLargest = false

    init(_ lines: String = "") {
        for line in lines.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            values[MacroName(parts[0].utf8.filter { $0 != 0x20 })] = Array(parts[1].utf8.drop { $0 == 0x20 })
        }
    }

    func value(of name: ArraySlice<UInt8>) -> [UInt8]? { values[MacroName(name)] }

    func environmentVariable(_ name: String) throws(MacroError) -> String? {
        guard let environment else { throw MacroError(.environment(name)) }
        return environment[name]
    }

    func randomNumber(below count: Int) -> Int { drawsLargest ? count - 1 : Int.random(in: 0..<count) }

    // MARK: Expanding

    /// The expanded text and the number of complaints.
    func expand(_ text: String) throws(MacroError) -> (value: String, complaints: Int) {
        var expander = MacroExpander(self)
        let value = try expander.expand(Array(text.utf8))
        return (String(decoding: value, as: UTF8.self), expander.complaints.count)
    }

    func value(_ text: String) throws(MacroError) -> String { try expand(text).value }

    /// The text as a digest has it.
    func digest(_ text: String, keeping kept: [String] = []) throws(MacroError) -> (value: String, isPending: Bool) {
        var expander = MacroExpander(self)
        let (value, isPending) = try expander.expandSelectively(Array(text.utf8), keeping: Set(kept.map { MacroName($0) }))
        return (String(decoding: value, as: UTF8.self), isPending)
    }
}
