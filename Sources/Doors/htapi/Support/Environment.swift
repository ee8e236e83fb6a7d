import POSIX

/// The environment this process was started with.
enum Environment {
    static let variables = Dictionary(EnvironmentVariables.all.map { ($0.name, $0.value) }) { $1 }
}
