import NIOCore

/// Runs the tasks of a connection on the connection's own event loop.
///
/// A small request then changes no thread between its head and its answer. Work that computes for long, or waits for a disk, must prefer another
/// executor (`globalConcurrentExecutor`); otherwise it delays the other connections of the loop.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
