/// An operator of the expression language.
package enum Operator: UInt8, Sendable, Hashable, CaseIterable {
    case lessThan, lessOrEqual, notEqual, equal, greaterOrEqual, greaterThan
    /// `=?=`: true if both sides have the same type and value; never undefined.
    case identical
    /// `=!=`
    case notIdentical
    case plus, minus
    case add, subtract, multiply, divide, modulus
    case not, or, and
    case bitwiseNot, bitwiseOr, bitwiseXor, bitwiseAnd, shiftLeft, shiftRight, shiftRightUnsigned
    case parentheses, `subscript`
    /// `a ?: b`: `b` if `a` is undefined.
    case elvis
    /// `a ? b : c`
    case conditional

    @inline(__always)
    var isComparison: Bool { rawValue <= Operator.notIdentical.rawValue }

    /// How tightly a binary operator binds, from 1 (`||`) to 10 (`*`); 0 for anything but a left-associative binary operator.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .bitwiseOr: 3
        case .bitwiseXor: 4
        case .bitwiseAnd: 5
        case .equal, .notEqual, .identical, .notIdentical: 6
        case .lessThan, .lessOrEqual, .greaterThan, .greaterOrEqual: 7
        case .shiftLeft, .shiftRight, .shiftRightUnsigned: 8
        case .add, .subtract: 9
        case .multiply, .divide, .modulus: 10
        default: 0
        }
    }

    /// The operator between its operands, with the spaces that HTCondor writes.
    func text(_ syntax: ClassAdSyntax) -> StaticString {
        switch self {
        case .lessThan: " < "
        case .lessOrEqual: " <= "
        case .notEqual: " != "
        case .equal: " == "
        case .greaterOrEqual: " >= "
        case .greaterThan: " > "
        case .identical: syntax == .old ? " =?= " : " is "
        case .notIdentical: syntax == .old ? " =!= " : " isnt "
        case .plus: " +"
        case .minus: " -"
        case .add: " + "
        case .subtract: " - "
        case .multiply: " * "
        case .divide: " / "
        case .modulus: " % "
        case .not: " !"
        case .or: " || "
        case .and: " && "
        case .bitwiseNot: " ~"
        case .bitwiseOr: " | "
        case .bitwiseXor: " ^ "
        case .bitwiseAnd: " & "
        case .shiftLeft: " << "
        case .shiftRight: " >> "
        case .shiftRightUnsigned: " >>> "
        case .elvis, .conditional: " ?: "
        case .parentheses: " () "
        case .subscript: " [] "
        }
    }
}
