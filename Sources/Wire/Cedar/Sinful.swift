import Text

/// The address of a daemon: `<host:port?key=value&flag>`.
///
/// Source: HTCondor 25.14, `condor_utils/condor_sinful.cpp`, and addresses seen in address files of 25.14.1.
package struct Sinful: Sendable, Hashable, CustomStringConvertible {
    /// A host and a port, ready to connect to. IPv6 addresses are without brackets.
    package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        package var description: String { host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// The primary address.
    package var primary: Endpoint
    /// All parameters, unknown ones too. A flag has an empty value.
    package var parameters: [String: String]

    /// Longest text accepted, in bytes.
    package static let maximumLength = 16_384

    package init(host: String, port: Int, parameters: [String: String] = [:]) {
        self.primary = Endpoint(host: host, port: port)
        self.parameters = parameters
    }

    /// Reads `<host:port?…>`. Surrounding white space is not accepted.
    package init(_ text: some StringProtocol) throws(CedarError) {
        func fail(_ reason: String) -> CedarError { CedarError(.malformed, "not an address of a daemon: \(reason)") }
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumLength else { throw fail("longer than \(Self.maximumLength) bytes") }
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "<"), bytes[bytes.count - 1] == UInt8(ascii: ">") else {
            throw fail("it must stand in '<' and '>'")
        }
        let inner = bytes[1..<(bytes.count - 1)]
        guard !inner.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") || $0 == 0 }) else {
            throw fail("it holds a character that has no place in it")
        }
        let address = inner.prefix { $0 != UInt8(ascii: "?") }
        guard let endpoint = Self.endpoint(address, separator: UInt8(ascii: ":")) else { throw fail("expected host:port") }
        primary = endpoint
        parameters = [:]
        let rest = inner[address.endIndex...].dropFirst()
        for field in rest.split(whereSeparator: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ";") }) {
            let key = field.prefix { $0 != UInt8(ascii: "=") }
            let value = field[key.endIndex...].dropFirst()
            guard let key = Self.unescaped(key), let value = Self.unescaped(value) else { throw fail("wrong %-escape in a parameter") }
            guard !key.isEmpty else { throw fail("parameter without a name") }
            parameters[key] = value
        }
    }

    /// The shared-port id of the daemon behind the port; nil when the daemon owns the port.
    package var sharedPortID: String? {
        guard let id = parameters["sock"], !id.isEmpty else { return nil }
        return id
    }

    /// True when the daemon is reachable only by a connection it makes itself (through a broker).
    package var needsBroker: Bool { parameters["CCBID"].map { !$0.isEmpty } ?? false }

    /// Where to connect: the addresses of `addrs` when there are any, else the primary one.
    package var endpoints: [Endpoint] {
        guard let list = parameters["addrs"] else { return [primary] }
        let endpoints = list.utf8.split(separator: UInt8(ascii: "+")).compactMap { part -> Endpoint? in
            // `ip-port`, where an IPv6 address is in brackets and its colons are written as `-`.
            let bytes = Array(part)
            if bytes.first == UInt8(ascii: "["), let close = bytes.firstIndex(of: UInt8(ascii: "]")) {
                let host = bytes[1..<close].map { $0 == UInt8(ascii: "-") ? UInt8(ascii: ":") : $0 }
                return Self.endpoint([UInt8(ascii: "[")] + host + bytes[close...], separator: UInt8(ascii: "-"))
            }
            return Self.endpoint(bytes[...], separator: UInt8(ascii: "-"))
        }
        return endpoints.isEmpty ? [primary] : endpoints
    }

    package var description: String {
        var text = "<\(primary)"
        var separator = "?"
        for key in parameters.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            text += separator + Self.escaped(key)
            if let value = parameters[key], !value.isEmpty { text += "=" + Self.escaped(value) }
            separator = "&"
        }
        return text + ">"
    }

    /// `host<separator>port` with an IPv6 host in brackets.
    private static func endpoint(_ bytes: ArraySlice<UInt8>, separator: UInt8) -> Endpoint? {
        guard let cut = bytes.lastIndex(of: separator) else { return nil }
        var host = bytes[..<cut]
        let digits = bytes[(cut + 1)...]
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let port = digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
        guard port <= 65_535 else { return nil }
        if host.first == UInt8(ascii: "[") {
            guard host.last == UInt8(ascii: "]"), host.count > 2 else { return nil }
            host = host.dropFirst().dropLast()
        } else if host.contains(UInt8(ascii: ":")) {
            return nil
        }
        guard !host.isEmpty, host.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5B && $0 != 0x5D }) else { return nil }
        return Endpoint(host: String(decoding: host, as: UTF8.self), port: port)
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "%") {
                guard bytes.endIndex - index >= 3, let high = Hex.value(bytes[index + 1]), let low = Hex.value(bytes[index + 2]) else {
                    return nil
                }
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "#"), UInt8(ascii: "["),
                UInt8(ascii: "]"), UInt8(ascii: "+"):
                result.append(byte)
            default:
                result.append(UInt8(ascii: "%"))
                result.append(Hex.digit(byte >> 4))
                result.append(Hex.digit(byte & 15))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
