/// The arguments of a call, not evaluated.
struct FunctionArguments {
    let arena: Arena
    let first: Int
    let count: Int
    let lexical: Scope?
}

extension Evaluator {
    mutating func call(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        .error
    }
}
