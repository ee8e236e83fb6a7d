/// The environment of the macros in a text: values of names, environment variables, the directory. The two languages differ only in these.
package protocol MacroSource {
    /// Prefixes under which a name is looked up first: `NAME` as `PREFIX.NAME`. An assignment to `PREFIX.NAME` may refer to itself as `$(NAME)`.
    var prefixes: [[UInt8]] { get }

    /// The directory with which `$Ff()` completes relative paths. Nil, as in configurations, leaves them unchanged.
    var directory: [UInt8]? { get }

    /// The unexpanded value of a name, or its default; nil if it has neither.
    func value(of name: ArraySlice<UInt8>) -> [UInt8]?

    /// An environment variable; nil if it is not set.
    ///
    /// - Throws: if the environment must not be accessed.
    func environmentVariable(_ name: String) throws(MacroError) -> String?

    /// A random number from 0 to `count` - 1. `count` is positive.
    func randomNumber(below count: Int) -> Int
}
