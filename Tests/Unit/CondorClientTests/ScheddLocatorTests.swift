import Tokens
import Cedar
import ClassAd
import CondorProtocol
import Glibc
import NIOConcurrencyHelpers
import SeededGeneration
import Testing

@testable import CondorClient

struct ScheddLocatorTests {
    static let version = "$CondorVersion: 25.14.1 2026-10-16 PackageID: 25.14.1+dfsg-1 $"

    @Test func addressFilesInBothForms() throws {
        let plain = """
            <127.0.0.1:9618?addrs=127.0.0.1-9618&alias=vm&noUDP&sock=schedd_10523_1c00>
            \(Self.version)
            $CondorPlatform: X86_64-Debian_14 $
            Machine = "vm"
            Name = "node.pool.test"
            """
        let address = try ScheddLocator.parse(plain.utf8, path: "f")
        #expect(address.sinful.sharedPortID == "schedd_10523_1c00")
        #expect(address.version == Self.version)
        #expect(address.name == "node.pool.test")
        let pairs = "# a comment <1.2.3.4:5>\nCondorVersion = \"\(Self.version)\"\r\nMyAddress = \"<10.0.0.1:1>\"\nName=\"n\"\n"
        let other = try ScheddLocator.parse(pairs.utf8, path: "f")
        #expect(other == ScheddAddress(sinful: try Sinful("<10.0.0.1:1>"), version: Self.version, name: "n"))
        for bad in ["", "\n\n", "#<1.2.3.4:5>", "nonsense", "MyAddress = <1.2.3.4:5>", "<nonsense>"] {
            #expect(throws: CondorError(.unreachable, "")) { try ScheddLocator.parse(bad.utf8, path: "f") }
        }
    }

    @Test func aChangedFileIsReadAgain() async throws {
        let path = "/tmp/htapi-locator-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(path) }
        let locator = ScheddLocator(.addressFile(path)) { _, _ in nil }
        await #expect(throws: CondorError(.unreachable, "")) { try await locator.address(for: .anonymous) }
        for port in [1000, 1001] {
            // As daemons do: a new file takes the place of the old one.
            let text = "<127.0.0.1:\(port)>\n"
            let file = try #require(fopen(path + ".new", "w"))
            fputs(text, file)
            fclose(file)
            rename(path + ".new", path)
            #expect(try await locator.address(for: .anonymous).sinful.primary.port == port)
            #expect(try await locator.address(for: .anonymous).sinful.primary.port == port)
        }
    }

    @Test func theCollectorIsAskedAgainOnlyAfterAFailure() async throws {
        let questions = NIOLockedValueBox(0)
        let locator = ScheddLocator(.collector(name: "n")) { query, _ in
            let number = questions.withLockedValue { count in
                count += 1
                return count
            }
            var ad = WireAd()
            ad.append(line: Array("MyAddress = \"<127.0.0.1:\(number)>\"".utf8))
            ad.append(line: Array("Name = \"n\"".utf8))
            return query.location == "n" ? ad : nil
        }
        let first = try await locator.address(for: .anonymous)
        #expect(first.sinful.primary.port == 1)
        #expect(try await locator.address(for: .anonymous) == first)
        locator.forget(ScheddAddress(sinful: try Sinful("<127.0.0.1:77>")))
        #expect(try await locator.address(for: .anonymous) == first)
        locator.forget(first)
        #expect(try await locator.address(for: .anonymous).sinful.primary.port == 2)
    }

    @Test func addressesAsConfigured() throws {
        #expect(try ScheddLocator.sinful("h.example:77", defaultPort: nil).primary == .init(host: "h.example", port: 77))
        #expect(try ScheddLocator.sinful("h.example", defaultPort: 9618).primary == .init(host: "h.example", port: 9618))
        #expect(try ScheddLocator.sinful("<[::1]:5?sock=x>", defaultPort: nil).sharedPortID == "x")
        for bad in ["", "a b", "h.example", "<x"] {
            #expect(throws: CondorError(.unreachable, "")) { try ScheddLocator.sinful(bad, defaultPort: nil) }
        }
    }

    @Test func randomFilesEndInAddressesOrErrors() {
        let seed: UInt64 = 0x5EED_F11E
        var random = SeededGenerator(seed: seed)
        let pieces = ["<127.0.0.1:1>", "\n", "MyAddress", " = ", "\"", "<", ">", "Name", "#", "$CondorVersion:", "\r\n", "=", " "]
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<random.below(12) {
                bytes += random.below(4) == 0 ? random.bytes(random.below(5)) : Array(pieces[random.below(pieces.count)].utf8)
            }
            do throws(CondorError) {
                _ = try ScheddLocator.parse(bytes, path: "f")
            } catch {
                #expect(error.code == .unreachable, "seed \(seed): \(bytes)")
            }
        }
    }

    @Test func aCollectorThatTellsStrangersNothingIsAskedWithTheIdentity() async throws {
        let locator = ScheddLocator(.collector(name: "n")) { _, credential throws(CondorError) in
            guard credential == .claimToBe("alice") else { throw CondorError(.authenticationFailed, "who are you?") }
            var ad = WireAd()
            ad.append(line: Array("MyAddress = \"<127.0.0.1:7>\"".utf8))
            return ad
        }
        await #expect(throws: CondorError(.authenticationFailed, "")) { try await locator.address(for: .anonymous) }
        #expect(try await locator.address(for: .claimToBe("alice")).sinful.primary.port == 7)
        // Where it is, is no secret: the next one need not ask.
        #expect(try await locator.address(for: .anonymous).sinful.primary.port == 7)
    }
}
