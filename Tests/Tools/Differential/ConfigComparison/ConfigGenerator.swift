import SeededGeneration

/// Random configurations: what people write, what they get wrong, and what nobody would write.
struct ConfigGenerator {
    struct Files {
        /// Content by name; `main` is the root.
        var content: [String: String] = [:]
        var environment: [String: String] = [:]
        var subsystem: String?
        var localName: String?
    }

    /// The names that are asked for.
    static let names =
        (0..<8).map { "A\($0)" }
        + [
            "a1", "TOOL.A1", "SCHEDD.A1", "ONE.A2", "COLLECTOR_HOST", "DAEMON_LIST", "START", "HOUR", "MAX_JOBS_RUNNING", "SLOT_TYPE_1",
            "STARTD_CRON_JOBLIST", "x.y", "p/q", "WANT_HOLD_REASON", "LOCAL_CONFIG_FILE", "R0",
        ]

    private var random: SeededGenerator
    private let folder: String
    private var files: [String] = []
    /// Broken lines are allowed.
    private var mayBreak = false

    init(seed: UInt64, folder: String) {
        random = SeededGenerator(seed: seed)
        self.folder = folder
    }

    mutating func configuration() -> Files {
        var result = Files()
        mayBreak = random.chance(30)
        files = []
        for index in 0..<random.number(0...3) {
            let name = random.pick(["inc", "d/10-x", "d/20.y~", "sp ace"]) + "\(index)"
            result.content[name] = text(lines: random.number(0...6))
            files.append(name)
        }
        result.content["main"] = text(lines: random.number(1...20))
        if random.chance(20) { result.environment["_CONDOR_\(random.pick(Self.names))"] = value(below: 8) }
        if random.chance(10) { result.environment["_condor_A\(random.number(0...3))"] = "env$(A9)" }
        result.environment["MY_VAR"] = "hello"
        if random.chance(20) { result.subsystem = random.pick(["SCHEDD", "STARTD", "MASTER", "COLLECTOR", "NOSUCH"]) }
        if random.chance(15) { result.localName = random.pick(["ONE", "one", "SCHEDD"]) }
        return result
    }

    private mutating func text(lines: Int) -> String {
        var result = ""
        for _ in 0..<lines { result += statement(depth: 0) }
        if random.chance(5), !result.isEmpty { result.removeLast() }
        if random.chance(5) { result = String(result.map { $0 == "\n" ? "\r\n" : $0 }) }
        return result
    }

    private mutating func statement(depth: Int) -> String {
        switch random.number(0...99) {
        case 0..<45: return assignment()
        case 45..<52:
            return
                "\(space())A\(random.number(0...7))\(random.pick([" +=", " +,=", " +&&=", "  +||=", " +;=", " +*="]))\(space())\(value(below: 3))\n"
        case 52..<57: return hereDocument()
        case 57..<61: return continued()
        case 61..<65: return random.pick(["# comment\n", "\n", "  \t\n", "# ends in \\\n", "[section]\n", "  # c = 1\n", "#opt:newcomment\n"])
        case 65..<78: return depth < 3 ? conditional(depth: depth) : assignment()
        case 78..<88: return metaknob()
        case 88..<92: return include()
        case 92..<94: return "A\(random.number(0...7)) : \(value(below: 2))\n"
        case 94..<95: return "warning : \(value(below: 4))\n"
        case 95..<96:
            let file = files.isEmpty ? "/dev/null" : "\(folder)/" + (random.pick(files).split(separator: " ").first.map(String.init) ?? "")
            return "LOCAL_CONFIG_FILE = \(file)\nREQUIRE_LOCAL_CONFIG_FILE = false\n"
        case 96..<97: return "LOCAL_CONFIG_DIR = \(folder)/d\n"
        default: return mayBreak ? broken() : assignment()
        }
    }

    private mutating func space() -> String { random.pick(["", " ", " ", " ", "  ", "\t"]) }

    private mutating func assignment() -> String {
        let index = random.number(0...7)
        let name = random.pick([
            "A\(index)", "A\(index)", "A\(index)", "A\(index)", "a\(index)", "TOOL.A\(index)", "SCHEDD.A\(index)", "ONE.A\(index)",
            "STARTD.A\(index)", "x.y", "p/q", "R0", "COLLECTOR_HOST", "HOUR", "MAX_JOBS_RUNNING", "$(A0)", "A$(NONE)\(index)", "tool.a\(index)",
        ])
        return "\(space())\(name)\(space())=\(space())\(value(below: index, myself: name))\(space())\n"
    }

    /// A value that refers only to names below `index`, so that nothing goes round in circles.
    private mutating func value(below index: Int, myself: String? = nil) -> String {
        var result = ""
        for _ in 0..<random.number(0...4) { result += piece(below: index, myself: myself) }
        return result
    }

    private mutating func reference(below index: Int) -> String {
        index > 0 && random.chance(80) ? "A\(random.number(0...(index - 1)))" : random.pick(["NONE", "HOUR", "MINUTE", "x.y", "UNDEFD"])
    }

    private let integerFormats = [
        "", ",%d", ",%05d", ",%x", ", %d", ",%s", ",%d%d", ",%-6dx", ",%%", ",%1001d", ",%-60dx", ",%.70d", ",%Ld", ",%d%k", ",%d%", ",%qd",
    ]

    private mutating func piece(below index: Int, myself: String?) -> String {
        let name = reference(below: index)
        switch random.number(0...32) {
        case 0...5:
            return random.pick([
                "a", "word", "1", "42", "-7", "2.5", "true", "a b", ",", ", ", "x,y,z", "/a/b.c/d.tar.gz", "\"q s\"", "é", "#", "\\", "{}", "=",
                "'s'",
            ])
        case 6...10: return "$(\(name))"
        case 11: return "$(\(name):\(random.pick(["d", "", "a,b", "$(MINUTE)", "x y", "a:b", "a-b", "$(NONE:e)"])))"
        case 12: return myself.map { "$(\($0))" } ?? "$()"
        case 13:
            return random.pick([
                "$", "$$", "$$(\(name))", "$(DOLLAR)", "$(dollar)(\(name))", "$( \(name))", "${\(name)}", "$(", ")", "$X(\(name))", "$$([1])",
            ])
        case 14: return "$ENV(\(random.pick(["MY_VAR", "NO_SUCH", "NO_SUCH:d", "HOME:x", ""])))"
        case 15: return "$INT(\(name)\(random.pick(integerFormats)))"
        case 16: return "$REAL(\(name)\(random.pick(["", ",%.2f", ",%g", ",%e", ",%d", ",%10.3f", ",%.70f", ",%lf"])))"
        case 17: return "$STRING(\(name)\(random.pick(["", ",%s", ",%10s", ",%-4s|", ",%.2s", ",%d", ",%1001s", ",%05s", ",%-1100s|"])))"
        case 18: return "$EVAL(\(random.pick([name, "1 + 2", "strcat(\"a\";\"b\")", "{1;2}", "undefined", "1 +", "\(name) + 1"])))"
        case 19: return "$CHOICE(\(random.pick(["0", "1", "2", name, "9", "-1", ""])),\(random.pick(["a,b,c", name, "a", "x, y", "a,,b"])))"
        case 20:
            return
                "$SUBSTR(\(name),\(random.pick(["1", "-2", "0,3", "1,-1", "2,2", "99", "", "a", "\(name)", "-3,2", "0,2147483647", "2147483647"])))"
        case 21: return "$RANDOM_INTEGER(\(random.pick(["5,5", "3,3,1", "7", "a,b", "1,1,0", "3,3,x", "4,4,-1", "9,2"])))"
        case 22: return "$RANDOM_CHOICE(\(random.pick(["k-k", "k-k,k-k", "k-k , k-k", ""])))"
        case 23...25:
            // More than one `d` can make the real one read where it should not.
            var letters = (0..<random.number(0...4)).map { _ in random.pick(["p", "n", "x", "q", "a", "b", "u", "w", "P", "N", "X"]) }
            if random.chance(30) { letters.append("d") }
            return "$F\(letters.joined())(\(random.pick([name, name, "/u/v w/f.t.g", "plain", ".hid", "d/", "\"/q/r s.t\"", "a\\b/c.d"])))"
        case 26: return "$BASENAME(\(name)\(random.pick(["", ",.gz", ", .tar.GZ", ",x"])))"
        case 27: return "$DIRNAME(\(name))"
        case 28: return "$INT(\(random.pick(["3 * 4", "7/2", "true", "1K", "10 ", "1e3", "(2)", "1e30"])))"
        case 29: return "$REAL(\(random.pick(["1/3.0", "2", "1e3", ".5", "x", "5."])))"
        case 30: return "$(\(name)$(\(name)))"
        case 31: return " "
        default: return "$(A9:$(\(name)))"
        }
    }

    private mutating func hereDocument() -> String {
        let index = random.number(0...7)
        var text = "A\(index) @=\(random.pick(["end", " end", "1", "END tag", ""]))\n"
        let tag = String(text.dropFirst("A0 @=".count).dropLast()).trimmed
        for _ in 0..<random.number(0...3) {
            text += random.pick(["line", "  indented", "# no", "", "$(A0) x", "@other", "a \\\n  b", "if true", "$(A\(index))"]) + "\n"
        }
        return text + "@\(tag)\n"
    }

    private mutating func continued() -> String {
        let index = random.number(0...7)
        var text = "A\(index) = first"
        for _ in 0..<random.number(1...3) {
            text += random.pick([" \\\n", "\\\n", "\\  \n", " \\\n  ", "\\\n\\\n"]) + random.pick(["next", "  next", "$(A0)", "", "B = 2", "x # c"])
        }
        return text + "\n"
    }

    private mutating func condition() -> String {
        let name = random.pick(Self.names)
        let simple = random.pick([
            "true", "false", "TRUE", "1", "0", "0.0", "1.5", "-1", "yes", "no", "t", "F", "defined \(name)", "defined NONE", "defined $(\(name))",
            "defined", "$(NONE)", "$(NONE:1)", "version >= 8.1.2", "version < 99.0", "version == 25.14", "version != 25.14.1", "version > v9.0.1",
            "defined use ROLE:Submit", "defined use NONE", "defined use FEATURE", "defined MASTER.IsMaster", "! false", "!1", "defined 5",
            "defined yes",
            "defined use ROLE:", "$(HOUR)",
        ])
        guard mayBreak, random.chance(25) else { return simple }
        return random.pick([
            "", "1 > 0", "\(name) == 1", "version > 8", "version", "defined \(name) x", "not true", "true && true", "$(\(name))", "maybe", "1.2.3",
            "1e5", "version >= 8.1.2 x", "defined a:b", "-", "version >", "versionx > 8.0", "e", "1e", "a.", "defined use ROLE:Submit x", "5 6",
        ])
    }

    private mutating func conditional(depth: Int) -> String {
        var text = "\(space())\(random.pick(["if", "IF", "if", "If"])) \(condition())\n"
        func body(_ generator: inout ConfigGenerator) -> String {
            (0..<generator.random.number(0...3)).map { _ in generator.statement(depth: depth + 1) }.joined()
        }
        text += body(&self)
        for _ in 0..<random.number(0...2) { text += "elif \(condition())\n" + body(&self) }
        if random.chance(50) { text += random.pick(["else\n", "else # x\n", "ELSE\n"]) + body(&self) }
        if mayBreak, random.chance(5) { return text }
        return text + random.pick(["endif\n", "endif x\n", "  endif\n"])
    }

    private mutating func metaknob() -> String {
        let argument = random.pick([
            "", "()", "(1)", "(2, 50%)", "( a , b , c)", "(x,,y)", "(KeyboardIdle < 5, 42, too busy)", "(a(b,c), d)", "(,)", "(foo, /a/b)",
        ])
        let knob = random.pick([
            "ROLE : Submit", "ROLE:Execute", "ROLE : CentralManager", "role:personal", "ROLE: Submit, Execute",
            "FEATURE:PartitionableSlot\(argument)",
            "FEATURE : StaticSlots\(argument)", "POLICY:Want_Hold_If\(argument)", "FEATURE:StartdCronOneShot\(argument)", "POLICY:Desktop",
            "FEATURE:Monitor\(argument)", "POLICY:Limit_Job_Runtimes\(argument)", "SECURITY:Strong", "FEATURE:GPUs",
            "FEATURE:OneShotCronHook\(argument)",
            "POLICY : Preempt_If_Memory_Exceeded", "FEATURE:AssignAccountingGroup\(argument)", "FEATURE:ScheddCronPeriodic\(argument)",
            "SECURITY:recommended_v9_0", "POLICY:Hold_If_Cpus_Exceeded", "FEATURE:PartitionableSlot(1) StaticSlots(2)", "POLICY:Desktop_Idle(8,17)",
        ])
        if mayBreak, random.chance(10) { return random.pick(["use NONE:x\n", "use ROLE:Nope\n", "use : x\n", "use ROLE\n", "use FEATURE:\n"]) }
        return random.pick(["use ", "@use ", "USE  ", "use "]) + knob + "\n"
    }

    private mutating func include() -> String {
        let file = files.isEmpty || (mayBreak && random.chance(20)) ? "none" : random.pick(files)
        let keyword =
            file == "none" && !mayBreak ? "include ifexist" : random.pick(["include", "@include", "Include", "include ifexist", "include ifexists"])
        return "\(keyword)\(random.pick([" : ", ":", " :"]))\(folder)/\(file)\n"
    }

    private mutating func broken() -> String {
        random.pick([
            "garbage\n", "two words\n", "A1 @end\n", "A 1 + = 2\n", "= 1\n", ": 1\n", "A@=end\nx\n@end\n", "$(NONE) = 1\n", "A-B = 1\n", "endif\n",
            "else\n", "elif true\n", "@end\n", "unset A1\n", "A1 +x= 2\n", "error : stop here $(A0)\n", "include nonsense : x\n", "if\n",
            "A1 @=\n@\n",
            "error 3 : softly\n", "iffy = 1\n", "if(true)\n", ":A1 = 1\n", ":if true\nA1 = 2\n:endif\n", "B\u{E9} = 1\n",
        ])
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while let first = text.first, first == " " { text.removeFirst() }
        while let last = text.last, last == " " { text.removeLast() }
        return String(text)
    }
}
