import Foundation

/// The sources and the manifest, and the rules that both keep.
struct House {
    let manifest: Manifest
    let files: [SourceFile]

    init(manifest: String, files: [(path: String, text: String)]) {
        self.manifest = Manifest(manifest)
        self.files = files.map { SourceFile(path: $0.path, text: $0.text) }
    }

    /// The house that this test stands in.
    static func read() throws -> House {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardizedFileURL
        let sources = top.appendingPathComponent("Sources")
        var files: [(String, String)] = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where name.hasSuffix(".swift") {
            files.append((name, try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)))
        }
        return House(manifest: try String(contentsOf: top.appendingPathComponent("Package.swift"), encoding: .utf8), files: files)
    }

    /// All that breaks a rule, a sentence each.
    var violations: [String] {
        storeyViolations + dependencyViolations + importViolations + accessViolations + folderViolations
    }

    /// A module uses earlier modules of its storey and modules of the storeys above it, and lies where it is declared.
    var storeyViolations: [String] {
        let level = Dictionary(uniqueKeysWithValues: manifest.storeys.enumerated().map { ($1, $0) })
        var found: [String] = []
        var earlier: [String: Manifest.Module] = [:]
        let own = Set(manifest.modules.filter { !$0.storey.isEmpty }.map(\.name))
        for module in manifest.modules where !module.storey.isEmpty {
            for name in module.uses.sorted() where own.contains(name) {
                guard let used = earlier[name], let above = level[used.storey], let here = level[module.storey] else {
                    found.append("\(module.name) uses \(name), which stands later in Package.swift")
                    continue
                }
                if above > here { found.append("\(module.name) (\(module.storey)) uses \(name) of the storey \(used.storey)") }
            }
            earlier[module.name] = module
        }
        for file in files {
            guard let module = manifest.modules.first(where: { $0.name == file.module }) else {
                found.append("\(file.path): Package.swift declares no module \(file.module)")
                continue
            }
            if module.storey != file.storey { found.append("\(file.path): \(module.name) belongs to the storey \(module.storey)") }
        }
        return Array(Set(found)).sorted()
    }

    /// What a module imports it declares once, and what it declares it imports.
    var dependencyViolations: [String] {
        var found: [String] = []
        let known = Set(manifest.modules.flatMap { [$0.name] + $0.uses })
        for module in manifest.modules where !module.storey.isEmpty && !module.isSystemLibrary {
            let imported = Set(files.filter { $0.module == module.name }.flatMap(\.imports))
            guard files.contains(where: { $0.module == module.name }) else { continue }
            for name in module.repeated.sorted() { found.append("\(module.name) declares \(name) twice") }
            for name in module.uses.subtracting(imported).sorted() { found.append("\(module.name) declares \(name) and does not import it") }
            for name in imported.subtracting(module.uses).sorted() where known.contains(name) {
                found.append("\(module.name) imports \(name) and does not declare it")
            }
        }
        return found
    }

    /// Who may import what.
    var importViolations: [String] {
        let cLibraries: [String: (SourceFile) -> Bool] = [
            "CPCRE2": { $0.module == "Patterns" },
            "CZlib": { $0.storey == "Machine" || $0.module == "HTTPMessages" },
            "CArchive": { $0.storey == "Machine" },
            "CSQLite": { $0.module == "Store" },
            "CSpawn": { $0.storey == "Machine" || $0.module == "htapi" },
            "COpenSSL": { $0.module == "Cryptography" || $0.module == "TLS" },
            "CCurl": { $0.module == "TransferAgent" },
        ]
        let services = Set(manifest.modules.filter { $0.storey == "Services" }.map(\.name))
        let http = Set(manifest.modules.filter { $0.storey == "HTTP" }.map(\.name)).union(["HTTPTypes", "NIOHTTP1", "NIOHTTP2"])
        var found: [String] = []
        for file in files {
            for name in file.imports {
                if file.storey == "Services", services.contains(name), name != file.module {
                    found.append("\(file.path) imports the service \(name); services meet in Commands")
                }
                if name == "HTTPServer", !["HTTP", "Services", "Doors"].contains(file.storey) {
                    found.append("\(file.path) imports HTTPServer, which only services and doors may")
                }
                if name == "Cedar", file.storey != "Wire", file.module != "MiniCondor" {
                    found.append("\(file.path) imports Cedar, which only Wire and MiniCondor may")
                }
                if file.module == "Jobs", http.contains(name) { found.append("\(file.path) imports \(name): the domain knows nothing of HTTP") }
                if file.module == "Client", name == "CondorClient" { found.append("\(file.path) imports CondorClient; the client speaks HTTP") }
                if let isAllowed = cLibraries[name], !isAllowed(file) { found.append("\(file.path) imports the C library \(name)") }
            }
        }
        return found.sorted()
    }

    /// Modules share by `package`; nothing is published yet.
    var accessViolations: [String] {
        files.filter(\.hasPublicDeclaration).map { "\($0.path) declares something public; package is the access between modules" }
            .sorted()
    }

    /// The folders of a module form no circle by the types that they declare and use.
    var folderViolations: [String] {
        var found: [String] = []
        for module in Set(files.map(\.module)).sorted() {
            let circles = FolderGraph(files.filter { $0.module == module }).circles
            found += circles.map { "\(module): its folders form a circle: \($0)" }
        }
        return found
    }
}
