import Glibc

/// Memory that returns to the system as a whole when it is released.
///
/// Blocks and contents are filled on one thread and released on another. With the allocator, each of those threads would keep a pool of them. Pages
/// cost nothing before they are touched. The owner decides which thread may use the memory.
final class MappedMemory: @unchecked Sendable {
    // Unchecked: this holds only the address, which never changes.
    let bytes: UnsafeMutableRawBufferPointer
    private let isMapped: Bool

    init(count: Int) {
        let start = mmap(nil, max(1, count), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if let start, start != MAP_FAILED {
            bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
            isMapped = true
        } else {
            bytes = .allocate(byteCount: count, alignment: 16)
            isMapped = false
        }
    }

    deinit {
        if isMapped {
            munmap(bytes.baseAddress, max(1, bytes.count))
        } else {
            bytes.deallocate()
        }
    }
}
