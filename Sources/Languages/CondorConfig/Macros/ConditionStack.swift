/// The `if` / `elif` / `else` / `endif` blocks around a line.
struct ConditionStack {
    private struct Block {
        var isEnabled: Bool
        /// An earlier part of the block was taken.
        var wasTaken: Bool
        var sawElse = false
    }

    /// HTCondor keeps the state of the blocks in the bits of a 64-bit word.
    static let deepestNesting = 63

    private var blocks: [Block] = []

    var isInside: Bool { !blocks.isEmpty }

    /// All surrounding blocks are in a part that is taken.
    var isEnabled: Bool { blocks.allSatisfy(\.isEnabled) }

    /// The condition of an `elif` at this place decides something.
    var needsElif: Bool {
        guard let block = blocks.last else { return true }
        return !block.wasTaken && blocks.dropLast().allSatisfy(\.isEnabled)
    }

    /// false when the blocks are nested too deep.
    mutating func beginIf(_ condition: Bool) -> Bool {
        guard blocks.count < Self.deepestNesting else { return false }
        blocks.append(Block(isEnabled: condition, wasTaken: condition))
        return true
    }

    /// Why an `elif` cannot stand here; nil if all is well.
    mutating func beginElif(_ condition: Bool) -> String? {
        guard var block = blocks.popLast() else { return "elif without matching if" }
        defer { blocks.append(block) }
        if block.sawElse { return "elif is not allowed after else" }
        block.isEnabled = !block.wasTaken && condition
        block.wasTaken = block.wasTaken || condition
        return nil
    }

    mutating func beginElse() -> String? {
        guard var block = blocks.popLast() else { return "else without matching if" }
        defer { blocks.append(block) }
        if block.sawElse { return "else is not allowed after else" }
        block.sawElse = true
        block.isEnabled = !block.wasTaken
        return nil
    }

    mutating func endIf() -> String? {
        blocks.popLast() == nil ? "endif without matching if" : nil
    }
}
