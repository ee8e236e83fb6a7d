/// What Package.swift declares: the modules in their order, each with the modules that it uses.
struct Manifest: Sendable {
    struct Module: Sendable {
        /// Empty for targets that lie outside of `Sources`.
        let storey: String
        let name: String
        let uses: Set<String>
        /// What the module declares twice.
        let repeated: Set<String>
        /// A module map for a C library, which imports nothing.
        let isSystemLibrary: Bool
    }

    /// The storeys from the ground up, as the manifest lists them.
    let storeys: [String]
    /// All targets in their order.
    let modules: [Module]

    init(_ text: String) {
        var constants: [String: String] = [:]
        for match in text.matches(of: /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/) { constants[String(match.1)] = String(match.2) }
        var storeyNames: [String: String] = [:]
        var storeys: [String] = []
        for match in text.matches(of: /let (\w+) = Storey\(name: "(\w+)"\)/) {
            storeyNames[String(match.1)] = String(match.2)
            storeys.append(String(match.2))
        }
        self.storeys = storeys

        var modules: [Module] = []
        let declaration = /(?:(\w+)\.(module|system)|(unitTests|tool)|\.(?:target|executableTarget|testTarget))\(\s*(?:of: |name: )?"(\w+)"/
        let starts = Array(text.matches(of: declaration))
        for (index, match) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1].range.lowerBound : text.endIndex
            let rest = text[match.range.upperBound..<end]
            var uses: Set<String> = []
            var repeated: Set<String> = []
            func add(_ name: String) { if !uses.insert(name).inserted { repeated.insert(name) } }
            if let list = rest.firstMatch(of: /(?:uses|dependencies): \[([^\]]*)\]/) {
                for item in list.1.matches(of: /name: "(\w+)", package: "[^"]*"|"(\w+)"|\b([a-z]\w*)\b(?!:)/) {
                    if let name = item.1 ?? item.2 {
                        add(String(name))
                    } else if let constant = item.3, let name = constants[String(constant)] {
                        add(name)
                    }
                }
            }
            var storey = match.1.flatMap { storeyNames[String($0)] } ?? ""
            if storey.isEmpty, let place = rest.firstMatch(of: /path: "Sources\/(\w+)\//) { storey = String(place.1) }
            let isTest = match.3 == "unitTests"
            if isTest { uses.insert(String(match.4)) }
            modules.append(
                Module(
                    storey: storey, name: String(match.4) + (isTest ? "Tests" : ""), uses: uses, repeated: repeated,
                    isSystemLibrary: match.2 == "system"))
        }
        self.modules = modules
    }
}
