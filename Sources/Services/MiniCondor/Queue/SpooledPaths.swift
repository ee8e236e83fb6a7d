import ClassAd
import CondorModel

/// Rewrites the paths of a job whose input will be spooled so that they lie in its spool directory. The submitted paths are kept as `SUBMIT_…` for
/// the client that fetches the output (HTCondor 25.14, `condor_schedd.V6/qmgmt.cpp`, rewriteSpooledJobAd).
enum SpooledPaths {
    private struct Path {
        var name: String
        var isList = false
        /// The attribute which, if false, says that the file is not transferred.
        var isTransferred: String?
    }

    private static let paths = [
        Path(name: "Cmd", isTransferred: "TransferExecutable"), Path(name: "In", isTransferred: "TransferIn"),
        Path(name: "TransferInput", isList: true), Path(name: "UserLog"), Path(name: "x509userproxy"), Path(name: "DataReuseManifestSHA256"),
    ]

    static func rewrite(_ ad: inout StoredAd, of job: JobSnapshot, directory: String) {
        guard !job.contains("SUBMIT_Iwd") else { return }
        if let iwd = job.string("Iwd") { ad.set("SUBMIT_Iwd", iwd) } else { ad.set("SUBMIT_Iwd", expression: "undefined".utf8) }
        ad.set("Iwd", directory)
        rewriteRemaps(&ad, of: job)
        let keepsRelativePaths = job.evaluatedBoolean("PreserveRelativePaths")
        for path in paths {
            guard case .string(let value) = job.evaluate(path.name), value != "/dev/null", !value.isEmpty else { continue }
            if let flag = path.isTransferred, job.contains(flag), !job.evaluatedBoolean(flag) { continue }
            let parts = path.isList ? value.split { $0 == "," || $0 == " " }.map(String.init) : [value]
            let changed = parts.map { part in
                if path.isList, isURL(part) || keepsRelativePaths && !part.hasPrefix("/") { return part }
                return baseName(part)
            }
            guard changed != parts else { continue }
            ad.set("SUBMIT_" + path.name, value)
            ad.set(path.name, changed.joined(separator: ","))
        }
    }

    /// Remaps are applied by the client that fetches the output; the starter applies only those to URLs.
    private static func rewriteRemaps(_ ad: inout StoredAd, of job: JobSnapshot) {
        let name = "TransferOutputRemaps"
        var urls: [String] = []
        if let expression = job[name] {
            if case .string(let text) = job.evaluate(name) {
                var others: [String] = []
                for remap in text.split(separator: ";") {
                    let parts = remap.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks() }
                    guard parts.count == 2 else { continue }
                    if isURL(parts[1]) { urls.append(remap.trimmingBlanks()) } else { others.append(remap.trimmingBlanks()) }
                }
                ad.set("SUBMIT_" + name, others.joined(separator: ";"))
            } else {
                ad.set("SUBMIT_" + name, expression: expression)
            }
        } else if job.contains("SUBMIT_" + name) {
            ad.set("SUBMIT_" + name, expression: "undefined".utf8)
        }
        if urls.isEmpty { ad.set(name, expression: "undefined".utf8) } else { ad.set(name, urls.joined(separator: ";")) }
    }

    private static func baseName(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// `scheme://…`
    private static func isURL(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon != text.startIndex else { return false }
        let scheme = text[..<colon].utf8
        guard text[colon...].hasPrefix("://") else { return false }
        return scheme.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x5F].contains(byte)
        }
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

extension JobSnapshot {
    /// Whether an attribute evaluates to true.
    func evaluatedBoolean(_ name: String) -> Bool { contains(name) && satisfies(.attribute(name)) }

    /// The value of an attribute that evaluates to an integer.
    func evaluatedInteger(_ name: String) -> Int64? {
        guard case .integer(let value) = evaluate(name) else { return nil }
        return value
    }
}
