import ClassAd
import Cryptography
import JSON
import Text

/// Entity tags of jobs.
enum JobTag {
    /// The tag of a job's whole ad, regardless of the projection. It changes with every change of the job.
    static func tag(of json: borrowing JSONWriter) -> String {
        let digest = json.withUnsafeBytes { Hash.sha256($0) }
        return "\"\(Hex.string(digest.prefix(12)))\""
    }

    /// Whether a list of entity tags (`If-Match`, `If-None-Match`) contains this tag; `*` matches every tag.
    /// - Parameter weakly: whether weak tags match too; in `If-Match` they do not (RFC 9110, section 13.1.1).
    static func matches(_ field: String, _ tag: String, weakly: Bool) -> Bool {
        field.split(separator: ",").contains { item in
            var item = item.drop { $0 == " " }
            while item.last == " " { item = item.dropLast() }
            if weakly, item.hasPrefix("W/") { item = item.dropFirst(2) }
            return item == "*" || item == tag
        }
    }
}
