import Glibc

/// The mini scheduler as a process of its own: this program again, `htapi mini`, which makes keys, tokens and the files for tools by itself.
enum BuiltinPool {
    static let domain = "htapi.demo"

    static func start(in directory: DemoDirectory) throws(DemoFailure) -> SupervisedDaemon {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { throw DemoFailure(failed: "/proc/self/exe") }
        let program = String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return try SupervisedDaemon(
            [program, "mini", "--dir", directory.path, "--domain", domain, "--until-stdin-ends", "--end-jobs"], in: directory, signal: "TERM")
    }
}
