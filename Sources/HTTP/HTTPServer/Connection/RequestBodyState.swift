/// How much of a request's body has come, and whether the client waits to be asked for it.
struct RequestBodyState: Hashable {
    /// There is a body, or will be one.
    let isExpected: Bool
    /// Bytes that are still to come, where the length was declared.
    private(set) var missing: Int?
    /// Nothing more will come.
    private(set) var isWhole = false
    /// The client waits for `100 Continue`.
    private(set) var owesContinue = false
    /// Bytes that were thrown away because nobody reads them.
    private(set) var skipped = 0

    /// A body of which nothing has come yet.
    /// - Parameters:
    ///   - isExpected: false if the request ends with its head.
    ///   - length: the declared length.
    ///   - expectsContinue: whether the client sends the body only when it is asked to.
    init(isExpected: Bool, length: Int? = nil, expectsContinue: Bool = false) {
        self.isExpected = isExpected
        missing = length
        owesContinue = expectsContinue
    }

    /// - Returns: whether the client has begun to send although it was not asked: its body is waited for from now on.
    mutating func received(bytes: Int) -> Bool {
        missing = missing.map { $0 &- bytes }
        defer { owesContinue = false }
        return owesContinue
    }

    /// Counts bytes that are thrown away.
    /// - Returns: all that were so far.
    mutating func skip(bytes: Int) -> Int {
        skipped += bytes
        return skipped
    }

    mutating func ended() { isWhole = true }

    /// The handler asks for the body.
    /// - Returns: whether the client has to be told to send it.
    mutating func ask() -> Bool {
        guard owesContinue, !isWhole else { return false }
        owesContinue = false
        return true
    }

    /// Whether what is missing is known, will come for certain, and is short enough to be thrown away.
    func canBeSkipped(upTo limit: Int) -> Bool {
        if isWhole || !isExpected { return true }
        guard !owesContinue, let missing else { return false }
        return missing <= limit
    }
}
