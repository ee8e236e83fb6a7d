import JSON
import SeededGeneration
import Testing

@testable import ClassAd

@Suite struct WireAdTests {
    private func wire(_ lines: String...) -> WireAd {
        var ad = WireAd()
        for line in lines { ad.append(line: Array(line.utf8)) }
        return ad
    }

    private func json(_ ad: WireAd, _ projection: AttributeProjection? = nil) -> String {
        var writer = JSONWriter(capacity: 1)
        ad.writeJSON(into: &writer, projection: projection)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func readsLiteralsWithoutTrees() {
        let ad = wire(
            "ClusterId = 12", "Neg=-5", "Owner = \"alice\"", "Rank = 0.5", "On = TRUE", "Cmd = \"C:\\dir\\\"", "Quoted = \"a\\\"b\"",
            "Expr = 1 + 1")
        #expect(ad.count == 8)
        #expect(ad.integer("clusterid") == 12)
        #expect(ad.integer("Neg") == -5)
        #expect(ad.string("OWNER") == "alice")
        #expect(ad.real("Rank") == 0.5)
        #expect(ad.real("ClusterId") == 12)
        #expect(ad.boolean("On") == true)
        #expect(ad.string("Cmd") == "C:\\dir\\")
        #expect(ad.string("Quoted") == "a\"b")
        #expect(ad.integer("Expr") == nil)
        #expect(ad.evaluate("Expr") == .integer(2))
        #expect(ad.evaluate("Missing") == .undefined)
        #expect(ad.rawExpression("Expr").map { Array($0) } == Array("1 + 1".utf8))
    }

    @Test func laterDuplicatesWin() throws {
        let ad = wire("A = 1", "B = 2", "a = 3")
        #expect(ad.count == 2)
        #expect(ad.integer("A") == 3)
        #expect(json(ad) == #"{"B":2,"a":3}"#)
        #expect(ad.classAd().count == 2)
    }

    @Test func takesManyAttributes() {
        var ad = WireAd()
        for round in 0..<2 {
            for i in 0..<5000 { ad.append(line: Array("Attribute\(i) = \(i + round)".utf8)) }
        }
        #expect(ad.count == 5000)
        #expect((0..<5000).allSatisfy { ad.integer("ATTRIBUTE\($0)") == Int64($0 + 1) })
        #expect(ad.integer("Attribute5000") == nil)
    }

    @Test func refusesLinesThatAreNoAssignment() {
        var ad = WireAd()
        let taken = [ad.append(line: Array("nothing".utf8)), ad.append(line: Array(" = 5".utf8))]
        #expect(taken == [false, false])
        #expect(ad.isEmpty)
    }

    @Test(arguments: [
        ("A = 1", #"{"A":1}"#),
        ("A = -0.5", #"{"A":-0.5}"#),
        ("A = 1E+20", #"{"A":1E+20}"#),
        ("A = 1E+200", #"{"A":1E+200}"#),
        ("A = 3e308", #"{"A":"\/Expr(real(\"INF\"))\/"}"#),
        ("A = .5", #"{"A":0.5}"#),
        ("A = 08.5", #"{"A":8.5}"#),
        ("A = 99999999999999999999", #"{"A":0}"#),
        ("A = 9223372036854775807", #"{"A":9223372036854775807}"#),
        ("A = true", #"{"A":true}"#),
        ("A = FALSE", #"{"A":false}"#),
        ("A = undefined", #"{"A":null}"#),
        ("A = error", #"{"A":"\/Expr(error)\/"}"#),
        ("A = \"x\"", #"{"A":"x"}"#),
        ("A = \"a\\\"b\\c\td\"", #"{"A":"a\"b\\c\td"}"#),
        ("A = \"\\\"", #"{"A":"\\"}"#),
        ("A = \"\u{1}é😀\"", "{\"A\":\"\\u0001é😀\"}"),
        ("A = { 1,\"b\",[ c = undefined ] }", #"{"A":[1,"b",{"c":null}]}"#),
        ("A = {  }", #"{"A":[]}"#),
        ("A = B =?= undefined && C =!= \"x =?= y\"", #"{"A":"\/Expr(B is undefined && C isnt \"x =?= y\")\/"}"#),
        ("A = B > 1.5", #"{"A":"\/Expr(B > 1.500000000000000E+00)\/"}"#),
        ("A = real(\"INF\")", #"{"A":"\/Expr(real(\"INF\"))\/"}"#),
        ("A = relTime(\"01:00\")", #"{"A":"\/Expr(relTime(\"01:00\"))\/"}"#),
        ("A = strcat(\"a\\b\",C)", #"{"A":"\/Expr(strcat(\"a\\\\b\",C))\/"}"#),
        ("A = { 1", #"{"A":"\/Expr(error)\/"}"#),
        ("A = \"a\" == \"b\"", #"{"A":"\/Expr(\"a\" == \"b\")\/"}"#),
    ])
    func transcodesToJSON(line: String, expected: String) {
        #expect(json(wire(line)) == expected)
    }

    @Test func replacesWhatIsNotUTF8() {
        var ad = WireAd()
        ad.append(line: Array("A = \"".utf8) + [0x61, 0xFF, 0xC3] + Array("\"".utf8))
        #expect(json(ad) == "{\"A\":\"a\u{FFFD}\u{FFFD}\"}")
        // Within ClassAds the bytes stay what they are.
        #expect(ad.classAd().string("A").map { $0.classAdByteCount } == 3)
        #expect(WireAd(ad.classAd()).rawExpression("A").map { Array($0) } == ad.rawExpression("A").map { Array($0) })
    }

    @Test func neverShowsSecrets() {
        let ad = wire(
            "ClaimId = \"s\"", "capability = \"s\"", "TransferKey = \"s\"", "_CONDOR_PRIVx = 1", "Claim = 1",
            "N = [ ClaimId = \"s\"; a = 1 ]")
        #expect(json(ad) == #"{"Claim":1,"N":{"a":1}}"#)
        #expect(!"\(ad)".contains("s\""))
    }

    @Test func projects() {
        let ad = wire("ClusterId = 1", "ProcId = 0", "Owner = \"a\"")
        #expect(json(ad, AttributeProjection(["owner", "PROCID", "missing"])) == #"{"ProcId":0,"Owner":"a"}"#)
    }

    @Test func transcodingAgreesWithTheTree() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "a", "B", "\"", "\\", "\n", "\t", "é", "=?=", "=!=", "1.5", ".", "5", " ", "(", ")", "&&", "{", "}", "[", "]", ";", ",", "x",
            "//", "\u{1}", "true",
        ]
        for round in 0..<20_000 {
            let value = (0..<Int.random(in: 1...8, using: &random)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }
                .joined()
            let ad = wire("A = " + value)
            guard let tree = (try? ad.expression("A")) ?? nil, let whole = try? ExprTree.parse(value, syntax: .old) else { continue }
            // HTCondor writes one space around operators; text that is not written so is taken as it is.
            guard whole.unparsed(.old) == value, tree == whole else { continue }
            var writer = JSONWriter()
            ad.classAd().writeJSON(into: &writer)
            #expect(json(ad) == String(decoding: writer.bytes, as: UTF8.self), "seed 7, round \(round): \(value)")
        }
    }
}
