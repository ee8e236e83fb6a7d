import CondorConfig
import Diagnostics
import Testing

/// Loads `main` as the root, with further files by path.
func load(
    _ main: String, files: [String: String] = [:], environment: [String: String] = [:], subsystem: String? = "TOOL",
    localName: String? = nil
) throws(ConfigurationError) -> Configuration {
    try Configuration.load(
        root: .path("/cfg/main"), subsystem: subsystem, localName: localName, environment: environment,
        files: MemoryConfigurationFiles(files.merging(["/cfg/main": main]) { $1 }), facts: HostFacts())
}

/// The errors that loading `main` ends with.
func errors(_ main: String, files: [String: String] = [:], environment: [String: String] = [:]) -> [Diagnostic] {
    do {
        _ = try load(main, files: files, environment: environment)
        return []
    } catch {
        return error.diagnostics.filter { $0.severity == .error }
    }
}

@Suite struct ConfigurationTests {
    /// HTCondor counts a line at its end, and says so in `condor_config_val -verbose` and in its errors (observed against 25.14.1).
    @Test func theLastLineCountsOnlyWithItsEnd() throws {
        #expect(try load("A = 1\n\nB = 2").origin("B")?.description == "/cfg/main, line 2")
        #expect(try load("A = 1\n\nB = 2\n").origin("B")?.description == "/cfg/main, line 3")
    }

    @Test func valuesExpandWhenTheyAreAskedFor() throws {
        let configuration = try load("A = $(B)/x\nB = 1\nB = 2\n")
        #expect(configuration.value("a") == "2/x")
        #expect(configuration.rawValue("A") == "$(B)/x")
        #expect(configuration.origin("A")?.description == "/cfg/main, line 1")
        #expect(configuration.origin("b")?.line == 3)
        #expect(configuration.value("NO_SUCH_NAME") == nil)
    }

    @Test func selfReferencesExpandAtOnce() throws {
        let configuration = try load("A = a\nA = $(A),b\nA = $(a),c\nB +,= 1\nB +,= 2\n")
        #expect(configuration.rawValue("A") == "a,b,c")
        #expect(configuration.rawValue("B") == "1,2")
    }

    @Test func theEnvironmentWins() throws {
        let configuration = try load("A = 1\nB = $ENV(HOME:none)\n", environment: ["_CONDOR_A": "9", "_condor_NEW": "x", "HOME": "/h"])
        #expect(configuration.value("A") == "9")
        #expect(configuration.origin("A")?.file == "<Environment>")
        #expect(configuration.value("new") == "x")
        #expect(configuration.value("B") == "/h")
    }

    @Test func localFilesFollowTheRoot() throws {
        let configuration = try load(
            "LOCAL_CONFIG_DIR = /cfg/d\nLOCAL_CONFIG_FILE = /cfg/local\nV = root\n",
            files: ["/cfg/d/20": "V = 20\n", "/cfg/d/10": "V = 10\n", "/cfg/d/30~": "V = no\n", "/cfg/local": "L = $(V)\n"])
        #expect(configuration.value("V") == "20")
        #expect(configuration.value("L") == "20")
        #expect(configuration.files == ["/cfg/main", "/cfg/d/10", "/cfg/d/20", "/cfg/local"])
    }

    @Test func aDirectoryCanBeTheRoot() throws {
        let files = MemoryConfigurationFiles(["/etc/htapi/10-a": "V = a\n", "/etc/htapi/20-b": "V = $(V)b\n", "/etc/htapi/x~": "V = no\n"])
        let configuration = try Configuration.load(root: .path("/etc/htapi"), environment: [:], files: files, facts: HostFacts())
        #expect(configuration.value("V") == "ab")
    }

    @Test func theRootIsSearchedFor() throws {
        let files = MemoryConfigurationFiles([
            "/etc/condor/condor_config": "W = etc\n", "/home/a/.condor/condor_config": "W = home\n", "/x": "W = x\n",
        ])
        func value(_ environment: [String: String]) throws -> String? {
            try Configuration.load(root: .environment, environment: environment, files: files, facts: HostFacts()).value("W")
        }
        #expect(try value(["HOME": "/home/a"]) == "home")
        #expect(try value(["HOME": "/home/b"]) == "etc")
        #expect(try value(["CONDOR_CONFIG": "/x"]) == "x")
        #expect(try value(["CONDOR_CONFIG": "only_env", "_CONDOR_W": "env"]) == "env")
        #expect(throws: ConfigurationError.self) { try value(["CONDOR_CONFIG": "/missing"]) }
    }

    @Test func defaultsAreKnown() throws {
        let configuration = try load("MINUTE = 60\nX = <$(COLLECTOR_PORT)>\n")
        #expect(configuration.value("X") == "<9618>")
        #expect(configuration.origin("MINUTE")?.description == "<Default>")
        #expect(configuration.value("SHARED_PORT_PORT") == "9618")
    }

    @Test func severalErrorsInOnePass() {
        let found = errors("garbage\nA = 1\nif maybe 1\nB = 1\nendif\ninclude : /cfg/nosuch\nuse ROLE : Submitt\n")
        #expect(found.map(\.line) == [1, 3, 6, 7])
        #expect(found.last?.suggestion == "Submit")
        #expect(found.first?.file == "/cfg/main")
    }

    @Test func metaknobsTellWhereTheyComeFrom() throws {
        let configuration = try load("use FEATURE : PartitionableSlot(2, 50%)\n")
        #expect(configuration.value("SLOT_TYPE_2") == "50%")
        #expect(configuration.origin("SLOT_TYPE_2")?.description.hasPrefix("/cfg/main, line 1, use FEATURE:PartitionableSlot+") == true)
    }
}
