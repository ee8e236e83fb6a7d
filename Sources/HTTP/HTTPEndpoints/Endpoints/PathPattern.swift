/// The path of an endpoint: literal segments, `{name}` for one segment, and, as the last one, `{name...}` for one or more.
package struct PathPattern: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation, CustomStringConvertible {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
        case rest(String)
    }

    let segments: [Segment]
    /// Whether the pattern was written with a slash at its end.
    let hasTrailingSlash: Bool

    /// A pattern written as `/api/v1/jobs/{id}`. What is written must be a pattern: this is for source code, not for input.
    package init(_ text: String) {
        precondition(text.first == "/", "a path pattern starts with a slash: \(text)")
        if text == "/" {
            segments = []
            hasTrailingSlash = false
            return
        }
        hasTrailingSlash = text.last == "/"
        segments = text.dropFirst().dropLast(hasTrailingSlash ? 1 : 0).split(separator: "/", omittingEmptySubsequences: false).map { part in
            guard part.first == "{", part.last == "}" else {
                precondition(!part.isEmpty && !part.contains("{"), "a segment of \(text) is neither literal nor a parameter")
                return .literal(String(part))
            }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
        for segment in segments.dropLast() {
            if case .rest = segment { preconditionFailure("only the last segment of \(text) can take several") }
        }
        if hasTrailingSlash, case .rest? = segments.last { preconditionFailure("a slash behind several segments of \(text) means nothing") }
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// The pattern as it appears in an OpenAPI document.
    package var description: String {
        if segments.isEmpty { return "/" }
        let text = segments.reduce(into: "") { text, segment in
            switch segment {
            case .literal(let name): text += "/" + name
            case .parameter(let name), .rest(let name): text += "/{" + name + "}"
            }
        }
        return hasTrailingSlash ? text + "/" : text
    }

    /// Names of the parameters in order.
    package var parameterNames: [String] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }

    /// The pattern below a prefix.
    package static func + (prefix: PathPattern, suffix: PathPattern) -> PathPattern {
        PathPattern(segments: prefix.segments + suffix.segments, hasTrailingSlash: suffix.hasTrailingSlash)
    }

    private init(segments: [Segment], hasTrailingSlash: Bool) {
        self.segments = segments
        self.hasTrailingSlash = hasTrailingSlash
    }
}
