import Glibc

/// What the C library calls signals, as HTCondor writes it into `ExitReason`.
enum SignalNames {
    static func description(of signal: Int) -> String {
        guard let number = Int32(exactly: signal), let text = strsignal(number) else { return "Unknown signal \(signal)" }
        return String(cString: text)
    }
}
