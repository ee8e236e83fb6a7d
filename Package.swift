// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioConcurrencyHelpers: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

/// A storey (see Sources/README.md), whose modules lie in Sources/STOREY.
struct Storey {
    let name: String

    func module(_ module: String, uses: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
        .target(name: module, dependencies: uses, path: "Sources/\(name)/\(module)", resources: resources, swiftSettings: settings)
    }

    func system(_ module: String, pkgConfig: String, debian: String) -> Target {
        .systemLibrary(name: module, path: "Sources/\(name)/\(module)", pkgConfig: pkgConfig, providers: [.apt([debian])])
    }
}

let ground = Storey(name: "Ground")
let languages = Storey(name: "Languages")
let wire = Storey(name: "Wire")
let machine = Storey(name: "Machine")
let http = Storey(name: "HTTP")
let domain = Storey(name: "Domain")
let services = Storey(name: "Services")
let doors = Storey(name: "Doors")

// A module uses earlier modules of its own storey and modules of the storeys above it in this list.
let modules: [Target] = [
    ground.system("CPCRE2", pkgConfig: "libpcre2-8", debian: "libpcre2-dev"),
    ground.module("Diagnostics"),
    ground.module("Patterns", uses: ["CPCRE2"]),
    ground.module("POSIX"),
    ground.module("Text"),
    ground.module("Waiting", uses: ["Text"]),
    ground.module("JSON", uses: ["Diagnostics", "Text"]),

    ground.system("COpenSSL", pkgConfig: "openssl", debian: "libssl-dev"),
    ground.module("Cryptography", uses: ["COpenSSL"]),
    ground.module("TLS", uses: ["COpenSSL", "POSIX"]),

    languages.module("ClassAd", uses: ["Diagnostics", "JSON", "Patterns", "Text"]),
    languages.module("CondorModel", uses: ["ClassAd", "Text"]),
    languages.module("MacroLanguage", uses: ["ClassAd", "Text"]),
    languages.module("CondorConfig", uses: ["Diagnostics", "POSIX", "CondorModel", "MacroLanguage", "Patterns", "Text"]),
    languages.module("SubmitDescription", uses: ["Diagnostics", "POSIX", "ClassAd", "CondorModel", "Cryptography", "MacroLanguage", "Text"]),

    wire.module("Tokens", uses: ["Cryptography", "JSON", "Text"]),
    wire.module("Cedar", uses: ["ClassAd", "Cryptography", "Text", "Tokens", nioCore]),
    wire.module("CondorProtocol", uses: ["JSON", "ClassAd", "CondorModel", "Tokens", "Cedar"]),
    wire.module("CondorClient", uses: ["POSIX", "ClassAd", "CondorModel", "Tokens", "Cedar", "CondorProtocol", nioCore, nioPosix]),

    machine.system("CArchive", pkgConfig: "libarchive", debian: "libarchive-dev"),
    machine.system("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
    machine.system("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
    // The commit that the program was built from. Only this target is compiled again for another commit.
    .target(
        name: "CBuild", path: "Sources/Machine/CBuild",
        cSettings: [.define("CBUILD_COMMIT", to: "\"\(Context.gitInformation?.currentCommit ?? "")\"")]),
    // The spawner is C because no Swift code may run between fork and exec.
    .target(name: "CSpawn", path: "Sources/Machine/CSpawn"),
    machine.module("JobExecution", uses: ["CSpawn", "POSIX", nioPosix]),
    machine.module("MetricFamilies"),
    machine.module("Sandbox", uses: ["Text", "CondorModel", "CArchive", "CZlib", nioCore, nioPosix]),
    machine.module("Store", uses: ["Waiting", "CSQLite", nioPosix]),

    http.module("HTTPMessages", uses: ["JSON", "CZlib", "Cryptography", "Text", nioCore, httpTypes, logging]),
    http.module(
        "HTTPServer",
        uses: [
            "TLS", "HTTPMessages", nioCore, nioPosix, nioHTTP1, nioHTTP2, nioHPACK, nioTLS, httpTypes, logging, lifecycle,
        ]),
    http.module(
        "HTTPEndpoints",
        uses: ["Diagnostics", "JSON", "Patterns", "HTTPMessages", nioCore, httpTypes, logging, lifecycle]),

    domain.module("JobsAPI", uses: ["JSON", "CondorModel", "HTTPMessages", "HTTPEndpoints", httpTypes]),
    domain.module(
        "Jobs",
        uses: [
            "Diagnostics", "JSON", "Text", "Waiting", "ClassAd", "CondorModel", "SubmitDescription", "Tokens", "CondorProtocol", "CondorClient",
            "Sandbox",
            nioCore,
            .product(name: "HeapModule", package: "swift-collections"),
        ]),

    services.module(
        "Gateway",
        uses: [
            "Cryptography", "Diagnostics", "POSIX", "JSON", "Text", "Waiting", "ClassAd", "CondorConfig", "CondorModel", "Tokens", "CondorProtocol",
            "CondorClient", "Sandbox", "HTTPMessages", "HTTPServer", "HTTPEndpoints", "Jobs", "JobsAPI", "MetricFamilies", "CBuild", nioCore,
            nioPosix, nioConcurrencyHelpers, httpTypes, logging, lifecycle,
        ],
        resources: ["index.html", "reference.html", "reference.js", "reference.css"].map { .embedInCode("Reference/" + $0) }),
    services.module(
        "MiniCondor",
        uses: [
            "POSIX", "Text", "ClassAd", "CondorModel", "Tokens", "Cedar", "CondorProtocol", "SubmitDescription", "Diagnostics", "JobExecution",
            "Store", nioCore, nioPosix, logging, lifecycle,
        ]),

    .systemLibrary(name: "CMalloc", path: "Sources/Doors/CMalloc"),
    .executableTarget(
        name: "htapi",
        dependencies: [
            "CMalloc", "JobExecution",
            "Diagnostics", "POSIX", "JSON", "ClassAd", "CondorConfig", "SubmitDescription", "Tokens", "CondorClient", "HTTPMessages",
            "HTTPServer",
            "HTTPEndpoints", "Gateway", "MiniCondor",
            nioCore, logging, lifecycle, httpTypes,
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ], path: "Sources/Doors/htapi", swiftSettings: settings),
]

func unitTests(
    of module: String, uses: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: module + "Tests", dependencies: [.init(stringLiteral: module)] + uses, path: "Tests/Unit/\(module)Tests", exclude: exclude,
        resources: resources, swiftSettings: settings)
}

let tests: [Target] = [
    // Seeded random input for tests.
    .target(name: "SeededGeneration", path: "Tests/Unit/SeededGeneration", swiftSettings: settings),

    // Clocks that a test advances by hand.
    .target(name: "TestTime", dependencies: ["Waiting"], path: "Tests/Unit/TestTime", swiftSettings: settings),
    // A spawner for tests, which can wait for its runs, and the start of the test program as a spawner.
    .target(name: "CSpawnInTests", dependencies: ["CSpawn"], path: "Tests/Unit/CSpawnInTests"),
    .target(
        name: "SpawnerBench", dependencies: ["CSpawnInTests", "JobExecution", "POSIX"], path: "Tests/Unit/SpawnerBench", swiftSettings: settings),

    // The rules of Sources/README.md.
    .testTarget(name: "HouseTests", path: "Tests/Unit/HouseTests", swiftSettings: settings),

    // Unit tests need no network and no root.
    unitTests(of: "Diagnostics"),
    unitTests(of: "Patterns"),
    unitTests(of: "Text", uses: ["SeededGeneration"]),
    unitTests(of: "Waiting", uses: ["SeededGeneration", "TestTime"]),
    unitTests(of: "Cryptography"),
    unitTests(of: "POSIX"),
    unitTests(of: "JSON", uses: ["SeededGeneration", "Diagnostics"]),
    unitTests(of: "ClassAd", uses: ["SeededGeneration", "Diagnostics", "JSON"]),
    unitTests(of: "CondorModel", uses: ["ClassAd"]),
    unitTests(of: "MacroLanguage", uses: ["ClassAd", "CondorConfig", "SubmitDescription"]),
    unitTests(of: "CondorConfig", uses: ["SeededGeneration", "Diagnostics"]),
    unitTests(of: "SubmitDescription", uses: ["SeededGeneration", "ClassAd", "Cryptography", "Diagnostics"]),
    unitTests(of: "Tokens", uses: ["SeededGeneration", "Text"], resources: [.copy("Vectors")]),
    unitTests(of: "Cedar", uses: ["SeededGeneration", "ClassAd", "Cryptography", "Text", "Tokens", nioCore], resources: [.copy("Vectors")]),
    unitTests(
        of: "CondorClient",
        uses: [
            "SeededGeneration", "JSON", "CondorModel", "CondorProtocol", "Tokens", "Cedar", "ClassAd", nioCore, nioPosix, nioEmbedded,
            nioConcurrencyHelpers,
        ],
        exclude: ["EventLog/Fixtures"]),
    unitTests(of: "Sandbox", uses: ["SeededGeneration", "CArchive", nioCore], exclude: ["Fixtures"]),
    unitTests(of: "HTTPMessages", uses: ["SeededGeneration", "JSON", "CZlib", nioCore, nioConcurrencyHelpers, httpTypes, logging]),
    unitTests(
        of: "HTTPServer",
        uses: [
            "SeededGeneration", "TLS", "HTTPMessages", "HTTPEndpoints", nioCore, nioPosix, nioEmbedded, nioConcurrencyHelpers, nioSSL, httpTypes,
            logging, lifecycle, nioHTTP1, nioHTTP2, nioHPACK,
        ], resources: [.copy("Fixtures")]),
    unitTests(
        of: "HTTPEndpoints",
        uses: ["SeededGeneration", "Diagnostics", "JSON", "HTTPMessages", nioCore, nioConcurrencyHelpers, httpTypes, logging]),
    unitTests(of: "JobsAPI", uses: ["JSON", "CondorModel", "HTTPEndpoints"]),
    unitTests(of: "JobExecution", uses: ["CSpawnInTests", "POSIX", "SpawnerBench"]),
    unitTests(of: "Store", uses: ["CSQLite"]),
    unitTests(
        of: "MiniCondor",
        uses: [
            "SeededGeneration", "SpawnerBench", "POSIX", "JobExecution", "CondorClient", "CondorModel", "CondorProtocol", "Tokens", "Cedar",
            "ClassAd", nioCore,
            logging,
        ]),
    unitTests(of: "MetricFamilies"),
    unitTests(
        of: "Jobs",
        uses: [
            "SeededGeneration", "JSON", "Waiting", "CondorClient", "CondorModel", "CondorProtocol", "Tokens", "Cedar", "ClassAd", "Sandbox", nioCore,
            nioConcurrencyHelpers,
        ]),
    unitTests(
        of: "Gateway",
        uses: [
            "JSON", "Waiting", "HTTPMessages", "HTTPServer", "HTTPEndpoints", "Jobs", "JobsAPI", "CondorClient", "CondorModel", "CondorProtocol",
            "CondorConfig",
            "Tokens",
            "Cedar",
            "ClassAd",
            nioCore,
            nioConcurrencyHelpers,
            httpTypes, logging,
        ]),

    // Integration tests need a real HTCondor pool, which Tests/run starts.
    .testTarget(
        name: "IntegrationTests",
        dependencies: [
            "Cryptography", "JSON", "CondorClient", "CondorModel", "CondorProtocol", "Tokens", "Cedar", "ClassAd", nioCore, nioPosix,
            nioConcurrencyHelpers,
            nioHTTP1,
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
        ], path: "Tests/Integration", exclude: ["Semantics"], swiftSettings: settings),
]

func tool(_ name: String, path: String, uses: [Target.Dependency], exclude: [String] = []) -> Target {
    .executableTarget(name: name, dependencies: uses, path: "Tests/" + path, exclude: exclude, swiftSettings: settings)
}

// Built only by Tests/run.
let tools: [Target] = [
    // Runs the corpora of recorded HTCondor results.
    tool("ConformanceRunner", path: "Conformance/Runner", uses: ["Diagnostics", "JSON", "ClassAd", "CondorConfig", "SubmitDescription"]),
    // Random expressions with our results, for comparison with HTCondor's library.
    tool("ExpressionGenerator", path: "Tools/Differential/ExpressionGenerator", uses: ["SeededGeneration", "JSON", "ClassAd"]),
    // Random configurations, compared with HTCondor's own reading.
    tool("ConfigComparison", path: "Tools/Differential/ConfigComparison", uses: ["SeededGeneration", "CondorConfig", "Diagnostics"]),
    // Hostile inputs of the three languages, with the time and the memory they take.
    tool("Hostile", path: "Tools/Hostile", uses: ["Diagnostics", "ClassAd", "CondorConfig", "SubmitDescription"]),
    // The speed of ClassAds, for comparison with HTCondor's library.
    tool("Speed", path: "Tools/Speed", uses: ["JSON", "ClassAd"], exclude: ["classad_speed.py"]),
]

// See Tests/Tools/Fuzz/README.md.
let fuzzTargets: [Target] = [
    .target(name: "FuzzDriver", path: "Tests/Tools/Fuzz/FuzzDriver", swiftSettings: settings),
    tool("CedarFuzz", path: "Tools/Fuzz/CedarFuzz", uses: ["FuzzDriver", "Tokens", "Cedar", "ClassAd", nioCore]),
    tool("ClassAdFuzz", path: "Tools/Fuzz/ClassAdFuzz", uses: ["FuzzDriver", "JSON", "ClassAd"]),
    tool("ConfigFuzz", path: "Tools/Fuzz/ConfigFuzz", uses: ["FuzzDriver", "CondorConfig"]),
    tool("SandboxFuzz", path: "Tools/Fuzz/SandboxFuzz", uses: ["FuzzDriver", "Sandbox", nioCore]),
    tool("SubmitFuzz", path: "Tools/Fuzz/SubmitFuzz", uses: ["FuzzDriver", "Diagnostics", "SubmitDescription"]),
]

let package = Package(
    name: "htapi",
    products: [.executable(name: "htapi", targets: ["htapi"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", exact: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
    ],
    targets: modules + tests
)

if Context.environment["HTAPI_TOOLS"] != nil { package.targets += tools }
if Context.environment["HTAPI_FUZZ"] != nil { package.targets += fuzzTargets }

// HTAPI_TESTS=CedarTests,ClassAdTests leaves out the other test targets, since `swift test` builds every target that exists.
if let names = Context.environment["HTAPI_TESTS"]?.split(separator: ",") {
    package.targets.removeAll { $0.type == .test && !names.contains(Substring($0.name)) }
}
