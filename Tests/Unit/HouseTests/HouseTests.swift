import Testing

/// The rules of the house (Sources/README.md), kept by reading Package.swift, the imports and the uses of type names.
@Suite struct HouseTests {
    @Test func theHouseKeepsItsRules() throws {
        let house = try House.read()
        // An empty reading would keep every rule.
        #expect(house.files.count > 400)
        #expect(house.manifest.storeys.first == "Ground" && house.manifest.storeys.last == "Doors")
        #expect(house.manifest.modules.count > 30)
        for violation in house.violations { Issue.record("\(violation)") }
    }

    private static let manifest = """
        let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
        let ground = Storey(name: "Ground")
        let wire = Storey(name: "Wire")
        let machine = Storey(name: "Machine")
        let http = Storey(name: "HTTP")
        let domain = Storey(name: "Domain")
        let services = Storey(name: "Services")
        let doors = Storey(name: "Doors")
            ground.system("CPCRE2", pkgConfig: "libpcre2-8", debian: "libpcre2-dev"),
            ground.module("Text"),
            ground.module("Patterns", uses: ["CPCRE2", "Text"]),
            wire.module("Cedar", uses: ["Text", nioCore]),
            wire.module("CondorClient", uses: ["Cedar"]),
            machine.system("CArchive", pkgConfig: "libarchive", debian: "libarchive-dev"),
            machine.module("Sandbox", uses: ["CArchive"]),
            http.module("HTTPServer", uses: ["Text", .product(name: "NIOHTTP1", package: "swift-nio")]),
            domain.module("Jobs", uses: ["CondorClient"]),
            services.module("Gateway", uses: ["Jobs", "HTTPServer"]),
            services.module("MiniCondor", uses: ["Cedar", "Sandbox"]),
            .executableTarget(name: "htapi", dependencies: ["Gateway", "MiniCondor"], path: "Sources/Doors/htapi"),
        """

    private static let files: [(path: String, text: String)] = [
        ("Ground/Text/Hex.swift", "package enum Hex {}"),
        ("Ground/Patterns/Pattern.swift", "import CPCRE2\nimport Text\npackage struct Pattern {}"),
        ("Wire/Cedar/Frame.swift", "import NIOCore\npackage import Text\n/// public\npackage struct Frame {}"),
        ("Wire/CondorClient/Schedd.swift", "import Cedar\npackage struct Schedd {}"),
        ("Machine/Sandbox/Tar.swift", "import CArchive\npackage struct Tar {}"),
        ("HTTP/HTTPServer/Listener.swift", "import NIOHTTP1\nimport Text\npackage struct Listener {}"),
        ("Domain/Jobs/Submit/Submission.swift", "import CondorClient\nstruct Submission {}"),
        ("Domain/Jobs/Read/Page.swift", "struct Page { let kind: Submission.Page }\nstruct Line {}"),
        ("Services/Gateway/Routes.swift", "import HTTPServer\nimport Jobs\nstruct Routes {}"),
        ("Services/MiniCondor/Queue.swift", "import Cedar\nimport Sandbox\nstruct Queue {}"),
        ("Doors/htapi/Main.swift", "import Gateway\nimport MiniCondor\nstruct Main {}"),
    ]

    @Test func aHouseInOrderHasNoViolations() {
        #expect(House(manifest: Self.manifest, files: Self.files).violations == [])
    }

    /// One planted violation of each rule, and what is said of it.
    @Test(arguments: [
        Planted(
            file: ("Wire/Cedar/Frame.swift", "import NIOCore\nimport Text\nimport Sandbox"), uses: ("Cedar", "Sandbox"), says: "which stands later"),
        Planted(
            file: ("Wire/Cedar/Frame.swift", "import NIOCore\nimport Text\nimport CondorClient"), uses: ("Cedar", "CondorClient"),
            says: "which stands later"),
        Planted(file: ("Ground/Odd/Odd.swift", "struct Odd {}"), says: "declares no module Odd"),
        Planted(file: ("Ground/Sandbox/Tar.swift", "import CArchive"), says: "belongs to the storey Machine"),
        Planted(file: ("Ground/Text/Hex.swift", "import NIOCore"), says: "Text imports NIOCore and does not declare it"),
        Planted(file: ("Ground/Patterns/Pattern.swift", "import CPCRE2"), says: "Patterns declares Text and does not import it"),
        Planted(
            file: ("Services/Gateway/Routes.swift", "import HTTPServer\nimport Jobs"), uses: ("Gateway", "Jobs"),
            says: "Gateway declares Jobs twice"),
        Planted(
            file: ("Services/Gateway/Routes.swift", "import HTTPServer\nimport Jobs\nimport MiniCondor"), uses: ("Gateway", "MiniCondor"),
            says: "imports the service MiniCondor"),
        Planted(
            file: ("Domain/Jobs/Read/Page.swift", "package import HTTPServer"), uses: ("Jobs", "HTTPServer"),
            says: "which only services and doors may"),
        Planted(
            file: ("Domain/Jobs/Read/Page.swift", "import NIOHTTP1"), uses: ("Jobs", "NIOHTTP1"), says: "the domain knows nothing of HTTP"),
        Planted(
            file: ("Services/Gateway/Routes.swift", "import HTTPServer\nimport Jobs\nimport Cedar"), uses: ("Gateway", "Cedar"),
            says: "which only Wire and MiniCondor may"),
        Planted(
            file: ("HTTP/HTTPServer/Listener.swift", "import NIOHTTP1\nimport Text\nimport CArchive"), uses: ("HTTPServer", "CArchive"),
            says: "imports the C library CArchive"),
        Planted(file: ("Ground/Text/Hex.swift", "@frozen public enum Hex {}"), says: "declares something public"),
        Planted(
            file: ("Domain/Jobs/Read/Page.swift", "struct Page { let submission: Submission }"),
            and: ("Domain/Jobs/Submit/Submission.swift", "import CondorClient\nstruct Submission {\n    var page: [Page] = []\n}"),
            says: "Read -> Submit (Page.swift uses Submission), Submit -> Read (Submission.swift uses Page)"),
    ])
    fileprivate func plantedViolationsAreFound(_ planted: Planted) throws {
        var files = Self.files.filter { $0.path != planted.file.0 && $0.path != planted.and?.0 }
        files.append((planted.file.0, planted.file.1))
        if let and = planted.and { files.append((and.0, and.1)) }
        var manifest = Self.manifest
        if let uses = planted.uses {
            let declaration = try #require(manifest.firstMatch(of: try Regex("module\\(\"\(uses.0)\"(, uses: \\[)?")))
            manifest.replaceSubrange(declaration.range, with: "module(\"\(uses.0)\", uses: [\"\(uses.1)\", ")
        }
        let violations = House(manifest: manifest, files: files).violations
        #expect(violations.contains { $0.contains(planted.says) }, "\(violations)")
    }

    /// What stands in comments and in strings is no use of a name, and a member is another type than the one of its name outside.
    @Test func commentsAndStringsAreNotCode() {
        let file = SourceFile(
            path: "Ground/Text/A.swift",
            text: ##"""
                import A // import B
                /* import C
                import D */
                let a = "import E \(f("Quoted"))"
                let b = #"Raw " Text"#
                let c = """
                    import G
                    Long
                    """
                let d: Used = Outer.Inner()
                """##)
        #expect(file.imports == ["A"])
        #expect(file.usedNames.isSuperset(of: ["Used", "Outer"]))
        #expect(file.usedNames.isDisjoint(with: ["Raw", "Text", "Long", "Inner", "B", "C", "D", "G"]))
    }
}

/// A file that breaks a rule, what its module additionally declares, and the words of the violation.
private struct Planted: Sendable, CustomTestStringConvertible {
    var file: (String, String)
    var and: (String, String)?
    var uses: (String, String)?
    var says: String

    init(file: (String, String), and: (String, String)? = nil, uses: (String, String)? = nil, says: String) {
        self.file = file
        self.and = and
        self.uses = uses
        self.says = says
    }

    var testDescription: String { says }
}
