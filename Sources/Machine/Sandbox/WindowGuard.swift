/// Passes a compressed stream through, but refuses it as soon as it demands more decompression memory than is allowed.
///
/// Whoever compresses the data chooses the window (zstd) or dictionary (xz) that it may refer back to. In xz it can reach 4 GiB, and libarchive
/// sets no limit. Every frame and every block has its own, so the whole framing is followed, without reading the compressed data itself.
final class WindowGuard: ByteSource {
    /// Enough for `xz -9` and for zstd up to level 21, but not for `zstd --long`.
    static let maximumWindow: UInt64 = 64 << 20

    private let upstream: any ByteSource
    private var framing: any CompressedFraming

    init(_ filter: FilterSource.Filter, _ upstream: any ByteSource) {
        self.upstream = upstream
        framing =
            switch filter {
            case .zstd: ZstdFraming()
            case .xz: XZFraming()
            }
    }

    func next() throws(SandboxError) -> UnsafeRawBufferPointer? {
        guard let bytes = try upstream.next() else { return nil }
        guard framing.largestWindow(in: bytes) <= WindowGuard.maximumWindow else {
            throw SandboxError(
                .contentTooLarge,
                "expanding the archive takes more than \(WindowGuard.maximumWindow >> 20) MiB of memory; compress it at a lower level")
        }
        return bytes
    }
}
