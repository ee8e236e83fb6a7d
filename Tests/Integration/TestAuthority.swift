import Foundation

/// A CA that certifies clients, made by openssl in a folder of the test.
struct TestAuthority: Sendable {
    /// The CA's certificate, PEM.
    let file: String
    private let folder: String

    /// A client's certificate and its key, PEM files.
    struct Certificate: Sendable {
        let file: String
        let key: String
    }

    /// - Parameter folder: one of its own, which exists.
    init(_ name: String, in folder: URL) async throws {
        self.folder = folder.appendingPathComponent(name).path
        file = self.folder + "/ca.pem"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: false)
        let settings = """
            [ca]
            default_ca = here
            [here]
            database = index
            serial = serial
            new_certs_dir = .
            default_md = sha256
            policy = any
            unique_subject = no
            [any]
            commonName = optional
            organizationName = optional
            """
        try Data(settings.utf8).write(to: URL(fileURLWithPath: self.folder + "/settings"))
        try await run(
            """
            for name in ca client; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $name.key; done
            : >index; echo 1000 >serial
            openssl req -x509 -new -key ca.key -days 2 -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE -out ca.pem
            """, name)
    }

    /// Certifies a client.
    /// - Parameters:
    ///   - subject: as `/CN=alice`.
    ///   - dates: from when to when, as openssl takes them.
    func certify(_ subject: String, as name: String, dates: (String, String)? = nil) async throws -> Certificate {
        let arguments = dates.map { ["-startdate", $0.0, "-enddate", $0.1] } ?? ["-days", "1"]
        try await run(
            """
            subject=$1 name=$2; shift 2
            echo extendedKeyUsage=clientAuth >purpose
            openssl req -new -utf8 -key client.key -subj "$subject" -out request
            openssl ca -batch -notext -preserveDN -config settings -cert ca.pem -keyfile ca.key -extfile purpose -in request -out "$name" "$@"
            """, subject, name + ".pem", arguments: arguments)
        return Certificate(file: "\(folder)/\(name).pem", key: folder + "/client.key")
    }

    private func run(_ script: String, _ first: String..., arguments: [String] = []) async throws {
        try await RealPool.check(
            ChildProcess.run("/bin/bash", ["-e", "-c", "cd \"$0\"\n" + script, folder] + first + arguments))
    }
}
