/// An input made to take much time or memory, or to break what reads it.
struct HostileCase: Sendable {
    enum Ending: Sendable {
        /// A clear error.
        case error
        /// A value: it is large or odd, but right.
        case value
    }

    var name: String
    var ending: Ending
    /// Makes the input and reads it; what it came to, or throws the error.
    var run: @Sendable () throws -> String

    init(_ name: String, _ ending: Ending, _ run: @escaping @Sendable () throws -> String) {
        self.name = name
        self.ending = ending
        self.run = run
    }
}

func repeated(_ unit: String, _ count: Int) -> String { String(repeating: unit, count: count) }

let megabyte = 1 << 20

let hostileCases = classAdCases + submitCases + configCases
