import Cedar
import ClassAd
import CondorProtocol
import SeededGeneration
import Testing

/// Whatever arrives: a value or a typed error.
struct RandomLayoutTests {
    static let layoutCount = 21

    static func read(_ layout: Int, _ m: inout MessageDecoder) throws(CedarError) {
        switch layout {
        case 0: _ = try QueueRequest(from: &m)
        case 1: _ = try QueueReply(from: &m)
        case 2: _ = try NewClusterReply(from: &m)
        case 3: _ = try CommitReply(from: &m)
        case 4: _ = try JobQuery(from: &m)
        case 5: _ = JobQuerySummary(try m.readAd())
        case 6: _ = try JobActionRequest(from: &m)
        case 7: _ = try JobActionResult(from: &m)
        case 8: _ = try Acknowledgement(from: &m)
        case 9: _ = try HistoryQuery(from: &m)
        case 10: _ = HistorySummary(try m.readAd())
        case 11: _ = try CollectorQuery(.any, from: &m)
        case 12: _ = try CollectorReply(from: &m)
        case 13: _ = try SecurityQueryReply(from: &m)
        case 14: _ = try FileTransfer.Start(from: &m)
        case 15: _ = try FileTransfer.FileSize(from: &m)
        case 16: _ = try FileTransfer.GoAhead(from: &m)
        case 17: _ = try FileTransfer.Report(from: &m)
        case 18: _ = try SpoolRequest.decodeHead(from: &m)
        case 19: _ = try SpoolRequest.decodeJobs(count: 3, from: &m)
        case 20: _ = try TransferDataRequest(from: &m)
        default: break
        }
    }

    static let words = [
        "Requirements", "Projection", "LimitResults", "MyJobs", "JobAction", "ActionIds", "ActionConstraint", "ActionResult", "job_1_0",
        "result_total_1", "Result", "TransferStats", "HoldReason", "Since", "NumJobMatches", "HistoryRecordSource", "Owner", "ErrorReason",
        "MaxTransferBytes", "SandboxSize",
    ]
    static let values = [
        "1", "-1", "9223372036854775807", "-9223372036854775808", "99999999999999999999", "1.5", "true", "undefined", "error", "\"x\"", "\"1.0,2.0\"",
        "{ \"a\",1 }", "[ CedarSizeBytes = -1 ]", "{ {", "a + ", "((((", "\"", "\"\\\"", "strcat(\"a\", b)", "0/0",
    ]

    /// A message that looks somewhat like one: numbers, ads of known attributes, noise; sometimes cut.
    static func message(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        let numbers: [Int64] = [0, 1, -1, 2, 6, 666, 10002, 10006, 10027, 10028, 10032, .min, .max, 1 << 32]
        for _ in 0...random.below(4) {
            switch random.below(4) {
            case 0: bytes += int(numbers[random.below(numbers.count)])
            case 1:
                let count = random.below(4)
                bytes += int(Int64(count))
                for _ in 0..<count { bytes += str(words[random.below(words.count)] + " = " + values[random.below(values.count)]) }
                bytes += [0, 0]
            case 2: bytes += str(values[random.below(values.count)])
            default: bytes += random.bytes(random.below(24))
            }
        }
        return random.below(3) == 0 ? Array(bytes.prefix(random.below(bytes.count + 1))) : bytes
    }

    @Test func randomMessagesEndInValuesOrErrors() {
        let seed: UInt64 = 0x5EED_C11E_0001
        var random = SeededGenerator(seed: seed)
        var understood = 0
        for _ in 0..<40_000 {
            let bytes = Self.message(&random)
            let layout = random.below(Self.layoutCount)
            var decoder = MessageDecoder(message: bytes, encrypted: random.below(8) == 0)
            do throws(CedarError) {
                try Self.read(layout, &decoder)
                understood += 1
            } catch {
                // The message is whole: "more packets needed" would be a hang.
                #expect(error.code != .incomplete, "seed \(seed): \(bytes)")
            }
        }
        #expect(understood > 1000, "seed \(seed)")
    }
}
