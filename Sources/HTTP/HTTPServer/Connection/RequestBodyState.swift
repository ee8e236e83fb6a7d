/// How much of a request's body has arrived, and whether the client waits for permission to send it.
struct RequestBodyState: Hashable {
    /// The request has a body.
    let isExpected: Bool
    /// Bytes that have not arrived yet, if the length was declared.
    private(set) var missing: Int?
    /// Nothing more will arrive.
    private(set) var isWhole = false
    /// The client waits for `100 Continue`.
    private(set) var owesContinue = false
    /// Bytes that were discarded because nobody reads them.
    private(set) var skipped = 0

    /// A body of which nothing has arrived yet.
    /// - Parameters:
    ///   - isExpected: false if the request ends with its head.
    ///   - length: the declared length.
    ///   - expectsContinue: whether the client waits for permission to send the body.
    init(isExpected: Bool, length: Int? = nil, expectsContinue: Bool = false) {
        self.isExpected = isExpected
        missing = length
        owesContinue = expectsContinue
    }

    /// - Returns: whether the client has begun to send without permission, so that its body is due from now on.
    mutating func received(bytes: Int) -> Bool {
        missing = missing.map { $0 &- bytes }
        defer { owesContinue = false }
        return owesContinue
    }

    /// Counts bytes that are discarded.
    /// - Returns: the number of all discarded bytes.
    mutating func skip(bytes: Int) -> Int {
        skipped += bytes
        return skipped
    }

    mutating func ended() { isWhole = true }

    /// The handler asks for the body.
    /// - Returns: whether the client has to be given permission to send it.
    mutating func ask() -> Bool {
        guard owesContinue, !isWhole else { return false }
        owesContinue = false
        return true
    }

    /// Whether the rest will arrive for certain, has a known length, and is short enough to be discarded.
    func canBeSkipped(upTo limit: Int) -> Bool {
        if isWhole || !isExpected { return true }
        guard !owesContinue, let missing else { return false }
        return missing <= limit
    }
}
