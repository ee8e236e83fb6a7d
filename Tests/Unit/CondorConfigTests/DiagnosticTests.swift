import CondorConfig
import Diagnostics
import Testing

@Suite struct ConfigurationDiagnosticTests {
    @Test func unknownNamesWithOurPrefix() throws {
        let configuration = try load("HTTP_API_LISTEN_ADDR = :1\nHTTP_API_LISTEN_ADR = :2\nTOOL.http_api_x = 1\nOTHER = 1\n")
        let warnings = configuration.unknownNames(prefix: "HTTP_API_", known: ["HTTP_API_LISTEN_ADDR", "HTTP_API_TLS_KEY"])
        #expect(warnings.map(\.line) == [2, 3])
        #expect(warnings.first?.suggestion == "HTTP_API_LISTEN_ADDR")
        #expect(warnings.first?.severity == .warning)
        #expect(warnings.first?.column == 1)
    }

    @Test func misspeltParameters() throws {
        let configuration = try load("COLLECTR_HOST = a\nMY_MACROS_OF_OLD = 1\nB = $(SCHEDD_NAMES)\nSCHEDD_NAMES = x\n")
        #expect(configuration.misspeltNames().map(\.suggestion) == ["COLLECTOR_HOST"])
        #expect(configuration.misspeltNames(known: ["Collectr_Host"]).isEmpty)
    }

    @Test func valuesOfTheWrongKind() throws {
        let configuration = try load(
            """
            COLLECTOR_PORT = nine thousand\nMAX_JOBS_RUNNING = 5\nENABLE_IPV4 = sometimes maybe\nSTART = Memory > 5\nA = $INT(B)\nB = x y\nC = \
            $(D)\nD = $(C)\n
            """
        )
        let found = configuration.invalidValues()
        #expect(found.map(\.line) == [1, 5, 7, 8])
    }

    @Test func mistakesOfFormAreNamed() {
        #expect(errors("A@=end\nx\n@end\nB = 1\n").map(\.line) == [1])
        #expect(errors("if(true)\nA = 1\nendif\n").map(\.line) == [1])
        #expect(errors("A = 1\nif true\nB = 2\n").map(\.message) == ["an 'if' is not closed"])
        #expect(errors("use ROEL : Submit\n").first?.suggestion == "ROLE")
        #expect(errors("include ifexist2 : x\n").first?.column == 1)
        #expect(errors("A B\n").first?.expected?.contains("NAME = value") == true)
    }

    @Test func errorsOfIncludedFilesNameTheFile() {
        let found = errors("include : /cfg/inc\n", files: ["/cfg/inc": "A = 1\nwhat is this\n"])
        #expect(found.map(\.file) == ["/cfg/inc"])
        #expect(found.map(\.line) == [2])
        #expect(found.first?.sourceLine == "what is this")
    }
}
