/// The `if` / `elif` / `else` / `endif` blocks that enclose a line (HTCondor 25.14, condor_utils/config.cpp, `ConfigIfStack`).
package struct ConditionStack {
    private struct Block {
        var isEnabled: Bool
        /// Whether an earlier branch of the block was taken.
        var wasTaken: Bool
        var sawElse = false
    }

    /// HTCondor keeps the state of the blocks in the bits of a 64-bit word.
    package static let deepestNesting = 63

    private var blocks: [Block] = []

    package init() {}

    package var isInside: Bool { !blocks.isEmpty }

    /// Whether the line is in taken branches of all enclosing blocks.
    package var isEnabled: Bool { blocks.allSatisfy(\.isEnabled) }

    /// Whether the condition of an `elif` here must be evaluated.
    package var needsElif: Bool {
        guard let block = blocks.last else { return true }
        return !block.wasTaken && blocks.dropLast().allSatisfy(\.isEnabled)
    }

    /// Returns false if the blocks are nested too deep.
    package mutating func beginIf(_ condition: Bool) -> Bool {
        guard blocks.count < Self.deepestNesting else { return false }
        blocks.append(Block(isEnabled: condition, wasTaken: condition))
        return true
    }

    /// Why an `elif` is not allowed here; nil if it is.
    package mutating func beginElif(_ condition: Bool) -> String? {
        guard var block = blocks.popLast() else { return "elif without matching if" }
        defer { blocks.append(block) }
        if block.sawElse { return "elif is not allowed after else" }
        block.isEnabled = !block.wasTaken && condition
        block.wasTaken = block.wasTaken || condition
        return nil
    }

    /// Why an `else` is not allowed here; nil if it is.
    package mutating func beginElse() -> String? {
        guard var block = blocks.popLast() else { return "else without matching if" }
        defer { blocks.append(block) }
        if block.sawElse { return "else is not allowed after else" }
        block.sawElse = true
        block.isEnabled = !block.wasTaken
        return nil
    }

    /// Why an `endif` is not allowed here; nil if it is.
    package mutating func endIf() -> String? {
        blocks.popLast() == nil ? "endif without matching if" : nil
    }
}
