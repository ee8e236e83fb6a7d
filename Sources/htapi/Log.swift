import Logging

/// The program's log: one line an event, to standard error.
enum Log {
    static func make() -> Logger {
        var logger = Logger(label: "htapi") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Environment.variables["HTAPI_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .info
        return logger
    }
}
