import Foundation

/// A TCP connection on which a test says just what it wants.
struct RawConnection {
    private let descriptor: Int32

    init(to url: String) throws {
        guard let port = URL(string: url)?.port else { throw RealPoolError("no port in \(url)") }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close()
            throw RealPoolError("cannot connect to \(url)")
        }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw RealPoolError("cannot send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Everything until the other end closes, or nothing comes for a minute. Waits on a thread of its own.
    func readToEnd() async -> String { await read(until: nil) }

    /// Everything until a text has come, or as ``readToEnd()``.
    func read(until end: String?) async -> String {
        let end = end.map { Array($0.utf8) }
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65536)
                while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
                    bytes += buffer[..<count]
                    if let end, bytes.firstRange(of: end) != nil { break }
                }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    func close() { _ = Foundation.close(descriptor) }
}
