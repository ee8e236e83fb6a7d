/// The surroundings of the macros in a text: the values of names, the environment, the directory. The two languages differ only in these.
package protocol MacroSource {
    /// Prefixes under which a name is looked up first: `NAME` as `PREFIX.NAME`. An assignment to `PREFIX.NAME` may refer to itself as `$(NAME)`.
    var prefixes: [[UInt8]] { get }

    /// The directory that `$Ff()` completes relative paths with; nil, as in configurations, leaves them as they are.
    var directory: [UInt8]? { get }

    /// The unexpanded value of a name, or its default; nil if it has neither.
    func value(of name: ArraySlice<UInt8>) -> [UInt8]?

    /// A variable of the environment; nil if it is not set.
    ///
    /// - Throws: where the environment is out of reach.
    func environmentVariable(_ name: String) throws(MacroError) -> String?

    /// A random number from 0 to `count` - 1. `count` is positive.
    func randomNumber(below count: Int) -> Int
}
