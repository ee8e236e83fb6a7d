import Testing

@testable import Cedar

@Suite struct AddressTests {
    @Test func aScheddsAddress() throws {
        let text = "<127.0.0.1:9618?addrs=127.0.0.1-9618+[fd00--2]-9618&alias=vm&noUDP&sock=schedd_10523_1c00>"
        let address = try Sinful(text)
        #expect(address.primary == Sinful.Endpoint(host: "127.0.0.1", port: 9618))
        #expect(address.endpoints == [.init(host: "127.0.0.1", port: 9618), .init(host: "fd00::2", port: 9618)])
        #expect(address.sharedPortID == "schedd_10523_1c00")
        #expect(address.parameters["noUDP"] == "")
        #expect(!address.needsBroker)
        #expect(address.description == text)
    }

    @Test func otherForms() throws {
        #expect(try Sinful("<[::1]:80>").primary == .init(host: "::1", port: 80))
        #expect(try Sinful("<[::1]:80>").description == "<[::1]:80>")
        #expect(try Sinful("<host.example:0?>").parameters.isEmpty)
        #expect(try Sinful("<h:1?a=1;b=%3c%2F;a=2&c>").parameters == ["a": "2", "b": "</", "c": ""])
        #expect(try Sinful("<h:1?CCBID=1.2.3.4:9618%3fa%3db#7&PrivNet=x>").needsBroker)
        #expect(
            Sinful(host: "h", port: 1, parameters: ["z": "a b", "B": "", "CCBID": "<x>"]).description == "<h:1?B&CCBID=%3cx%3e&z=a%20b>")
    }

    @Test(arguments: [
        "", "<", "<>", "127.0.0.1:1", "<127.0.0.1>", "<127.0.0.1:>", "<127.0.0.1:99999>", "<:1>", "<::1:80>", "<[::1:80>", "<h:1?a=%4>",
        "<h:1?a=%zz>", "<h:1?=x>", "<h:1> ", " <h:1>", "<h:1><h:2>", "<h:-1>", "<h:1?a=%ff>", "<h h:1>", "<[]:1>",
    ])
    func wrongAddresses(text: String) {
        #expect(throws: CedarError(.malformed, "")) { try Sinful(text) }
    }

    @Test func versions() {
        #expect(CondorVersion("$CondorVersion: 25.14.1 2026-10-16 PackageID: 25.14.1+dfsg-1 $") == CondorVersion(25, 14, 1))
        #expect(CondorVersion("$CondorVersion: 9.0.17 Oct 04 2022 BuildID: 609290 $") == CondorVersion(9, 0, 17))
        #expect(CondorVersion("23.9.6") == CondorVersion(23, 9, 6))
        #expect(CondorVersion(CondorVersion.currentText) == .current)
        #expect(CondorVersion(9, 9, 0) < CondorVersion(10, 0, 0))
        #expect(CondorVersion(23, 0, 28) < CondorVersion(23, 9, 0))
        for wrong in ["", "$CondorVersion: $", "25", "25.14", "25.14.", "a.b.c", "9999999.1.1", "-1.2.3"] {
            #expect(CondorVersion(wrong) == nil)
        }
    }
}
