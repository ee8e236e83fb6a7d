// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioConcurrencyHelpers: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

// A released htapi holds the Swift libraries it uses: it starts on machines without Swift, and takes a sixth less memory.
let selfContained =
    ["-static-stdlib", "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"]
    + [
        "Foundation", "FoundationInternationalization", "FoundationEssentials", "CoreFoundation", "_FoundationICU", "_FoundationCollections",
        "_FoundationCShims", "swiftDispatch", "dispatch", "BlocksRuntime", "stdc++", "m",
    ].map { "-l" + $0 }

let package = Package(
    name: "htapi",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "htapi", targets: ["htapi"]),
        .executable(name: "conformance", targets: ["ConformanceRunner"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        // What forks, for MiniCondor's starter: nothing of Swift may run between fork and exec.
        .target(name: "CSpawn"),

        // What the program was built from: nothing else is compiled anew for another commit.
        .target(name: "CBuild", cSettings: [.define("CBUILD_COMMIT", to: "\"\(Context.gitInformation?.currentCommit ?? "")\"")]),

        // Each target knows only those above it.
        .target(name: "Diagnostics", swiftSettings: settings),
        .target(name: "ClassAd", dependencies: ["Diagnostics", "CPCRE2"], swiftSettings: settings),
        .target(name: "CondorConfig", dependencies: ["Diagnostics", "ClassAd", "CPCRE2"], swiftSettings: settings),
        .target(name: "SubmitDescription", dependencies: ["Diagnostics", "ClassAd"], swiftSettings: settings),
        .target(name: "Cedar", dependencies: ["ClassAd", nioCore, crypto], swiftSettings: settings),
        .target(name: "CondorProtocol", dependencies: ["ClassAd", "Cedar", nioCore], swiftSettings: settings),
        .target(
            name: "CondorClient",
            dependencies: ["ClassAd", "Cedar", "CondorProtocol", nioCore, nioPosix, nioConcurrencyHelpers, logging],
            swiftSettings: settings),
        .target(name: "Sandbox", dependencies: ["CArchive", "CZlib", nioCore, nioPosix], swiftSettings: settings),
        .target(
            name: "HTTPKit",
            dependencies: [
                "CZlib", nioCore, nioPosix, nioConcurrencyHelpers, nioSSL, httpTypes, logging, lifecycle, crypto,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
            ], swiftSettings: settings),
        .target(
            name: "Gateway",
            dependencies: [
                "Diagnostics", "ClassAd", "CondorConfig", "SubmitDescription", "Cedar", "CondorProtocol", "CondorClient", "Sandbox", "HTTPKit",
                "CBuild", nioCore, nioPosix, nioConcurrencyHelpers, httpTypes, logging, lifecycle, crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
            ],
            resources: ["index.html", "reference.html", "reference.js", "reference.css"].map { .embedInCode("Reference/" + $0) },
            swiftSettings: settings),
        .target(
            name: "MiniCondor",
            dependencies: [
                "CSpawn", "ClassAd", "Cedar", "CondorProtocol", "Sandbox", "SubmitDescription", "Diagnostics", nioCore, nioPosix, nioConcurrencyHelpers, logging,
                lifecycle, crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
            ], swiftSettings: settings),
        .executableTarget(
            name: "htapi",
            dependencies: [
                "Diagnostics", "ClassAd", "CondorConfig", "SubmitDescription", "Cedar", "CondorClient", "Sandbox", "HTTPKit", "Gateway",
                "MiniCondor",
                nioCore, nioPosix, logging, lifecycle,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: settings,
            linkerSettings: [.unsafeFlags(selfContained, .when(platforms: [.linux], configuration: .release))]),

        // Random input for tests.
        .target(name: "SeededGeneration", path: "Tests/SeededGeneration", swiftSettings: settings),

        // Unit tests: no network, no root.
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"], swiftSettings: settings),
        .testTarget(name: "ClassAdTests", dependencies: ["SeededGeneration", "ClassAd", "Diagnostics"], swiftSettings: settings),
        .testTarget(name: "CondorConfigTests", dependencies: ["SeededGeneration", "CondorConfig", "Diagnostics"], swiftSettings: settings),
        .testTarget(name: "SubmitDescriptionTests", dependencies: ["SeededGeneration", "SubmitDescription", "ClassAd", "Diagnostics"], swiftSettings: settings),
        .testTarget(
            name: "CedarTests", dependencies: ["SeededGeneration", "Cedar", "ClassAd", nioCore, crypto], resources: [.copy("Vectors")],
            swiftSettings: settings),
        .testTarget(
            name: "CondorClientTests",
            dependencies: ["SeededGeneration", "CondorClient", "CondorProtocol", "Cedar", "ClassAd", nioCore, nioPosix, nioEmbedded],
            exclude: ["EventLog/Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "SandboxTests", dependencies: ["SeededGeneration", "Sandbox", "CArchive", nioCore, nioPosix], exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "HTTPKitTests",
            dependencies: [
                "SeededGeneration", "HTTPKit", "CZlib", nioCore, nioPosix, nioEmbedded, nioSSL, httpTypes, logging, lifecycle,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
            ], resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "MiniCondorTests",
            dependencies: ["SeededGeneration", "MiniCondor", "CondorClient", "CondorProtocol", "Cedar", "ClassAd", nioCore, nioPosix], swiftSettings: settings),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "SeededGeneration", "Gateway", "HTTPKit", "CondorClient", "CondorConfig", "Cedar", "ClassAd", nioCore, nioConcurrencyHelpers, httpTypes, logging,
            ],
            swiftSettings: settings),

        // Runs the corpora of recorded HTCondor results.
        .executableTarget(
            name: "ConformanceRunner", dependencies: ["Diagnostics", "ClassAd", "CondorConfig", "SubmitDescription"],
            path: "Tests/ConformanceRunner", swiftSettings: settings),

        // Random expressions with our results, for comparison with HTCondor's library.
        .executableTarget(
            name: "ExpressionGenerator", dependencies: ["SeededGeneration", "ClassAd"], path: "Tests/Differential/ExpressionGenerator", swiftSettings: settings),

        // Random configurations, compared with HTCondor's own reading.
        .executableTarget(
            name: "ConfigComparison", dependencies: ["SeededGeneration", "CondorConfig", "Diagnostics"], path: "Tests/Differential/ConfigComparison",
            swiftSettings: settings),

        // Hostile inputs of the three languages, with the time and the memory they take.
        .executableTarget(
            name: "Hostile", dependencies: ["Diagnostics", "ClassAd", "CondorConfig", "SubmitDescription"], path: "Tests/Hostile",
            swiftSettings: settings),

        // How fast ClassAds are, for comparison with HTCondor's library.
        .executableTarget(
            name: "Speed", dependencies: ["ClassAd"], path: "Tests/Speed", exclude: ["classad_speed.py"], swiftSettings: settings),

        // Integration tests: a real HTCondor pool, brought up by Tests/run.
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Gateway", "CondorClient", "CondorProtocol", "Cedar", "ClassAd", "Sandbox", nioCore, nioPosix, nioConcurrencyHelpers, crypto,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ], exclude: ["Semantics"], swiftSettings: settings),
    ]
)

// Fuzz targets, see Tests/Fuzz/README.md.
if Context.environment["HTAPI_FUZZ"] != nil {
    package.targets += [
        .target(name: "FuzzDriver", path: "Tests/Fuzz/FuzzDriver", swiftSettings: settings),
        .executableTarget(
            name: "CedarFuzz", dependencies: ["FuzzDriver", "Cedar", "ClassAd", nioCore], path: "Tests/Fuzz/CedarFuzz", swiftSettings: settings),
        .executableTarget(name: "ClassAdFuzz", dependencies: ["FuzzDriver", "ClassAd"], path: "Tests/Fuzz/ClassAdFuzz", swiftSettings: settings),
        .executableTarget(name: "ConfigFuzz", dependencies: ["FuzzDriver", "CondorConfig"], path: "Tests/Fuzz/ConfigFuzz", swiftSettings: settings),
        .executableTarget(name: "SandboxFuzz", dependencies: ["FuzzDriver", "Sandbox", nioCore], path: "Tests/Fuzz/SandboxFuzz", swiftSettings: settings),
        .executableTarget(name: "SubmitFuzz", dependencies: ["FuzzDriver", "Diagnostics", "SubmitDescription"], path: "Tests/Fuzz/SubmitFuzz", swiftSettings: settings),
    ]
}
