import HTTPMessages

extension RequestTarget.Failure {
    var explanation: String {
        switch self {
        case .notAPath: "The target is neither a path nor an absolute http URI"
        case .badPathEncoding: "The path has a broken percent escape or is not UTF-8"
        case .badQueryEncoding: "The query has a broken percent escape or is not UTF-8"
        }
    }
}
