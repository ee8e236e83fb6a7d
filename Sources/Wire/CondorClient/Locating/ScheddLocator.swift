package import Cedar
import ClassAd
import CondorProtocol
import Glibc
import POSIX
import Synchronization
import Tokens

/// Where a schedd is.
package struct ScheddAddress: Sendable, Equatable {
    package var sinful: Sinful
    /// The schedd's version text, where it is known.
    package var version: String?
    /// The schedd's name, where it is known.
    package var name: String?

    /// The address as HTCondor writes it, `<host:port?parameters>`.
    package var text: String { sinful.description }

    package init(sinful: Sinful, version: String? = nil, name: String? = nil) {
        self.sinful = sinful
        self.version = version
        self.name = name
    }
}

/// Finds the schedd, and finds it again after it has moved: an address file is read again whenever it has changed, and what a collector said is
/// forgotten as soon as nobody answers at the address.
final class ScheddLocator: Sendable {
    /// What tells one version of a file from another.
    private struct FileVersion: Equatable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var seconds: Int64
        var nanoseconds: Int64

        init?(descriptor: Int32) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return nil }
            self.init(status)
        }

        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }

        private init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            seconds = Int64(status.st_mtim.tv_sec)
            nanoseconds = Int64(status.st_mtim.tv_nsec)
        }
    }

    private struct State {
        var address: ScheddAddress?
        var fileVersion: FileVersion?
    }

    /// Longest address file accepted, in bytes.
    private static let maximumFileSize = 65_536

    private let location: ScheddLocation
    private let askCollectors: @Sendable (CollectorQuery, Credential) async throws(CondorError) -> WireAd?
    private let state = Mutex(State())

    init(_ location: ScheddLocation, askCollectors: @escaping @Sendable (CollectorQuery, Credential) async throws(CondorError) -> WireAd?) {
        self.location = location
        self.askCollectors = askCollectors
    }

    /// The schedd's address as far as known now. A collector is asked without an identity, and with this one if it tells strangers nothing.
    func address(for credential: Credential) async throws(CondorError) -> ScheddAddress {
        switch location {
        case .addressFile(let path):
            return try fromFile(path)
        case .address(let text):
            if let known = state.withLock({ $0.address }) { return known }
            let address = ScheddAddress(sinful: try Self.sinful(text, defaultPort: nil))
            state.withLock { $0.address = address }
            return address
        case .collector(let name):
            if let known = state.withLock({ $0.address }) { return known }
            var query = name.map { CollectorQuery.locate(schedd: $0) } ?? CollectorQuery(.schedulers, limit: 1)
            if name == nil { query.projection = ["MyAddress", "CondorVersion", "Name"] }
            guard let ad = try await ask(query, for: credential) else {
                throw CondorError(.unreachable, name.map { "no collector knows a schedd named '\($0)'" } ?? "no collector knows a schedd")
            }
            guard let text = ad.string("MyAddress") else { throw CondorError(.protocolViolation, "the collector's ad of the schedd has no address") }
            let address = ScheddAddress(
                sinful: try Self.sinful(text, defaultPort: nil), version: ad.string("CondorVersion"), name: ad.string("Name") ?? name)
            state.withLock { $0.address = address }
            return address
        }
    }

    private func ask(_ query: CollectorQuery, for credential: Credential) async throws(CondorError) -> WireAd? {
        do throws(CondorError) {
            return try await askCollectors(query, .anonymous)
        } catch {
            guard credential != .anonymous, error.code == .authenticationFailed || error.code == .permissionDenied else { throw error }
            return try await askCollectors(query, credential)
        }
    }

    /// Nobody answers there: look again next time.
    func forget(_ address: ScheddAddress) {
        state.withLock { state in
            guard state.address == address else { return }
            state.address = nil
            state.fileVersion = nil
        }
    }

    /// `host:port`, `host` if there is a default port, or `<host:port?…>`.
    static func sinful(_ text: String, defaultPort: Int?) throws(CondorError) -> Sinful {
        do throws(CedarError) {
            if text.utf8.first == UInt8(ascii: "<") { return try Sinful(text) }
            if let sinful = try? Sinful("<\(text)>") { return sinful }
            guard let defaultPort else { throw CedarError(.malformed, "expected host:port") }
            return try Sinful("<\(text):\(defaultPort)>")
        } catch {
            throw CondorError(.unreachable, "'\(text)' is no address of a daemon: \(error.message)")
        }
    }

    // MARK: Address files

    private func fromFile(_ path: String) throws(CondorError) -> ScheddAddress {
        let version = FileVersion(path: path)
        let known = state.withLock { state in
            state.fileVersion != nil && state.fileVersion == version ? state.address : nil
        }
        if let known { return known }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CondorError(.unreachable, "the schedd's address file \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { Glibc.close(descriptor) }
        let readVersion = FileVersion(descriptor: descriptor)
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileReading.contents(of: descriptor, limit: Self.maximumFileSize)
        } catch {
            throw CondorError(.unreachable, "the schedd's address file \(path) cannot be read: \(error.text)")
        }
        let address = try Self.parse(bytes, path: path)
        state.withLock { state in
            state.address = address
            state.fileVersion = readVersion
        }
        return address
    }

    /// Reads the content of an address file: address, version, platform, then `Name = value` lines. Newer daemons may write all lines in the last
    /// form.
    static func parse(_ bytes: some Sequence<UInt8>, path: String) throws(CondorError) -> ScheddAddress {
        var address: Sinful?
        var version: String?
        var name: String?
        for line in Array(bytes).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let text = String(decoding: line, as: UTF8.self)
            if line.first == UInt8(ascii: "#") { continue }
            if line.first == UInt8(ascii: "<"), address == nil {
                address = try sinful(text, defaultPort: nil)
            } else if text.utf8.starts(with: "$CondorVersion:".utf8), version == nil {
                version = text
            } else if let value = value(of: "MyAddress", in: line) {
                address = try sinful(value, defaultPort: nil)
            } else if let value = value(of: "CondorVersion", in: line) {
                version = value
            } else if let value = value(of: "Name", in: line) {
                name = value
            }
        }
        guard let address else { throw CondorError(.unreachable, "the schedd's address file \(path) holds no address") }
        return ScheddAddress(sinful: address, version: version, name: name)
    }

    /// The text of `Name = "value"`.
    private static func value(of name: StaticString, in line: ArraySlice<UInt8>) -> String? {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
            while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
            return bytes
        }
        let key = trimmed(line[..<equals])
        let text = trimmed(line[(equals + 1)...])
        let isName = name.withUTF8Buffer { expected in
            key.count == expected.count && zip(key, expected).allSatisfy { ($0 | 0x20) == ($1 | 0x20) }
        }
        guard isName, text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") else { return nil }
        return String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
    }
}
