import Logging

/// The program's log: one line an event, to standard error.
enum Log {
    /// - Parameter level: from which level on, unless `HTAPI_LOG_LEVEL` says otherwise.
    static func make(from level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "htapi") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Environment.variables["HTAPI_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? level
        return logger
    }
}
