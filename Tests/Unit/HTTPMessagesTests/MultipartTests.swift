import HTTPTypes
import NIOCore
import SeededGeneration
import Testing

@testable import HTTPMessages

@Suite struct MultipartTests {
    /// What a body holds when it arrives in those pieces.
    private func parts(_ pieces: [[UInt8]], boundary: String = "b") throws -> [(MultipartReader.Part, [UInt8])] {
        var machine = MultipartMachine(boundary: boundary)
        var pieces = pieces[...]
        var found: [(MultipartReader.Part, [UInt8])] = []
        var hasEnded = false
        while true {
            switch try machine.next() {
            case .part(let part): found.append((part, []))
            case .bytes(let bytes): found[found.count - 1].1 += bytes.readableBytesView
            case .partEnd: break
            case .end: return found
            case nil:
                if let piece = pieces.popFirst() {
                    machine.receive(ByteBuffer(bytes: piece))
                } else if hasEnded {
                    throw Problem.multipart("cut")
                } else {
                    hasEnded = true
                    machine.receiveEnd()
                }
            }
        }
    }

    private func read(_ body: String, contentType: String = "multipart/form-data; boundary=b") async throws -> [String] {
        var reader = try MultipartReader(
            Request(
                method: .post, target: RequestTarget("/"), headers: [.contentType: contentType], id: "1", logger: .quiet,
                body: RequestBody(bytes: ByteBuffer(string: body))))
        var found: [String] = []
        while let part = try await reader.nextPart() {
            var text = "\(part.name)|\(part.filename ?? "-")|\(part.contentType?.description ?? "-")|"
            while let bytes = try await reader.nextBytes() { text += String(buffer: bytes) }
            found.append(text)
        }
        return found
    }

    @Test func readsParts() async throws {
        let body =
            """
            preamble\r\n--b\r\nContent-Disposition: form-data; name="submit"\r\n\r\nqueue\r\n\r\n--b \r\ncontent-disposition: FORM-DATA; \
            name=input; filename="a \\"b\\".tar"\r\nContent-Type: application/x-tar\r\n\r\n\r\n--not\r\n--b\r\nContent-Disposition: form-data; \
            name=empty\r\n\r\n\r\n--b--\r\nepilogue
            """
        #expect(try await read(body) == ["submit|-|-|queue\r\n", "input|a \"b\".tar|application/x-tar|\r\n--not", "empty|-|-|"])
        #expect(try await read("--b--") == [])
    }

    @Test(arguments: [
        (#"filename*=UTF-8''na%C3%AFve%20file.txt"#, "na\u{EF}ve file.txt"), (#"filename="plain.txt"; filename*=utf-8'en'a%2Fb"#, "a/b"),
        (#"filename="plain.txt"; filename*=UTF-8''%FF"#, "plain.txt"), (#"filename="plain.txt"; filename*=koi8-r''x"#, "plain.txt"),
        ("filename=\"a.txt\"\r\nContent-Transfer-Encoding: binary", "a.txt"), ("filename=\"a.txt\"\r\nContent-Transfer-Encoding:8BIT ", "a.txt"),
    ])
    func takesWhatOlderClientsSay(_ head: String, _ filename: String) async throws {
        let found = try await read("--b\r\nContent-Disposition: form-data; name=\"f\"; \(head)\r\n\r\nx\r\n--b--")
        #expect(found == ["f|\(filename)|-|x"])
    }

    @Test func skipsWhatIsNotRead() async throws {
        var reader = try MultipartReader(
            Request(
                method: .post, target: RequestTarget("/"), headers: [.contentType: "multipart/form-data; boundary=\"b\""], id: "1",
                logger: .quiet,
                body: RequestBody(
                    bytes: ByteBuffer(
                        string:
                            """
                            --b\r\nContent-Disposition: form-data; name=x\r\n\r\nlong\r\n--b\r\nContent-Disposition: form-data; \
                            name=y\r\n\r\n\r\n--b--
                            """
                    ))))
        #expect(try await reader.nextPart()?.name == "x")
        #expect(try await reader.nextPart()?.name == "y")
        #expect(try await reader.nextPart() == nil)
    }

    @Test(arguments: [
        "", "--b", "--b\r\n", "--bx\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=x\r\n\r\nx", "--b\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n--b",
        "--b\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n--b-", "--b\r\n\r\nx\r\n--b--", "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=x\r\n\r\nx\r\n--b--", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=x; name=y\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"x\r\n\r\nx\r\n--b--",
        "--b\r\nno field\r\n\r\nx\r\n--b--", "--b\r\nContent-Disposition: form-data; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=x; filename*=UTF-8''%FF\r\n\r\nx\r\n--b--",
        "--b\r\n" + String(repeating: "X: y\r\n", count: 4000),
    ])
    func refusesOtherBodies(_ body: String) async throws {
        await #expect(throws: Problem.self) { try await read(body) }
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/mixed; boundary=b", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"b \"", "multipart/form-data; boundary=\"a\\\"b\"", "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=" + String(repeating: "a", count: 71), "multipart/form-data, boundary=b",
    ])
    func refusesOtherTypes(_ type: String) async throws {
        await #expect(throws: Problem.self) { try await read("--b--", contentType: type) }
    }

    @Test func piecesDoNotMatter() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("\r\n-b x".utf8)
        for _ in 0..<3000 {
            var body: [UInt8] = []
            var wanted: [[UInt8]] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                var content = (0..<Int.random(in: 0...30, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
                // A part cannot hold the boundary itself.
                while let position = content.indices.first(where: { content[$0...].starts(with: "\r\n--b".utf8) }) { content.remove(at: position) }
                if content.starts(with: "--b".utf8) { content.removeFirst() }
                body += Array("\r\n--b\r\nContent-Disposition: form-data; name=x\r\n\r\n".utf8) + content
                wanted.append(content)
            }
            body += Array("\r\n--b--\r\n".utf8)
            var pieces: [[UInt8]] = []
            var rest = body[...]
            while !rest.isEmpty {
                let length = min(rest.count, Int.random(in: 1...12, using: &random))
                pieces.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            #expect(try parts(pieces).map(\.1) == wanted, "seed \(seed)")
            // A body that is cut anywhere before its end is an error, and never more than that.
            let cut = Int.random(in: 0..<(body.count - 4), using: &random)
            #expect(throws: Problem.self, "seed \(seed)") { try parts([Array(body.prefix(cut))]) }
        }
    }

    @Test func randomBytesNeverTrap() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let words = ["\r\n", "--b", "--", "Content-Disposition: form-data; name=x", ":", ";", "\"", "\\", "=", "\r\n\r\n", "x", "\u{e4}"]
        for _ in 0..<20_000 {
            let pieces = (0..<Int.random(in: 0...10, using: &random)).map { _ in Array((words.randomElement(using: &random) ?? "").utf8) }
            _ = try? parts(pieces)
            let text = String(decoding: pieces.joined(), as: UTF8.self)
            _ = HeaderParameters.parse(Substring(text))
            _ = MultipartMachine.boundary(contentType: text)
        }
    }
}
