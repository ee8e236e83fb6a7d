import CondorConfig
import Diagnostics
import SeededGeneration
import Testing

/// Input that is meant to do harm ends in an error, soon and with little memory.
@Suite struct HostileInputTests {
    private func firstError(_ main: String, files: [String: String] = [:]) -> String { errors(main, files: files).first?.message ?? "" }

    /// What asking for a value ends with.
    private func failure(_ main: String, _ name: String) throws -> String? {
        let configuration = try load(main)
        do throws(ConfigurationError) {
            _ = try configuration.expand(name)
            return nil
        } catch {
            return error.diagnostic.message
        }
    }

    @Test func valuesThatReferToEachOther() throws {
        #expect(try failure("A = $(B)\nB = x$(A)\n", "A")?.contains("refer to itself") == true)
        #expect(try failure("A = $(B)\nB = $(A)\n", "B")?.contains("refer to itself") == true)
        #expect(try failure("A = $INT(A)\n", "A")?.contains("refer to itself") == true)
        #expect(try failure("A = $EVAL(B)\nB = $STRING(A)\n", "A")?.contains("refer to itself") == true)
        #expect(try load("A = $(B)\nB = $(A)\n").value("A") == nil)
    }

    @Test func anEnvironmentValueThatRefersToItself() throws {
        let configuration = try load("B = 1\n", environment: ["_CONDOR_A": "x$(A)"])
        #expect(throws: ConfigurationError.self) { try configuration.string("A") }
    }

    @Test func exponentialMacros() throws {
        let lines = (1...40).map { "A\($0) = $(A\($0 - 1))$(A\($0 - 1))" }.joined(separator: "\n")
        #expect(try failure("A0 = xxxxxxxxxx\n\(lines)\n", "A40")?.contains("4 MiB") == true)
        let doubling = String(repeating: "A = $(A)$(A)\n", count: 40)
        #expect(firstError("A = xxxxxxxxxx\n\(doubling)").contains("4 MiB"))
        #expect(firstError("A = x\n" + String(repeating: "A += " + String(repeating: "x", count: 3000) + "\n", count: 3000)).contains("work"))
    }

    @Test func includesThatIncludeThemselves() {
        #expect(firstError("include : /cfg/main\n").contains("nested too deep"))
        let files = Dictionary(uniqueKeysWithValues: (0..<18).map { ("/cfg/\($0)", "include : /cfg/\($0 + 1)\ninclude : /cfg/\($0 + 1)\n") })
        #expect(firstError("include : /cfg/0\n", files: files.merging(["/cfg/18": "A = 1\n"]) { $1 }).contains("files are included"))
    }

    @Test func deeplyNestedBlocks() {
        #expect(firstError(String(repeating: "if true\n", count: 100_000)).contains("nested too deep"))
        #expect(firstError(String(repeating: "if false\n", count: 100_000)).contains("nested too deep"))
        #expect(firstError(String(repeating: "endif\n", count: 100_000)) == "endif without matching if")
    }

    @Test func longLines() throws {
        let long = String(repeating: "x", count: 1 << 20)
        #expect(try load("A = \(long)\nB = $SUBSTR(A,-3)\n").value("B") == "xxx")
        #expect(firstError("A = " + String(repeating: "\(long)\\\n", count: 5)).contains("4 MiB"))
        #expect(errors(String(repeating: "(", count: 1 << 20) + "\n").count == 1)
        for unit in ["$(", "$INT(", "$(A:", "$(A$(B", "$(B:$(B:"] {
            // Either the text stays as it is, or the search is given up.
            let text = String(repeating: unit, count: (1 << 16) / unit.utf8.count)
            let configuration = try load("A = \(text)\n")
            #expect(((try? configuration.expand("A").value) ?? text).utf8.count <= 4 << 20)
        }
        let references = String(repeating: "$(NONE)", count: 10_000)
        #expect(try load("A = <\(references)>\n").value("A") == "<>")
    }

    @Test func bytesThatAreNoText() throws {
        func load(bytes: [UInt8]) throws(ConfigurationError) -> Configuration {
            try Configuration.load(
                root: .path("/m"), environment: [:], files: MemoryConfigurationFiles(["/m": bytes]), facts: HostFacts())
        }
        func message(_ bytes: [UInt8]) -> Diagnostic? {
            do throws(ConfigurationError) {
                _ = try load(bytes: bytes)
                return nil
            } catch {
                return error.diagnostic
            }
        }
        #expect(message(Array("A = 1\nB = \u{0}x\n".utf8))?.message == "the file has a NUL byte")
        #expect(message(Array("A = 1\nB = \u{0}x\n".utf8))?.line == 2)
        #expect(message([0xEF, 0xBB, 0xBF] + Array("A = 1\n".utf8))?.message == "the file begins with a byte order mark")
        #expect(message(Array("A = a".utf8) + [0xFF, 0x0A])?.message == "the line is not UTF-8")
        #expect(message(Array("A = a".utf8) + [0xFF, 0x0A])?.column == 6)
        // Comments may be in any encoding.
        #expect(try load(bytes: [0x23, 0xE9, 0x0A] + Array("A = 1\r\nB = 2\r\n".utf8)).value("A") == "1")
    }

    @Test func wideFormatsAndNumbers() throws {
        // What condor_config_val 25.14.1 prints.
        #expect(try load("A = 1\nB = <$INT(A,%999999999d)>\n").value("B") == "<\(String(repeating: " ", count: 55))>")
        #expect(try load("A = 1\nB = <$REAL(A,%.999999999f)>\n").value("B") == "<1.\(String(repeating: "0", count: 53))>")
        #expect(try load("A = 1\nB = <$STRING(A,%n)>\n").value("B") == "<%n>")
        #expect(try load("A = $SUBSTR(B,99999999999999999999,5)\nB = xyz\n").value("A") == nil)
        #expect(try load("A = <$RANDOM_INTEGER(-9223372036854775808,9223372036854775807,1)>\n").value("A") == "<-9223372036854775808>")
        #expect(
            try load("if version >= 99999999999.1\nA = 1\nelse\nA = 2\nendif\nB = 1\n".replacing("99999999999.1", with: "9999.1")).value("A") == "2")
        #expect(firstError("if version >= 99999999999.99999999999\nendif\n").contains("not a condition"))
    }

    @Test func metaknobArguments() {
        #expect(errors("use FEATURE:PartitionableSlot($(1))\n").isEmpty == false)
        let nested = String(repeating: "(", count: 20_000)
        _ = errors("use FEATURE:PartitionableSlot\(nested)\n")
        _ = errors("use FEATURE:PartitionableSlot(" + String(repeating: ",", count: 1 << 16) + ")\n")
    }

    @Test(arguments: 0..<8) func randomText(_ index: Int) throws {
        var random = SeededGenerator(seed: 0x5EED_0000 + UInt64(index))
        let pieces = [
            "A", "B", " = ", "=", "$(A)", "$(", ")", "$INT(", "$(B:", "\n", "\n", "\n", "\\\n", "if ", "endif\n", "else\n", "true", "use ", "ROLE",
            ":",
            "Submit", "@=", "end", "@end\n", "#", "$F", "include", "$$(", "\"", "'", ",", "$CHOICE(", "1", "+=", " ", "\t", "\u{0}", "é", "$ENV(",
            "elif ",
        ]
        for round in 0..<400 {
            var text = ""
            for _ in 0..<Int.random(in: 1...60, using: &random) { text += pieces[Int.random(in: 0..<pieces.count, using: &random)] }
            guard let configuration = try? load(text) else { continue }
            for setting in configuration.settings { _ = try? configuration.expand(setting.name) }
            // What was loaded can be written out and loaded again with the same values.
            let again = configuration.settings.filter { !$0.rawValue.isEmpty && $0.origin.file == "/cfg/main" && !$0.rawValue.contains("\n") }
            let copy = again.map { "\($0.name) = \($0.rawValue)" }.joined(separator: "\n") + "\n"
            guard !copy.contains("\\\n"), let reloaded = try? load(copy) else { continue }
            for setting in again where !setting.rawValue.contains("$") {
                #expect(reloaded.rawValue(setting.name) == configuration.rawValue(setting.name), "seed index \(index), round \(round): \(text)")
            }
        }
    }
}
