/// Numbers that are the same for the same seed everywhere (SplitMix64), so that a random test that failed can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is at least 1.
    public mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next() % UInt64(bound))
    }

    /// One of the elements, of which there is at least one.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// True with the given chance in percent.
    public mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }

    public mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A changed copy of a good input: bytes replaced, removed, inserted, cut off, or a length field made wild.
    public mutating func mutated(_ input: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0..<(1 + below(3)) {
            guard !bytes.isEmpty else { return self.bytes(below(20)) }
            let index = below(bytes.count)
            switch below(7) {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: next())
            case 1: bytes[index] ^= 1 << UInt8(below(8))
            case 2: bytes.removeSubrange(index..<min(bytes.count, index + 1 + below(9)))
            case 3: bytes.insert(contentsOf: self.bytes(1 + below(9)), at: index)
            case 4: bytes.removeLast(bytes.count - index)
            case 5:
                let wild: [Int64] = [0, 1, -1, .max, .min, 0x7FFF_FFFF, 0x1_0000_0000, 256, 10_000_000, 1_000_001]
                let value = wild[below(wild.count)]
                for offset in 0..<8 where index + offset < bytes.count {
                    bytes[index + offset] = UInt8(truncatingIfNeeded: value >> (56 - 8 * offset))
                }
            default:
                let other = below(bytes.count)
                bytes.swapAt(index, other)
            }
        }
        return bytes
    }
}
