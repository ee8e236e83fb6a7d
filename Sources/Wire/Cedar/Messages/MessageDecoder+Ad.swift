package import ClassAd
import NIOCore

/// How far an ad that was not complete has been looked through, so that the next attempt goes on from there instead of from the start.
struct AdScan: Sendable {
    /// Position of the ad in the stream.
    var position: UInt64
    /// Lines the ad claims.
    var lineCount: Int
    /// Offset of the next string, counted from the ad's first byte.
    var offset = 8
    /// Strings still to come, the two types that follow the lines included.
    var stringsLeft: Int
    /// Bytes of the strings so far.
    var contentLength = 0
}

extension MessageDecoder {
    /// Attributes one ad may have (the limit of HTCondor's own receivers).
    package static let maximumAttributes = 1_000_000

    /// An ad: the number of its lines, the lines, and two strings with its types, which nobody uses.
    ///
    /// Where a line reads `ZKM` the next string is the line (that is how a secret line is marked on a connection that could be encrypted).
    /// - Parameter types: false for the variant without the two strings.
    package mutating func readAd(types: Bool = true) throws(CedarError) -> WireAd {
        let scan = try scanAd(types: types)
        let isEncrypted = encrypted
        let ad = try buffer.withUnsafeReadableBytes { bytes throws(CedarError) in
            var ad = WireAd()
            ad.reserve(attributes: scan.lineCount, bytes: scan.contentLength)
            var offset = 8
            for _ in 0..<scan.lineCount {
                var extent = try Self.stringExtent(in: bytes, at: offset, encrypted: isEncrypted, shortage: .incomplete)
                while Self.marksSecret(bytes, extent.content) {
                    extent = try Self.stringExtent(in: bytes, at: extent.end, encrypted: isEncrypted, shortage: .incomplete)
                }
                guard ad.append(line: UnsafeRawBufferPointer(rebasing: bytes[extent.content])) else {
                    throw CedarError(.malformed, "a line of an ad is no attribute")
                }
                offset = extent.end
            }
            return ad
        }
        advance(by: scan.offset)
        return ad
    }

    /// Finds the end of the ad that starts at the reader index.
    private mutating func scanAd(types: Bool) throws(CedarError) -> AdScan {
        var scan: AdScan
        if let earlier = adScan, earlier.position == position {
            scan = earlier
        } else {
            guard let count: Int64 = buffer.getInteger(at: buffer.readerIndex) else { throw shortage }
            guard count >= 0 else { throw CedarError(.malformed, "an ad has \(count) attributes") }
            guard count <= Int64(Self.maximumAttributes) else {
                throw CedarError(.limitExceeded, "an ad has more than \(Self.maximumAttributes) attributes")
            }
            scan = AdScan(position: position, lineCount: Int(count), stringsLeft: Int(count) + (types ? 2 : 0))
        }
        let isEncrypted = encrypted
        let missing = shortage
        adScan = nil
        do throws(CedarError) {
            try buffer.withUnsafeReadableBytes { bytes throws(CedarError) in
                while scan.stringsLeft > 0 {
                    let extent = try Self.stringExtent(in: bytes, at: scan.offset, encrypted: isEncrypted, shortage: missing)
                    if !Self.marksSecret(bytes, extent.content) { scan.stringsLeft -= 1 }
                    scan.contentLength += extent.content.count
                    scan.offset = extent.end
                }
            }
        } catch {
            if error.code == .incomplete { adScan = scan }
            throw error
        }
        return scan
    }

    @inline(__always)
    private static func marksSecret(_ bytes: UnsafeRawBufferPointer, _ content: Range<Int>) -> Bool {
        content.count == 3 && bytes[content.lowerBound] == UInt8(ascii: "Z") && bytes[content.lowerBound + 1] == UInt8(ascii: "K")
            && bytes[content.lowerBound + 2] == UInt8(ascii: "M")
    }
}
