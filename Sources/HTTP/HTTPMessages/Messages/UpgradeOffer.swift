/// The offer of an HTTP/1.1 client to go on in another protocol (RFC 9110 section 7.8). An answer 101 with a streamed body takes it: from then on
/// the bytes of the connection are ``bytes`` in the one direction, and the body of the answer in the other.
package final class UpgradeOffer: Sendable {
    /// The names of the `Upgrade` field in lower case.
    package let protocols: [String]
    /// The bytes that the client sends after the answer 101. Reading them fails before it, and when the offer is not taken.
    package let bytes: RequestBody

    package init(protocols: [String], bytes: RequestBody) {
        self.protocols = protocols
        self.bytes = bytes
    }
}
