/// The maps `userMap()` looks names up in.
public struct UserMaps: Sendable {
    public init() {}
}
