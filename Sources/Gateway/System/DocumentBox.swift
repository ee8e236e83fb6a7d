import HTTPKit
import NIOConcurrencyHelpers
import NIOCore

/// A document that is made once all operations are known, and served by one of them.
final class DocumentBox: Sendable {
    private let bytes = NIOLockedValueBox(ByteBuffer())

    func fill(_ document: JSON) {
        let text = ByteBuffer(bytes: document.serialized(pretty: true))
        bytes.withLockedValue { $0 = text }
    }

    var response: Response { .bytes(bytes.withLockedValue { $0 }, type: "application/json") }
}
