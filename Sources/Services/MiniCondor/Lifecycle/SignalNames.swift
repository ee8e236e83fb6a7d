import Glibc

/// Descriptions of signals from the C library, as HTCondor writes them to `ExitReason`.
enum SignalNames {
    static func description(of signal: Int) -> String {
        guard let number = Int32(exactly: signal), let text = strsignal(number) else { return "Unknown signal \(signal)" }
        return String(cString: text)
    }
}
