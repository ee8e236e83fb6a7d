/// How far an ad that was not complete has been looked through, so that the next attempt goes on from there.
struct AdScan: Sendable {
    /// Position of the ad in the stream.
    var position: UInt64
    /// Offset, from there, of the next string.
    var offset: Int
    /// Strings still to come, the two that follow the lines included.
    var stringsLeft: Int
}
