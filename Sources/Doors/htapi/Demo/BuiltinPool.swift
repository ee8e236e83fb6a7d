import Glibc

/// Runs the mini scheduler as a separate process: `htapi mini` of this program. It makes keys, tokens and the files for tools itself.
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
