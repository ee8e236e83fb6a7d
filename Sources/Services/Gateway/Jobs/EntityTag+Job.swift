import Cryptography
import HTTPMessages
import JSON
import Text

extension EntityTag {
    /// The tag of a job: of its whole ad, whatever part of it an answer shows. It changes with every change of the job.
    init(job json: borrowing JSONWriter) {
        self.init(Hex.string(json.withUnsafeBytes { Hash.sha256($0) }.prefix(12)))
    }
}
