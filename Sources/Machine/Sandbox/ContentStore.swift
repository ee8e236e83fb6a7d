import NIOCore

/// The bytes of all files of a sandbox, one after the other, in memory or in an unnamed file. It is immutable and can be shared by any number of
/// readers.
enum ContentStore: Sendable {
    case memory(MappedMemory)
    case file(TemporaryFile)

    /// Reads the bytes of `range`. Blocks if they are in a file.
    func read(_ range: Range<Int64>) throws(SandboxError) -> ByteBuffer {
        let missing = SandboxError(.storageFailed, "a staged file is shorter than it was")
        guard let start = Int(exactly: range.lowerBound), let count = Int(exactly: range.upperBound - range.lowerBound) else { throw missing }
        switch self {
        case .memory(let memory):
            guard start >= 0, start <= memory.bytes.count, count <= memory.bytes.count - start else { throw missing }
            return ByteBuffer(bytes: memory.bytes[start..<start + count])
        case .file(let file):
            var buffer = ByteBufferAllocator().buffer(capacity: count)
            var failure: SandboxError?
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                do throws(SandboxError) {
                    return try file.read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: range.lowerBound)
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard buffer.readableBytes == count else { throw missing }
            return buffer
        }
    }
}

/// Collects a sandbox's contents: in memory up to a limit, then in a file.
final class ContentStoreWriter: @unchecked Sendable {
    // Unchecked: only one thread or task uses it at a time; the builder passes it to a worker and waits.

    /// Smaller writes are collected before they go to the file.
    private static let gatherBytes = 64 << 10

    private let directory: String
    private let memoryBytes: Int
    private var file: TemporaryFile?
    /// The contents while they fit; zeros where nothing has been written.
    private var memory: MappedMemory?
    /// Data not yet written to the file.
    private var buffer = ByteBuffer()
    /// The offset of `buffer` in the file.
    private var bufferStart: Int64 = 0
    /// The end of the data written so far.
    private var written: Int64 = 0

    init(directory: String, memoryBytes: Int) {
        self.directory = directory
        self.memoryBytes = memoryBytes
    }

    /// Whether data goes to a file by now, so that writing may block.
    func goesToFile(with more: Int) -> Bool {
        file != nil || written > Int64(memoryBytes) - Int64(more)
    }

    /// Writes at `offset`, which must be at or after the end. A gap reads as zeros.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SandboxError) {
        let end = offset + Int64(bytes.count)
        if file == nil, end <= Int64(memoryBytes) {
            let memory = memory ?? MappedMemory(count: memoryBytes)
            self.memory = memory
            UnsafeMutableRawBufferPointer(rebasing: memory.bytes[Int(offset)...]).copyMemory(from: bytes)
            written = end
            return
        }
        let file = try moveToFile()
        if offset != bufferStart + Int64(buffer.readableBytes) || buffer.readableBytes + bytes.count > ContentStoreWriter.gatherBytes {
            try flush()
            bufferStart = offset
        }
        if bytes.count >= ContentStoreWriter.gatherBytes {
            try file.write(bytes, at: offset)
            bufferStart = end
        } else {
            buffer.writeBytes(bytes)
        }
        written = end
    }

    /// Writes the bytes of `buffer` in the same way.
    func write(_ bytes: ByteBuffer, at offset: Int64) throws(SandboxError) {
        var failure: SandboxError?
        bytes.withUnsafeReadableBytes { bytes in
            do throws(SandboxError) { try write(bytes, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func moveToFile() throws(SandboxError) -> TemporaryFile {
        if let file { return file }
        let made = try TemporaryFile(in: directory)
        if let memory {
            try made.write(UnsafeRawBufferPointer(rebasing: memory.bytes[..<Int(written)]), at: 0)
            bufferStart = written
        }
        file = made
        memory = nil
        return made
    }

    private func flush() throws(SandboxError) {
        guard let file, buffer.readableBytes > 0 else { return }
        var failure: SandboxError?
        buffer.withUnsafeReadableBytes { bytes in
            do throws(SandboxError) { try file.write(bytes, at: bufferStart) } catch { failure = error }
        }
        if let failure { throw failure }
        bufferStart += Int64(buffer.readableBytes)
        buffer.clear()
    }

    /// The finished store with `size` bytes. An unwritten part at the end reads as zeros.
    func finish(size: Int64) throws(SandboxError) -> ContentStore {
        if file == nil, size <= Int64(memoryBytes) {
            return .memory(memory ?? MappedMemory(count: Int(size)))
        }
        let file = try moveToFile()
        try flush()
        if size > written { try file.extend(to: size) }
        return .file(file)
    }
}
