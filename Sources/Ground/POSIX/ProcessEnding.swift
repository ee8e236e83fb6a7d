/// How a process ended.
package enum ProcessEnding: Sendable, Equatable {
    case code(Int)
    case signal(Int, dumpedCore: Bool)

    /// - Parameter status: as returned by `wait`.
    package init(status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .code(Int(status >> 8 & 0xFF)) : .signal(Int(signal), dumpedCore: status & 0x80 != 0)
    }
}
