import CMalloc
import Glibc
import ServiceLifecycle

/// Returns unused memory to the system.
///
/// glibc keeps freed memory in one arena per thread: after several large lists, 75 to 220 MB of unused memory stay resident.
struct HeapTrimming: Service {
    /// Unused memory below this size is kept for the next request.
    private static let kept = 8 << 20
    private static let interval: Duration = .seconds(5)

    /// Limits the number of arenas to the number of processors, so that threads share them. Call this before any thread is created.
    static func limitArenas() {
        let processors = Int32(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        _ = mallopt(M_ARENA_MAX, min(max(processors, 2), 8))
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil {
                if mallinfo2().fordblks > Self.kept { malloc_trim(0) }
            }
        }
    }
}
