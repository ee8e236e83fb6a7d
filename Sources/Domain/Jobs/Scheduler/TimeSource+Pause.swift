import Waiting

extension TimeSource {
    /// Waits between two polls.
    /// - Throws: `cancelled`.
    func pause(_ duration: Duration) async throws(JobsError) {
        do throws(CancellationError) {
            try await sleep(for: duration)
        } catch {
            throw JobsError.cancellation
        }
    }
}
