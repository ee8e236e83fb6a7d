import MacroLanguage
import Testing

@Suite struct StatementTests {
    private func lines(_ text: String, _ lastLine: LogicalLineReader.LastLine, comments: Bool = false) -> [String] {
        var reader = LogicalLineReader(Array(text.utf8), longestLine: 100, lastLine: lastLine)
        reader.commentsContinue = comments
        var result: [String] = []
        while let line = reader.next() { result.append(String(decoding: line.bytes, as: UTF8.self)) }
        return result
    }

    @Test func linesContinue() {
        #expect(lines(" a \\\n  b\\\n#c \nd\n", .asItStands) == ["a bc", "d"])
        #expect(lines("# a \\\nb\n", .asItStands) == ["# a ", "b"])
        #expect(lines("# a \\\nb\n", .asItStands, comments: true) == ["# a b"])
        #expect(lines("a\\\n\n\nb", .asItStands) == ["a", "", "b"])
    }

    /// condor_submit 25.14.1 refuses "  queue 2" and "queue \\" as last lines without a newline, since it neither trims nor continues them.
    @Test func aLastLineWithoutItsEnd() {
        #expect(lines("a\n  b \\", .asItStands) == ["a", "  b \\"])
        #expect(lines("a\n  b \\", .asOthers) == ["a", "b "])
        var reader = LogicalLineReader(Array("a\nb".utf8), longestLine: 100, lastLine: .asItStands)
        while reader.next() != nil {}
        #expect(reader.lineNumber == 1)
    }

    @Test func linesTellTheirPlaces() throws {
        var reader = LogicalLineReader(Array("  ab \\\n   cd\nx\n".utf8), textIndex: 3, longestLine: 100, lastLine: .asOthers)
        let first = reader.next()
        let line = try #require(first)
        #expect(line.map.position(of: 1) == SourcePosition(text: 3, line: 1, column: 4))
        #expect(line.map.position(of: 4) == SourcePosition(text: 3, line: 2, column: 5))
        #expect(line.lastLine == 2 && line.indentation == nil && line.source == 7..<12)
        #expect(line.map.dropping(3).first == SourcePosition(text: 3, line: 2, column: 4))
        #expect(reader.next()?.indentation == 0)
    }

    @Test func longLinesAreToldAndPassed() throws {
        let long = String(repeating: "y", count: 60)
        var reader = LogicalLineReader(Array("\(long)\\\n\(long)\\\nz\nnext\n".utf8), longestLine: 100, lastLine: .asOthers)
        let first = reader.next()
        let line = try #require(first)
        #expect(line.isTooLong && line.bytes.count == 100)
        #expect(reader.next()?.bytes == Array("next".utf8))
    }

    @Test func statementsAreCutAtTheirOperators() throws {
        func statement(_ text: String) -> MacroStatement? { MacroStatement(Array(text.utf8)) }
        func parts(_ text: String) throws -> (String, MacroStatement.Operation?, String) {
            let statement = try #require(statement(text))
            return (String(decoding: statement.name, as: UTF8.self), statement.operation, String(decoding: statement.value, as: UTF8.self))
        }
        #expect(try parts("a = b = c") == ("a", .assign, "b = c"))
        #expect(try parts("a=b") == ("a", .assign, "b"))
        #expect(try parts("a : b") == ("a", .colon, "b"))
        #expect(try parts("a @= end") == ("a", .hereDocument, "end"))
        #expect(try parts("a +&&= b") == ("a", .append(separator: Array(" && ".utf8)), "b"))
        #expect(try parts("a +,= b") == ("a", .append(separator: Array(",".utf8)), "b"))
        #expect(try parts("a += b") == ("a", .append(separator: [0x20]), "b"))
        #expect(try parts("a @ b").1 == nil)
        #expect(try parts("queue 2").1 == nil)
        #expect(statement("queue") == nil)
        #expect(try #require(statement("queue x in = a")).hasWordsBeforeOperator)
        let include = try #require(statement("@include command into f : ls"))
        #expect(include.keyword == .include && include.keywordText.elementsEqual("command into f".utf8))
    }

    /// condor_submit 25.14.1 takes words behind those it knows.
    @Test func optionsOfInclude() throws {
        func options(_ text: String) -> IncludeOptions? { IncludeOptions(Array(text.utf8)[...]) }
        #expect(options("")?.isCommand == false)
        #expect(options("ifexist")?.mayBeMissing == true)
        let command = try #require(options("ifexists command into f g"))
        #expect(command.isCommand && command.mayBeMissing && command.into == Array("f".utf8))
        #expect(options("command foo bar")?.isCommand == true)
        #expect(options("command into") == nil)
        #expect(options("nonsense") == nil)
    }

    @Test func argumentsOfMetaknobs() throws {
        var position = 0
        let text = Array("A, B(x, (y,z)) ,C".utf8)
        var uses: [MetaknobUse] = []
        while let use = MetaknobUse(text, from: &position) { uses.append(use) }
        #expect(uses.map { String(decoding: $0.name, as: UTF8.self) } == ["A", "B", "C"])
        var budget = MacroBudget()
        let template = "$(1) $(2) $(4:d) $(1?)$(9?) $(0#) $(2+) <$(0)>"
        let expanded = try uses[1].expand(Array(template.utf8), &budget)
        #expect(String(decoding: expanded, as: UTF8.self) == "x (y d 10 3 (y,z) <x, (y,z)>")
    }
}
