import CondorConfig
import Diagnostics
import Testing

@Suite struct TypedValueTests {
    @Test func durations() throws {
        let configuration = try load("A = 30s\nB = 2m\nC = 1h30m\nD = 45\nE = 0.5s\nF = 250 ms\nG = $(H) m\nH = 3\n")
        #expect(try configuration.duration("A") == .seconds(30))
        #expect(try configuration.duration("B") == .seconds(120))
        #expect(try configuration.duration("C") == .seconds(5400))
        #expect(try configuration.duration("D") == .seconds(45))
        #expect(try configuration.duration("E") == .milliseconds(500))
        #expect(try configuration.duration("F") == .milliseconds(250))
        #expect(try configuration.duration("G") == .seconds(180))
        #expect(try configuration.duration("NOT_SET") == nil)
    }

    @Test func byteCounts() throws {
        let configuration = try load("A = 1 MiB\nB = 10GiB\nC = 10GB\nD = 512\nE = 2K\nF = 1.5 kB\nG = 5 b\n")
        #expect(try configuration.byteCount("A") == 1 << 20)
        #expect(try configuration.byteCount("B") == 10 << 30)
        #expect(try configuration.byteCount("C") == 10_000_000_000)
        #expect(try configuration.byteCount("D") == 512)
        #expect(try configuration.byteCount("E") == 2048)
        #expect(try configuration.byteCount("F") == 1500)
        #expect(try configuration.byteCount("G") == 5)
    }

    @Test func wrongValuesSayWhereAndWhatWasExpected() throws {
        let configuration = try load("# c\nPORT_A = 99999\n  T = soon\nB = maybe\nS = 5 parsecs\nN = $INT(S)\n")
        func diagnostic(_ body: () throws(ConfigurationError) -> Void) -> Diagnostic? {
            do {
                try body()
                return nil
            } catch {
                return error.diagnostic
            }
        }
        let port = diagnostic { () throws(ConfigurationError) in _ = try configuration.integer("PORT_A", range: 1...65535) }
        #expect(port?.file == "/cfg/main")
        #expect(port?.line == 2)
        #expect(port?.column == 10)
        #expect(port?.expected == "an integer from 1 to 65535")
        #expect(port?.sourceLine == "PORT_A = 99999")
        let time = diagnostic { () throws(ConfigurationError) in _ = try configuration.duration("T") }
        #expect(time?.line == 3)
        #expect(time?.column == 7)
        #expect(time?.expected?.contains("30s") == true)
        #expect(diagnostic { () throws(ConfigurationError) in _ = try configuration.boolean("B") }?.expected == "true or false")
        #expect(diagnostic { () throws(ConfigurationError) in _ = try configuration.byteCount("S") }?.line == 5)
        #expect(diagnostic { () throws(ConfigurationError) in _ = try configuration.string("N") }?.line == 6)
    }

    @Test func booleansIntegersAndLists() throws {
        let configuration = try load("A = True\nB = no\nC = -7\nD = a, b c\n E = ,\n")
        #expect(try configuration.boolean("A") == true)
        #expect(try configuration.boolean("B") == false)
        #expect(try configuration.integer("C") == -7)
        #expect(try configuration.list("D") == ["a", "b", "c"])
        #expect(try configuration.list("E") == nil)
    }
}
