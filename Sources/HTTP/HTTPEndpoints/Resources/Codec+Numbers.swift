import JSON

extension Codec where Value == Bool {
    package static var boolean: Codec {
        Codec(.boolean) { value, json in
            json.value(value)
        } read: { json, reader in
            if case .bool(let value) = json { value } else { reader.expected("true or false", insteadOf: json) }
        }
    }
}

extension Codec where Value: FixedWidthInteger & Sendable {
    /// Any integer that the type holds.
    package static var integer: Codec { integer(nil, nil) }
    package static func integer(_ range: ClosedRange<Int>) -> Codec { integer(Int64(range.lowerBound), Int64(range.upperBound)) }
    package static func integer(_ range: PartialRangeFrom<Int>) -> Codec { integer(Int64(range.lowerBound), nil) }

    private static func integer(_ minimum: Int64?, _ maximum: Int64?) -> Codec {
        let expectation =
            switch (minimum, maximum) {
            case (let low?, let high?): "an integer from \(low) to \(high)"
            case (let low?, nil): "an integer of at least \(low)"
            default: "an integer"
            }
        return Codec(.integer(minimum: minimum, maximum: maximum)) { value, json in
            json.value(value)
        } read: { json, reader in
            let number: Int64? =
                switch json {
                case .integer(let number): number
                // 5.0 is an integer as well (JSON Schema Core, section 4.2.3).
                case .number(let number): Int64(exactly: number)
                default: nil
                }
            guard let number, number >= minimum ?? .min, number <= maximum ?? .max, let value = Value(exactly: number) else {
                return reader.expected(expectation, insteadOf: json)
            }
            return value
        }
    }
}

extension Codec where Value == Double {
    /// A number. A value that is not finite is written as `null`.
    package static func number(minimum: Double? = nil, maximum: Double? = nil) -> Codec {
        let expectation =
            switch (minimum, maximum) {
            case (let low?, let high?): "a number from \(low) to \(high)"
            case (let low?, nil): "a number of at least \(low)"
            case (nil, let high?): "a number of at most \(high)"
            default: "a number"
            }
        return Codec(.number(minimum: minimum, maximum: maximum)) { value, json in
            if value.isFinite { json.value(value) } else { json.null() }
        } read: { json, reader in
            let number: Double? =
                switch json {
                case .integer(let number): Double(number)
                case .number(let number): number
                default: nil
                }
            guard let number, number >= minimum ?? -.infinity, number <= maximum ?? .infinity else {
                return reader.expected(expectation, insteadOf: json)
            }
            return number
        }
    }
}
