/// The punctuation used in grammars, by name.
extension ASCII {
    @inlinable package static var newline: UInt8 { UInt8(ascii: "\n") }
    @inlinable package static var dollar: UInt8 { UInt8(ascii: "$") }
    @inlinable package static var open: UInt8 { UInt8(ascii: "(") }
    @inlinable package static var close: UInt8 { UInt8(ascii: ")") }
    @inlinable package static var colon: UInt8 { UInt8(ascii: ":") }
    @inlinable package static var comma: UInt8 { UInt8(ascii: ",") }
    @inlinable package static var equals: UInt8 { UInt8(ascii: "=") }
    @inlinable package static var at: UInt8 { UInt8(ascii: "@") }
    @inlinable package static var plus: UInt8 { UInt8(ascii: "+") }
    @inlinable package static var minus: UInt8 { UInt8(ascii: "-") }
    @inlinable package static var hash: UInt8 { UInt8(ascii: "#") }
    @inlinable package static var percent: UInt8 { UInt8(ascii: "%") }
    @inlinable package static var backslash: UInt8 { UInt8(ascii: "\\") }
    @inlinable package static var quote: UInt8 { UInt8(ascii: "\"") }
    @inlinable package static var apostrophe: UInt8 { UInt8(ascii: "'") }
    @inlinable package static var slash: UInt8 { UInt8(ascii: "/") }
    @inlinable package static var dot: UInt8 { UInt8(ascii: ".") }
}
