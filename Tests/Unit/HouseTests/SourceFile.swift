/// One Swift file of the house, as the rules read it.
struct SourceFile: Sendable {
    /// The path below `Sources`, such as `Languages/ClassAd/JSON/AdWriter.swift`.
    let path: String
    /// The words of the code, without comments and string literals.
    private let words: [Word]

    private struct Word: Sendable {
        var text: String
        /// Whether a dot stands before it.
        var isMember: Bool
        var beginsLine: Bool
        /// Whether its line begins with spaces.
        var isIndented: Bool
    }

    init(path: String, text: String) {
        self.path = path
        words = Self.words(of: Self.withoutCommentsAndStrings(text))
    }

    /// `Languages`, `ClassAd` and what lies below the module.
    var storey: String { component(0) }
    var module: String { component(1) }

    /// The folder directly below the module; empty for files that lie in the module's own folder.
    var folder: String {
        let parts = path.split(separator: "/")
        return parts.count > 3 ? String(parts[2]) : ""
    }

    private func component(_ index: Int) -> String {
        let parts = path.split(separator: "/")
        return index < parts.count ? String(parts[index]) : ""
    }

    /// The modules that the file imports.
    var imports: [String] {
        var modules: [String] = []
        for (index, word) in words.enumerated() where word.text == "import" {
            let kinds: Set = ["struct", "class", "enum", "func", "let", "var", "protocol", "typealias"]
            var name = index + 1
            if name + 1 < words.count, kinds.contains(words[name].text), !words[name + 1].beginsLine { name += 1 }
            if name < words.count { modules.append(words[name].text) }
        }
        return modules
    }

    /// The names of the types that the file declares at its outermost level.
    var declaredTypes: Set<String> { Set(declarations.filter(\.isOutermost).map(\.name)) }

    /// The names of all types that the file declares, nested ones included.
    var allDeclaredTypes: Set<String> { Set(declarations.map(\.name)) }

    /// All words that begin with a capital letter and are no member of something else.
    var usedNames: Set<String> {
        Set(words.filter { !$0.isMember && ($0.text.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false) }.map(\.text))
    }

    /// Whether something is declared `public`.
    var hasPublicDeclaration: Bool { words.contains { $0.text == "public" } }

    private var declarations: [(name: String, isOutermost: Bool)] {
        let keywords: Set = ["struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype"]
        return words.indices.compactMap { index in
            guard keywords.contains(words[index].text), index + 1 < words.count, words[index + 1].text.first?.isUppercase == true else { return nil }
            return (words[index + 1].text, !words[index].isIndented)
        }
    }

    private static func words(of code: String) -> [Word] {
        var words: [Word] = []
        var bytes: [UInt8] = []
        var previous = UInt8(ascii: "\n")
        var beforeWord = UInt8(ascii: "\n")
        var beginsLine = true
        var isIndented = false
        var lineHasWord = false
        for byte in code.utf8 + [UInt8(ascii: "\n")] {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), 0x80...:
                if bytes.isEmpty {
                    beforeWord = previous
                    beginsLine = !lineHasWord
                    if beginsLine { isIndented = previous == UInt8(ascii: " ") }
                    lineHasWord = true
                }
                bytes.append(byte)
            default:
                if !bytes.isEmpty {
                    let text = String(decoding: bytes, as: UTF8.self)
                    words.append(Word(text: text, isMember: beforeWord == UInt8(ascii: "."), beginsLine: beginsLine, isIndented: isIndented))
                    bytes.removeAll(keepingCapacity: true)
                }
                if byte == UInt8(ascii: "\n") { lineHasWord = false }
            }
            previous = byte
        }
        return words
    }

    /// Keeps the line ends, so that declarations still begin their lines.
    private static func withoutCommentsAndStrings(_ text: String) -> String {
        let source = Array(text.utf8)
        var kept: [UInt8] = []
        kept.reserveCapacity(source.count)
        var index = 0
        func starts(_ word: String, at place: Int) -> Bool {
            place + word.utf8.count <= source.count && source[place..<place + word.utf8.count].elementsEqual(word.utf8)
        }
        while index < source.count {
            let byte = source[index]
            if byte != UInt8(ascii: "/"), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "#") {
                kept.append(byte)
                index += 1
            } else if starts("//", at: index) {
                while index < source.count, source[index] != UInt8(ascii: "\n") { index += 1 }
            } else if starts("/*", at: index) {
                while index < source.count, !starts("*/", at: index) { index += 1 }
                index += 2
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") && hashes(source, index) != nil {
                let hashCount = hashes(source, index) ?? 0
                let fence = String(repeating: "#", count: hashCount)
                index += hashCount
                let quote = starts("\"\"\"", at: index) ? "\"\"\"" : "\""
                index += quote.utf8.count
                while index < source.count, !starts(quote + fence, at: index) {
                    if starts("\\" + fence, at: index) { index += 1 + hashCount }
                    index += 1
                }
                index += quote.utf8.count + hashCount
                kept += Array("\"\"".utf8)
            } else {
                kept.append(byte)
                index += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The number of `#` before a string's first quote; nil where no string begins.
    private static func hashes(_ source: [UInt8], _ start: Int) -> Int? {
        var index = start
        while index < source.count, source[index] == UInt8(ascii: "#") { index += 1 }
        return index < source.count && source[index] == UInt8(ascii: "\"") ? index - start : nil
    }
}
