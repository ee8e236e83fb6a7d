package import NIOCore

/// Stages uploads as sandboxes: the directory for their contents, the limits, and the threads that read archives.
package struct SandboxStaging: Sendable {
    /// The directory for contents that are too large for memory, stored in unnamed files.
    package let directory: String
    package let limits: SandboxLimits
    let threads: ArchiveThreads

    package init(directory: String, limits: SandboxLimits = SandboxLimits(), threads: ArchiveThreads = .shared) {
        self.directory = directory
        self.limits = limits
        self.threads = threads
    }

    /// Reads a whole archive: tar (ustar, pax, GNU), plain or compressed with gzip, zstd or xz, recognised by its first bytes.
    ///
    /// Returns only when the last byte has arrived and everything is valid; otherwise nothing is left behind. Bytes are read as they are needed, so
    /// a slow disk slows the sender down, and memory use does not grow with the archive. If the archive turns out to be bad, the rest of `body` is
    /// not read.
    ///
    /// - Throws: an error that names the entry and the reason; `interrupted` if `body` throws; `cancelled`.
    package func stage<Body: AsyncSequence>(_ body: Body) async throws(SandboxError) -> StagedSandbox where Body.Element == ByteBuffer {
        let channel = ByteChannel()
        var feeder = ChannelFeeder(channel: channel, limit: limits.archiveBytes)
        var source = body.makeAsyncIterator()
        // A small archive is read completely before it needs a thread, and that thread never waits for a network.
        let isMore = try await feeder.sendBlock(from: &source)
        guard feeder.received > 0 else { throw SandboxError(.empty, "the body is empty") }
        async let reading = readArchive(from: channel, isComplete: !isMore)
        var failure: SandboxError?
        if isMore {
            do throws(SandboxError) {
                while try await feeder.sendBlock(from: &source) {}
            } catch {
                failure = error
            }
        }
        channel.finish(failure: failure)
        let read = try await reading.get()
        if let failure { throw failure }
        return StagedSandbox(read.contents, receivedBytes: feeder.received, store: read.store, threads: threads)
    }

    private func readArchive(from channel: ByteChannel, isComplete: Bool) async -> Result<TarReader.Result, SandboxError> {
        // Also if the work never began, so that the feeder does not wait for ever.
        defer { channel.abandon() }
        do throws(SandboxError) {
            return .success(
                try await ArchiveThreads.run(on: isComplete ? threads.work : threads.arriving) { [limits, directory] () throws(SandboxError) in
                    defer { channel.abandon() }
                    return try SandboxStaging.readArchive(from: channel, limits: limits, directory: directory)
                })
        } catch {
            return .failure(error)
        }
    }

    /// Reads the archive in `channel` on this thread.
    static func readArchive(from channel: ByteChannel, limits: SandboxLimits, directory: String) throws(SandboxError) -> TarReader.Result {
        try ArchiveLocale.withPlain { () throws(SandboxError) in
            try TarReader.read(expanded(ChannelSource(channel)), limits: limits, directory: directory)
        }
    }

    /// The tar stream in `source`, expanded if it is compressed.
    private static func expanded(_ source: ChannelSource) throws(SandboxError) -> any ByteSource {
        let first = try source.peek() ?? UnsafeRawBufferPointer(start: nil, count: 0)
        if first.starts(with: [0x1F, 0x8B]) { return try GzipSource(source) }
        if first.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return try FilterSource(.zstd, WindowGuard(.zstd, source)) }
        if first.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return try FilterSource(.xz, WindowGuard(.xz, source)) }
        return source
    }
}

/// Fills a channel's blocks from an asynchronous sequence.
private struct ChannelFeeder {
    let channel: ByteChannel
    /// The largest number of bytes to accept.
    let limit: Int64
    private(set) var received: Int64 = 0
    private var rest = ByteBuffer()

    init(channel: ByteChannel, limit: Int64) {
        self.channel = channel
        self.limit = limit
    }

    /// Sends one block, which is full unless the source ends. Returns false if there is nothing more to send, or no receiver.
    mutating func sendBlock<Source: AsyncIteratorProtocol>(
        from source: inout Source
    ) async throws(SandboxError) -> Bool where Source.Element == ByteBuffer {
        guard let block = await channel.emptyBlock() else { return false }
        while !block.isFull {
            if rest.readableBytes == 0 {
                guard let more = try await pull(from: &source) else {
                    channel.push(block)
                    return false
                }
                rest = more
            }
            block.fill(from: &rest)
        }
        channel.push(block)
        return true
    }

    private mutating func pull<Source: AsyncIteratorProtocol>(
        from source: inout Source
    ) async throws(SandboxError) -> ByteBuffer? where Source.Element == ByteBuffer {
        let next: ByteBuffer?
        do {
            next = try await source.next()
        } catch let error as SandboxError {
            throw error
        } catch is CancellationError {
            throw SandboxError(.cancelled, "the upload was cancelled")
        } catch {
            throw SandboxError(.interrupted, "the upload broke off", cause: error)
        }
        // Some sequences simply end when their task is cancelled.
        if Task.isCancelled { throw SandboxError(.cancelled, "the upload was cancelled") }
        received += Int64(next?.readableBytes ?? 0)
        guard received <= limit else { throw SandboxError(.archiveTooLarge, "the upload is larger than \(limit) bytes") }
        return next
    }
}
