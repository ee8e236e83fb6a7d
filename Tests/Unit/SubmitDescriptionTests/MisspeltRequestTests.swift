import Diagnostics
import SubmitDescription
import Testing

/// `request_` with any name asks for a resource of this name, so a misspelt one is no error, and the job waits for ever.
@Suite struct MisspeltRequestTests {
    private func warnings(_ lines: String) throws -> [Diagnostic] {
        try SubmitDescription.parse("executable = a\n\(lines)\nqueue\n", mode: .remote, parameters: SubmitParameters()).warnings
    }

    @Test(arguments: [
        ("request_memry = 1", "request_memory"), ("Request_Memroy = 2", "request_memory"), ("request_mem = 1", "request_memory"),
        ("request_dsik = 1", "request_disk"), ("request_gps = 1", "request_gpus"), ("request_cpu = 1", "request_cpus"),
    ])
    func aNearNameIsSuggested(_ line: String, _ meant: String) throws {
        #expect(try warnings(line).contains { $0.suggestion == meant }, "\(line)")
    }

    @Test func otherResourcesAreNoMistakes() throws {
        for line in ["request_licences = 1", "request_fpga = 2", "request_tapes = 1", "request_ssd = 1"] {
            #expect(try warnings(line).isEmpty, "\(line)")
        }
        // Whoever has both means both.
        #expect(try warnings("request_memory = 1 GB\nrequest_memry = 1").isEmpty)
    }
}
