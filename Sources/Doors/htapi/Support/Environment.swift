import POSIX

/// The environment in which this process was started.
enum Environment {
    static let variables = Dictionary(EnvironmentVariables.all.map { ($0.name, $0.value) }) { $1 }
}
