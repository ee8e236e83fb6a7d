import HTTPTypes
import NIOHPACK

/// The head of an HTTP/2 request: its pseudo-header fields (RFC 9113 section 8.3.1) and its fields.
struct HTTP2RequestHead {
    /// Why a block of fields is not a head.
    enum Failure: Error, Hashable {
        case missingMethod
        case badMethod
        case repeatedPseudoHeader
        case unknownPseudoHeader
        case misplacedPseudoHeader
    }

    let method: HTTPRequest.Method
    /// Empty where there is none.
    let path: String
    let authority: String?
    var headers: HTTPFields

    init(_ block: HPACKHeaders) throws(Failure) {
        var method: String?
        var scheme: String?
        var path: String?
        var authority: String?
        var extendedConnect: String?
        func set(_ place: inout String?, _ value: String) throws(Failure) {
            guard place == nil else { throw .repeatedPseudoHeader }
            place = value
        }
        var headers = HTTPFields()
        headers.reserveCapacity(block.count)
        var isPastPseudoHeaders = false
        for (name, value, _) in block {
            guard name.utf8.first == UInt8(ascii: ":") else {
                isPastPseudoHeaders = true
                if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
                continue
            }
            guard !isPastPseudoHeaders else { throw .misplacedPseudoHeader }
            switch name {
            case ":method": try set(&method, value)
            case ":scheme": try set(&scheme, value)
            case ":path": try set(&path, value)
            case ":authority": try set(&authority, value)
            case ":protocol": try set(&extendedConnect, value)
            default: throw .unknownPseudoHeader
            }
        }
        guard let method else { throw .missingMethod }
        guard let method = HTTPRequest.Method(method) else { throw .badMethod }
        self.method = method
        self.path = path ?? ""
        self.authority = authority
        self.headers = headers
    }

    /// Bytes of all names and values.
    var size: Int {
        headers.reduce(path.utf8.count + (authority ?? "").utf8.count) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }
    }
}

extension HTTPFields {
    /// The fields behind a body.
    init(trailers block: HPACKHeaders) throws(HTTP2RequestHead.Failure) {
        self.init()
        for (name, value, _) in block {
            guard name.utf8.first != UInt8(ascii: ":") else { throw .misplacedPseudoHeader }
            if let name = HTTPField.Name(name) { append(HTTPField(name: name, value: value)) }
        }
    }
}

extension HPACKHeaders {
    /// The head of an answer.
    init(status: HTTPResponse.Status, fields: HTTPFields) {
        self.init()
        reserveCapacity(fields.count + 1)
        add(name: ":status", value: String(status.code))
        add(fields)
    }

    mutating func add(_ fields: HTTPFields) {
        for field in fields { add(name: field.name.canonicalName, value: field.value) }
    }
}
