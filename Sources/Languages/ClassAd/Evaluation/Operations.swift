import Glibc
import Text

/// The operators on values (src/classad/operators.cpp). None of the operands may be a failure.
enum Operations {
    static func unary(_ op: Operator, _ value: EvalValue) -> EvalValue {
        switch (op, value) {
        case (_, .error): return .error
        case (_, .undefined): return .undefined
        case (.plus, .integer), (.plus, .real), (.plus, .relativeTime): return value
        case (.minus, .integer(let number)): return .integer(0 &- number)
        case (.minus, .real(let number)): return .real(-number)
        case (.minus, .relativeTime(let seconds)): return .relativeTime(-seconds)
        case (.bitwiseNot, .integer(let number)): return .integer(~number)
        case (.not, _): return value.booleanEquivalent.map { .boolean(!$0) } ?? .error
        default: return .error
        }
    }

    @inline(__always)
    static func binary(_ op: Operator, _ left: EvalValue, _ right: EvalValue) -> EvalValue {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return integers(op, a, b)
        case (.string(let a), .string(let b)) where op.isComparison: return .boolean(compare(op, a, b))
        default: return general(op, left, right)
        }
    }

    private static func general(_ op: Operator, _ left: EvalValue, _ right: EvalValue) -> EvalValue {
        switch op {
        case .and, .or: return logical(op, left, right)
        case .identical: return identical(left, right).map { .boolean($0) } ?? .error
        case .notIdentical: return identical(left, right).map { .boolean(!$0) } ?? .error
        default: break
        }
        if left.isError || right.isError { return .error }
        if left.isUndefined || right.isUndefined { return .undefined }
        switch op {
        case .lessThan, .lessOrEqual, .notEqual, .equal, .greaterOrEqual, .greaterThan:
            return comparison(op, left, right)
        case .add, .subtract, .multiply, .divide, .modulus:
            return arithmetic(op, left, right)
        default:
            guard case .integer(let a) = left, case .integer(let b) = right else { return .error }
            return integers(op, a, b)
        }
    }

    private static func integers(_ op: Operator, _ a: Int64, _ b: Int64) -> EvalValue {
        switch op {
        case .add: return .integer(a &+ b)
        case .subtract: return .integer(a &- b)
        case .multiply: return .integer(a &* b)
        case .divide:
            if b == 0 { return .error }
            return .integer(a == .min && b == -1 ? .max : a / b)
        case .modulus:
            if b == 0 { return .error }
            return .integer(b == -1 ? 0 : a % b)
        case .bitwiseOr: return .integer(a | b)
        case .bitwiseXor: return .integer(a ^ b)
        case .bitwiseAnd: return .integer(a & b)
        case .shiftLeft: return .integer(a &<< b)
        case .shiftRight:
            if a >= 0 { return .integer(a &>> b) }
            return .integer(b <= 0 ? a : a >> min(64, b))
        case .shiftRightUnsigned:
            if a >= 0 { return .integer(a &>> b) }
            return .integer(((a >> 1) & .max) &>> (b &- 1))
        case .and, .or:
            return logical(op, .integer(a), .integer(b))
        default:
            return .boolean(ordered(op, a, b))
        }
    }

    @inline(__always)
    private static func ordered<Number: Comparable>(_ op: Operator, _ a: Number, _ b: Number) -> Bool {
        switch op {
        case .lessThan: a < b
        case .lessOrEqual: a <= b
        case .equal, .identical: a == b
        case .notEqual, .notIdentical: a != b
        case .greaterThan: a > b
        case .greaterOrEqual: a >= b
        default: false
        }
    }

    /// Compares strings as bytes: exactly for `=?=`, otherwise without regard to ASCII case.
    private static func compare(_ op: Operator, _ a: String, _ b: String) -> Bool {
        if op == .identical { return a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8) }
        if op == .notIdentical { return !a.utf8.elementsEqual(b.utf8) }
        let difference = a.withClassAdBytes { a in b.withClassAdBytes { ASCII.compareIgnoringCase(a, $0) } }
        return ordered(op, difference, 0)
    }

    /// `=?=`; nil (error) for two lists or two ads.
    private static func identical(_ left: EvalValue, _ right: EvalValue) -> Bool? {
        switch (left, right) {
        case (.undefined, .undefined), (.error, .error): return true
        case (.boolean(let a), .boolean(let b)): return a == b
        case (.integer(let a), .integer(let b)): return a == b
        case (.real(let a), .real(let b)): return a == b
        case (.string(let a), .string(let b)): return compare(.identical, a, b)
        case (.absoluteTime(let a), .absoluteTime(let b)): return a == b
        case (.relativeTime(let a), .relativeTime(let b)): return a == b
        case (.list(let a), .list(let b)): return a.isShared == b.isShared ? nil : false
        case (.ad(let a), .ad(let b)): return a.isShared == b.isShared ? nil : false
        default: return false
        }
    }

    private static func comparison(_ op: Operator, _ left: EvalValue, _ right: EvalValue) -> EvalValue {
        switch (left, right) {
        case (.absoluteTime(let a), .absoluteTime(let b)): return .boolean(ordered(op, a.seconds, b.seconds))
        case (.relativeTime(let a), .relativeTime(let b)): return .boolean(ordered(op, a, b))
        default: break
        }
        switch Numbers(left, right) {
        case .integers(let a, let b): return .boolean(ordered(op, a, b))
        case .reals(let a, let b): return .boolean(ordered(op, a, b))
        case nil: return .error
        }
    }

    /// Two numbers or booleans, converted to the same type.
    private enum Numbers {
        case integers(Int64, Int64)
        case reals(Double, Double)

        init?(_ left: EvalValue, _ right: EvalValue) {
            func promoted(_ value: EvalValue) -> EvalValue {
                if case .boolean(let truth) = value { return .integer(truth ? 1 : 0) }
                return value
            }
            switch (promoted(left), promoted(right)) {
            case (.integer(let a), .integer(let b)): self = .integers(a, b)
            case (.integer(let a), .real(let b)): self = .reals(Double(a), b)
            case (.real(let a), .integer(let b)): self = .reals(a, Double(b))
            case (.real(let a), .real(let b)): self = .reals(a, b)
            default: return nil
            }
        }
    }

    private static func arithmetic(_ op: Operator, _ left: EvalValue, _ right: EvalValue) -> EvalValue {
        switch Numbers(left, right) {
        case .integers(let a, let b): return integers(op, a, b)
        case .reals(let a, let b): return reals(op, a, b)
        case nil: return times(op, left, right)
        }
    }

    private static func reals(_ op: Operator, _ a: Double, _ b: Double) -> EvalValue {
        let result: Double
        switch op {
        case .add: result = a + b
        case .subtract: result = a - b
        case .multiply: result = a * b
        case .divide: result = a / b
        default: return .error
        }
        return result == .infinity ? .error : .real(result)
    }

    private static func times(_ op: Operator, _ left: EvalValue, _ right: EvalValue) -> EvalValue {
        switch (left, op, right) {
        case (.absoluteTime(let time), .add, .relativeTime(let seconds)), (.relativeTime(let seconds), .add, .absoluteTime(let time)):
            return .absoluteTime(AbsoluteTime(seconds: time.seconds &+ Int64(truncatedInt32(seconds)), offset: time.offset))
        case (.absoluteTime(let time), .subtract, .relativeTime(let seconds)):
            return .absoluteTime(AbsoluteTime(seconds: time.seconds &- Int64(truncatedInt32(seconds)), offset: time.offset))
        case (.absoluteTime(let a), .subtract, .absoluteTime(let b)):
            return .relativeTime(Double(a.seconds &- b.seconds))
        case (.relativeTime(let a), .add, .relativeTime(let b)): return .relativeTime(a + b)
        case (.relativeTime(let a), .subtract, .relativeTime(let b)): return .relativeTime(a - b)
        case (.relativeTime(let seconds), .multiply, .integer(let factor)): return .relativeTime(seconds * Double(factor))
        case (.relativeTime(let seconds), .divide, .integer(let factor)): return .relativeTime(seconds / Double(factor))
        case (.relativeTime(let seconds), .multiply, .real(let factor)): return .relativeTime(seconds * factor)
        case (.relativeTime(let seconds), .divide, .real(let factor)): return .relativeTime(seconds / factor)
        case (.integer(let factor), .multiply, .relativeTime(let seconds)): return .relativeTime(Double(factor) * seconds)
        case (.real(let factor), .multiply, .relativeTime(let seconds)): return .relativeTime(factor * seconds)
        default: return .error
        }
    }

    /// Converts two numbers to the same type, as HTCondor does with the operands of a comparison.
    static func promote(_ left: inout EvalValue, _ right: inout EvalValue) {
        switch Numbers(left, right) {
        case .integers(let a, let b): (left, right) = (.integer(a), .integer(b))
        case .reals(let a, let b): (left, right) = (.real(a), .real(b))
        case nil: break
        }
    }

    private static func logical(_ op: Operator, _ left: EvalValue, _ right: EvalValue) -> EvalValue {
        func truth(_ value: EvalValue) -> EvalValue {
            switch value {
            case .undefined, .error, .boolean: value
            default: value.booleanEquivalent.map { .boolean($0) } ?? .error
            }
        }
        // The value that decides the result: true for ||, false for &&.
        let decisive = op == .or
        let second = truth(right)
        switch truth(left) {
        case .boolean(let first):
            if case .error = second, !isTruthValue(right) { return .error }
            return first == decisive ? .boolean(decisive) : second
        case .undefined:
            guard case .boolean(let value) = second else { return second }
            return value == decisive ? .boolean(decisive) : .undefined
        default:
            return .error
        }
    }

    private static func isTruthValue(_ value: EvalValue) -> Bool {
        switch value {
        case .undefined, .error, .boolean, .integer, .real: true
        default: false
        }
    }
}
