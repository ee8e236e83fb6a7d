import Logging

/// The program's log: one line per event, on standard error.
enum Log {
    /// - Parameter level: the lowest level to log, unless `HTAPI_LOG_LEVEL` overrides it.
    static func make(from level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "htapi") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Environment.variables["HTAPI_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? level
        return logger
    }
}
