import ClassAd
import CondorModel
import Glibc
import SeededGeneration
import Testing

@testable import MiniCondor

@Suite struct JobLaunchTests {
    private func launch(_ attributes: [String: String]) throws -> JobLaunch {
        var ad = ClassAd()
        for (name, text) in ["Cmd": "\"/bin/true\"", "Iwd": "\"/spool/1\""].merging(attributes, uniquingKeysWith: { $1 }) {
            ad[name] = try ExprTree.parse(text, syntax: .old)
        }
        return try JobLaunch(ad, job: try #require(JobID("1.0")), spool: "/spool/1", defaultGrace: 30)
    }

    @Test func arguments() throws {
        func list(_ attributes: [String: String]) throws -> [String] {
            try launch(attributes).argumentList().map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try list(["Args": "\"a 'b  c'\""]) == ["a", "'b", "c'"])
        #expect(try list(["Arguments": "\"a 'b  c' 'it''s' ''\"", "Args": "\"x\""]) == ["a", "b  c", "it's", ""])
        #expect(try list([:]).isEmpty)
        #expect(throws: RunFailure.self) { try list(["Arguments": "\"'open\""]) }
    }

    @Test func environment() throws {
        func variables(_ attributes: [String: String]) throws -> [String: String] {
            try JobEnvironment(ofOwner: launch(attributes)).variables.mapValues { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try variables(["Environment": "\"A=1 'B=x y' C=\""]) == ["A": "1", "B": "x y", "C": ""])
        #expect(try variables(["Env": "\"A=1;B=x y\""]) == ["A": "1", "B": "x y"])
        #expect(try variables(["Env": "\"A=1|B=2;3\"", "EnvDelim": "\"|\""]) == ["A": "1", "B": "2;3"])
        #expect(throws: RunFailure.self) { try variables(["Environment": "\"novalue\""]) }
    }

    @Test func filesAndSignals() throws {
        let spooled = try launch(
            [
                "TransferInput": "\"a, b ,,c\"", "Out": "\"o\"", "StreamOut": "true", "Err": "\"x/e\"", "StreamErr": "true", "KillSig": "\"SIGINT\"",
                "RemoveKillSig": "9",
                "TransferOutputRemaps": "\"a=b\"", "KillSigTimeout": "99",
            ])
        #expect(spooled.isSpooled && spooled.transfersFiles)
        #expect(spooled.inputFiles == ["a", "b", "c"])
        #expect(spooled.outputFiles == nil && spooled.outputRemaps.isEmpty)
        #expect(spooled.output.isStreamed && !spooled.error.isStreamed)
        #expect(spooled.killSignal == SIGINT && spooled.removeKillSignal == SIGKILL && spooled.holdKillSignal == SIGINT)
        #expect(spooled.killGrace == 30)
        let local = try launch([
            "Iwd": "\"/home/x\"", "TransferOutputRemaps": "\"a=dir/b;c\\\\;d = e\"", "ShouldTransferFiles": "\"YES\"", "TransferOutput": "\"\"",
        ])
        #expect(!local.isSpooled && local.transfersFiles)
        #expect(local.outputFiles == [])
        #expect(local.outputRemaps["a"] == "dir/b")
        #expect(local.program(scratch: "/s") == "/s/true")
        let inPlace = try launch(["Iwd": "\"/home/x\"", "ShouldTransferFiles": "\"NO\"", "Cmd": "\"bin/p\""])
        #expect(!inPlace.transfersFiles && inPlace.program(scratch: "/s") == "/home/x/bin/p")
    }

    @Test func whatIsMissing() throws {
        #expect(throws: RunFailure.self) { try launch(["Cmd": "undefined"]) }
        #expect(throws: RunFailure.self) { try launch(["Iwd": "\"relative\""]) }
        #expect(throws: RunFailure.self) { try launch(["DeferralTime": "\"soon\""]) }
        #expect(try launch(["DeferralTime": "100", "DeferralWindow": "5"]).deferral?.time == 100)
    }

    @Test func expansion() throws {
        var slot = ClassAd()
        slot.set("Cpus", 3)
        slot.set("Name", "slot1_1")
        var matched: [MatchedAttribute] = []
        func expanded(_ text: String) throws -> String? {
            var ad = ClassAd()
            ad.set("Args", text)
            matched = try MatchExpansion.expand(&ad, slot: slot)
            return ad.string("Args")
        }
        #expect(try expanded("-n $$(Cpus) $$(Name)") == "-n 3 slot1_1")
        #expect(
            matched == [
                MatchedAttribute(name: "MATCH_Cpus", value: "3"), MatchedAttribute(name: "MATCH_Name", value: "slot1_1"),
                MatchedAttribute(name: "MATCH_EXP_Args", value: "-n 3 slot1_1"),
            ])
        #expect(try expanded("$$(Absent:none) $(x) $$ $$(") == "none $(x) $$ $$(")
        #expect(try expanded("$$([TARGET.Cpus * 2])") == "6")
        #expect(throws: RunFailure.self) { try expanded("$$(Absent)") }
    }

    /// Whatever an ad holds, it is read or refused.
    @Test func random() throws {
        var random = SeededGenerator(seed: 41)
        let pieces = ["'", "\"", "\\", ";", "=", "$$(", "[", "])", ")", ":", ",", "/", "..", " ", "\u{0}", "é", "a", "#CoNdOrScRaTcHdIr#", "\n"]
        for round in 0..<2000 {
            func text() -> String { (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }.joined() }
            var ad = ClassAd()
            ad.set("Cmd", "x" + text())
            ad.set("Iwd", "/" + text())
            for name in ["Args", "Arguments", "Environment", "Env", "TransferInput", "TransferOutput", "TransferOutputRemaps", "Out", "KillSig"]
            where random.below(2) == 0 {
                ad.set(name, text())
            }
            _ = try? MatchExpansion.expand(&ad, slot: ClassAd())
            guard let launch = try? JobLaunch(ad, job: try #require(JobID("1.0")), spool: "/s", defaultGrace: 1) else { continue }
            _ = try? launch.argumentList()
            _ = try? JobEnvironment(ofOwner: launch)
            #expect(!launch.program(scratch: "/s").isEmpty, "seed 41, round \(round)")
        }
    }
}
