import ClassAd
import CondorModel
import Text

/// Standard input, output and error.
extension JobBuilder {
    private struct Stream {
        var command: String
        var other: String
        var attribute: String
        var transferCommand: String
        var transferAttribute: String
        var streamCommand: String
        var streamAttribute: String
    }

    func setStandardInput() throws {
        try setStream(
            Stream(
                command: "input", other: "stdin", attribute: "In", transferCommand: "transfer_input", transferAttribute: "TransferIn",
                streamCommand: "stream_input", streamAttribute: "StreamIn"))
    }

    func setStandardOutput() throws {
        try setStream(
            Stream(
                command: "output", other: "stdout", attribute: "Out", transferCommand: "transfer_output", transferAttribute: "TransferOut",
                streamCommand: "stream_output", streamAttribute: "StreamOut"))
    }

    func setStandardError() throws {
        try setStream(
            Stream(
                command: "error", other: "stderr", attribute: "Err", transferCommand: "transfer_error", transferAttribute: "TransferErr",
                streamCommand: "stream_error", streamAttribute: "StreamErr"))
    }

    private func setStream(_ stream: Stream) throws {
        let inherited = boolean(of: stream.transferAttribute) ?? true
        var isTransferred = try boolean(stream.transferCommand, stream.transferAttribute) ?? inherited
        let mustSet = isTransferred != inherited
        var isStreamed = boolean(of: stream.streamAttribute) ?? false
        isStreamed = try boolean(stream.streamCommand, stream.streamAttribute) ?? isStreamed
        let file = try command(stream.command, stream.other)
        if file != nil || !has(stream.attribute) {
            let name = file?.text ?? "/dev/null"
            if ASCII.same(name, "/dev/null") {
                isTransferred = false
                isStreamed = false
            } else if universe == .vm {
                throw fail("you cannot use input, output and error in the vm universe", at: file?.position)
            }
            set(stream.attribute, name)
            if files == nil, isTransferred, stream.attribute == "In", let file, Self.scheme(of: name) == nil,
                let path = try sandboxPath(name, of: file)
            {
                addInput(SandboxInput(path: joinedWithDirectory(path), isContents: false))
            }
        }
        streamFiles[stream.attribute] = string(of: stream.attribute)
        if isTransferred {
            set(stream.streamAttribute, isStreamed)
            if mustSet { set(stream.transferAttribute, isTransferred) }
        } else {
            set(stream.transferAttribute, false)
        }
    }

    // MARK: Sandbox

    /// The path of an input in the sandbox of a spooled job, in remote mode; nil if it is known only at match time.
    ///
    /// Anything else would be read from this host, and is an error.
    func sandboxPath(_ name: String, of command: Command) throws -> String? {
        let bytes = Array(name.utf8)
        if ASCII.contains(bytes, "$$(") { return nil }
        switch SandboxName.fault(in: bytes) {
        case .absolute:
            throw fail(
                "\(command.name): '\(name)' names a file of this server, which a submitted description must not do", at: command.position,
                expected: "a relative path of a file that is uploaded, or a URL")
        case .parent:
            throw fail(
                "\(command.name): '\(name)' leads out of the directory of the submission", at: command.position,
                expected: "a path without '..'")
        case .empty, nil: break
        }
        let parts = bytes.split(separator: ASCII.slash).filter { !$0.elementsEqual(".".utf8) }
        return ASCII.string(Bytes(parts.joined(separator: [ASCII.slash])))
    }

    /// A path in the job's directory, made relative to the submission's directory by prefixing a relative `initialdir`.
    func joinedWithDirectory(_ path: String) -> String {
        let base = parameters.workingDirectory
        let directory = Self.compressed(base + "/")
        guard workingDirectory.utf8.count > directory.utf8.count, workingDirectory.utf8.starts(with: directory.utf8) else { return path }
        let inner = String(decoding: workingDirectory.utf8.dropFirst(directory.utf8.count), as: UTF8.self)
        let parts = Array((inner + "/" + path).utf8).split(separator: ASCII.slash).filter { !$0.elementsEqual(".".utf8) }
        return ASCII.string(Bytes(parts.joined(separator: [ASCII.slash])))
    }
}
