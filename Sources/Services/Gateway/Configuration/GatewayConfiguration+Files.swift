import CondorConfig
import Glibc
import HTTPServer
import Tokens

extension GatewayConfiguration {
    /// Checks the files that settings name, so that an unusable file is reported at start-up with the line that names it.
    func checkFiles(_ configuration: Configuration) throws(ConfigurationError) {
        if let tls { try Self.check(tls, configuration) }
        if let signingKeyFile {
            do throws(SigningKeyFile.Failure) {
                _ = try SigningKeyFile.read(signingKeyFile, keyID: signingKeyID)
            } catch {
                throw configuration.error(
                    in: "HTTP_API_SIGNING_KEY", "\(error)", expected: "the file of the pool's signing key, which nobody else can read")
            }
        }
        if try configuration.string("HTTP_API_STAGING_DIR") != nil {
            try Self.check(directory: stagingDirectory, of: "HTTP_API_STAGING_DIR", configuration)
        }
    }

    private static func check(_ files: TLSFiles, _ configuration: Configuration) throws(ConfigurationError) {
        let certificate = "a PEM file with a certificate and its chain"
        for (name, path, expected) in [
            ("HTTP_API_TLS_CERT", files.certificate, certificate), ("HTTP_API_TLS_KEY", files.key, "a PEM file with the certificate's key"),
        ] where access(path, R_OK) != 0 {
            throw configuration.error(in: name, "\(path): \(String(cString: strerror(errno)))", expected: expected)
        }
        do {
            _ = try TLSMaterial(certificateFile: files.certificate, keyFile: files.key)
        } catch {
            throw configuration.error(
                in: "HTTP_API_TLS_CERT", "\(files.certificate) cannot be used with \(files.key): \(error)", expected: certificate + ", and its key")
        }
    }

    private static func check(directory path: String, of name: String, _ configuration: Configuration) throws(ConfigurationError) {
        let expected = "a writable directory"
        var status = stat()
        guard stat(path, &status) == 0, access(path, W_OK | X_OK) == 0 else {
            throw configuration.error(in: name, "\(path): \(String(cString: strerror(errno)))", expected: expected)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw configuration.error(in: name, "\(path) is not a directory", expected: expected) }
    }
}
