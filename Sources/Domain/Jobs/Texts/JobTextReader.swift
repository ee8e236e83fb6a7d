package import NIOCore

/// Reads the text that a job has written so far: from the starter while the job runs, otherwise from the sandbox.
package struct JobTextReader: Sendable {
    private let text: JobText
    private var file: (any FilePieces)?
    private let isLive: Bool
    /// Offset of the next piece.
    private(set) var position: Int64
    private let end: Int64

    init(text: JobText, file: (any FilePieces)?, isLive: Bool, position: Int64, end: Int64) {
        self.text = text
        self.file = file
        self.isLive = isLive
        self.position = position
        self.end = end
    }

    /// The next bytes; nil at the current end.
    /// - Throws: `outputUnavailable`, `commandFailed`, `cancelled`.
    package mutating func next() async throws(JobsError) -> ByteBuffer? {
        guard position < end else { return nil }
        if isLive {
            let limit = Int(min(Int64(JobText.pieceSize), end - position))
            guard let piece = try await text.peek(from: position, limit: limit), piece.readableBytes > 0 else { return nil }
            position += Int64(piece.readableBytes)
            return piece
        }
        guard var open = file else { return nil }
        let next = try await open.next(in: position..<end)
        file = open
        guard let piece = next else { return nil }
        position += Int64(piece.readableBytes)
        return piece
    }
}
