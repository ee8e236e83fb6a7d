import NIOCore

/// Takes a multipart body apart (RFC 2046 section 5.1): bytes in, events out.
struct MultipartMachine {
    enum Event: Hashable {
        case part(MultipartReader.Part)
        case bytes(ByteBuffer)
        case partEnd
        /// The last boundary has been read; what follows is ignored.
        case end
    }

    private enum State {
        case preamble
        case head
        case content
        /// After the boundary's own bytes: a line break or the two dashes of the last one.
        case afterBoundary
        case over
    }

    static let headLimit = 16 * 1024
    static let partLimit = 10_000

    /// `CR LF - - boundary`
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: ByteBuffer
    private var hasEnded = false
    private var partCount = 0
    private var isInPart = false

    init(boundary: String) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very beginning: it then has no line break before it.
        buffer = ByteBuffer(string: "\r\n")
    }

    mutating func receive(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.writeImmutableBuffer(bytes)
        }
    }

    mutating func receiveEnd() {
        hasEnded = true
    }

    /// The next event; `nil` if more bytes are needed.
    mutating func next() throws(Problem) -> Event? {
        while true {
            switch state {
            case .preamble:
                guard skipToDelimiter() else { return nil }
                state = .afterBoundary
            case .afterBoundary:
                if isInPart {
                    isInPart = false
                    return .partEnd
                }
                guard let isLast = try readBoundaryEnd() else { return nil }
                state = isLast ? .over : .head
            case .head:
                guard let part = try readHead() else { return nil }
                partCount += 1
                if partCount > Self.partLimit { throw .multipart("There are more than \(Self.partLimit) parts") }
                state = .content
                isInPart = true
                return .part(part)
            case .content:
                guard let bytes = readContent() else { return nil }
                if bytes.readableBytes > 0 { return .bytes(bytes) }
            case .over:
                buffer.clear()
                return hasEnded ? .end : nil
            }
        }
    }

    // MARK: Boundaries

    private mutating func skipToDelimiter() -> Bool {
        if let offset = offsetOfDelimiter() {
            buffer.moveReaderIndex(forwardBy: offset + delimiter.count)
            return true
        }
        buffer.moveReaderIndex(forwardBy: buffer.readableBytes - heldBack())
        return false
    }

    /// Bytes of the part up to the delimiter or up to what could be its beginning. Empty when the delimiter was reached, `nil` when more are
    /// needed.
    private mutating func readContent() -> ByteBuffer? {
        if let offset = offsetOfDelimiter() {
            let bytes = buffer.readSlice(length: offset)
            if offset == 0 {
                buffer.moveReaderIndex(forwardBy: delimiter.count)
                state = .afterBoundary
            }
            return bytes
        }
        let length = buffer.readableBytes - heldBack()
        return length > 0 ? buffer.readSlice(length: length) : nil
    }

    /// `true` after the last boundary's dashes, `false` after a line break, `nil` if more bytes are needed.
    private mutating func readBoundaryEnd() throws(Problem) -> Bool? {
        // Spaces and tabs may follow the boundary.
        while let byte = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            buffer.moveReaderIndex(forwardBy: 1)
        }
        guard let pair = buffer.readInteger(as: UInt16.self) else { return nil }
        switch pair {
        case 0x0D0A: return false
        case 0x2D2D: return true
        default: throw .multipart("A boundary is not followed by a line break")
        }
    }

    private func offsetOfDelimiter() -> Int? {
        buffer.withUnsafeReadableBytes { bytes in
            guard bytes.count >= delimiter.count else { return nil }
            var offset = 0
            let last = bytes.count - delimiter.count
            while offset <= last {
                guard let next = bytes[offset...last].firstIndex(of: UInt8(ascii: "\r")) else { return nil }
                if bytes[next..<(next + delimiter.count)].elementsEqual(delimiter) { return next }
                offset = next + 1
            }
            return nil
        }
    }

    /// How many of the last bytes could be the beginning of a delimiter.
    private func heldBack() -> Int {
        buffer.withUnsafeReadableBytes { bytes in
            let longest = min(bytes.count, delimiter.count - 1)
            for length in stride(from: longest, to: 0, by: -1)
            where bytes[(bytes.count - length)...].elementsEqual(delimiter[..<length]) {
                return length
            }
            return 0
        }
    }

    // MARK: Heads

    private mutating func readHead() throws(Problem) -> MultipartReader.Part? {
        guard let end = endOfHead() else {
            if buffer.readableBytes > Self.headLimit { throw .multipart("The head of a part is too long") }
            return nil
        }
        guard end <= Self.headLimit, let bytes = buffer.readBytes(length: end), let text = String(validating: bytes, as: UTF8.self) else {
            throw .multipart("The head of a part is too long or not UTF-8")
        }
        return try Self.part(head: text)
    }

    /// Bytes up to and including the empty line.
    private func endOfHead() -> Int? {
        buffer.withUnsafeReadableBytes { bytes in
            if bytes.starts(with: [13, 10]) { return 2 }
            guard bytes.count >= 4 else { return nil }
            return (0...(min(bytes.count, Self.headLimit + 4) - 4)).first { offset in
                bytes[offset] == 13 && bytes[offset + 1] == 10 && bytes[offset + 2] == 13 && bytes[offset + 3] == 10
            }.map { $0 + 4 }
        }
    }

    private static func part(head: String) throws(Problem) -> MultipartReader.Part {
        var part: MultipartReader.Part?
        var contentType: MediaType?
        for line in head.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = Substring(line).utf8.last == 13 ? Substring(line.dropLast()) : Substring(line)
            guard !line.isEmpty else { continue }
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .multipart("A line of a part's head is no field") }
            let value = line[line.utf8.index(after: colon)...]
            let name = String(line[..<colon])
            if name.isASCIICaseInsensitivelyEqual(to: "content-disposition") {
                guard part == nil, let parsed = disposition(value) else { throw .multipart("A part has a bad Content-Disposition") }
                part = parsed
            } else if name.isASCIICaseInsensitivelyEqual(to: "content-type") {
                contentType = MediaType(value)
            } else if name.isASCIICaseInsensitivelyEqual(to: "content-transfer-encoding") {
                // Some clients say still that they encode nothing.
                let encoding = HeaderParameters.trimmed(Array(value.utf8)[...])
                guard unencoded.contains(where: { encoding.isASCIICaseInsensitivelyEqual(to: $0) }) else {
                    throw .multipart("Parts of form data are not encoded, so Content-Transfer-Encoding is not used")
                }
            }
        }
        guard var part else { throw .multipart("A part has no Content-Disposition") }
        part.contentType = contentType
        return part
    }

    /// Transfer encodings that change nothing (RFC 2045 section 6.2).
    private static let unencoded = ["binary", "8bit", "7bit"]

    private static func disposition(_ value: Substring) -> MultipartReader.Part? {
        guard let (kind, parameters) = HeaderParameters.parse(value), kind.isASCIICaseInsensitivelyEqual(to: "form-data") else { return nil }
        guard let name = parameters["name"] else { return nil }
        guard let extended = parameters["filename*"] else { return MultipartReader.Part(name: name, filename: parameters["filename"]) }
        // Form data should not have it (RFC 7578 section 4.2), but some clients send it, and it then says more.
        guard let filename = HeaderParameters.extended(extended) ?? parameters["filename"] else { return nil }
        return MultipartReader.Part(name: name, filename: filename)
    }

    /// The boundary of a `multipart/form-data` content type: 1 to 70 characters of those that RFC 2046 allows.
    static func boundary(contentType: String) -> String? {
        guard let (type, parameters) = HeaderParameters.parse(Substring(contentType)),
            type.isASCIICaseInsensitivelyEqual(to: "multipart/form-data"), let boundary = parameters["boundary"],
            (1...70).contains(boundary.utf8.count), boundary.utf8.last != UInt8(ascii: " "), boundary.utf8.allSatisfy(\.isBoundaryByte)
        else { return nil }
        return boundary
    }
}

extension UInt8 {
    /// `bchars` of RFC 2046 section 5.1.1.
    fileprivate var isBoundaryByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "'()+_,-./:=? ".utf8.contains(self)
        }
    }
}
