import COpenSSL

/// Why OpenSSL refused something. Holds nothing of keys and certificates.
package struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, and the library's reason, for example `the handshake failed: certificate verify failed`.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Takes the errors that the library keeps for this thread.
    init(_ failed: String, library: Void) {
        var reasons: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            guard let text = ERR_reason_error_string(code) else { continue }
            let reason = String(cString: text)
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        description = reasons.isEmpty ? failed : "\(failed): \(reasons.joined(separator: ", "))"
    }
}
