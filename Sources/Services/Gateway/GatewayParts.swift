import Cedar
import CondorClient
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore
import Sandbox

/// What the operations are made of, and the operations.
struct GatewayParts: Sendable {
    let configuration: GatewayConfiguration
    let client: CondorClient
    let authenticator: Authenticator
    let limiter: RateLimiter?
    let reads: SharedReads<IdentityDigest>
    let readiness: Readiness
    let metrics: GatewayMetrics
    // What must be known of requests that came before a change of the configuration.
    let spools: SpoolLedger
    let submissions: KeyedSubmissions
    let watchers: QueueWatchers

    /// The interface with all operations.
    func api() -> API<Caller> {
        let info = API<Caller>.Info(
            title: "htapi", version: Gateway.version, summary: "HTTP gateway to an HTCondor scheduler",
            details: "Each caller's bearer token is forwarded to the scheduler, which decides what it may do.",
            tags: [
                ("jobs", "Jobs in the queue"), ("sandboxes", "Input and output files of jobs"), ("history", "Jobs that have left the queue"),
                ("pool", "Machines and daemons"), ("system", "The gateway itself"),
            ])
        let components =
            JobSchemas.components + ExplainEndpoints.components + OutputEndpoints.components + EventEndpoints.components + PoolEndpoints.components
        var api = API<Caller>(info: info, components: components, problems: Problem.Kind.all) { [authenticator, limiter] request in
            guard let caller = try authenticator.caller(of: request) else { return nil }
            try limiter?.admit(caller.identity)
            return caller
        }
        api.identityProblems = [
            (.forbidden, "The scheduler does not permit this identity to do it"),
            (.tooManyRequests, "Too many requests of this identity, or a limit of the scheduler; Retry-After says when to come again"),
            (.badGateway, "The scheduler's answer cannot be understood"),
            (.serviceUnavailable, "The scheduler cannot be reached, or the gateway is shutting down"),
            (.gatewayTimeout, "The scheduler did not answer in time; the detail says whether the outcome is known"),
        ]
        addJobs(to: &api)
        addEvents(to: &api)
        addHistoryAndPool(to: &api)
        addSystem(to: &api)
        return api
    }

    private func addJobs(to api: inout API<Caller>) {
        let staging = SandboxStaging(
            directory: configuration.stagingDirectory,
            limits: SandboxLimits(archiveBytes: configuration.maximumSandbox, contentBytes: configuration.maximumSandbox))
        let jobs = JobsService(client: client, staging: staging, uidDomain: configuration.uidDomain, spools: spools, submissions: submissions)
        let bodyLimit = configuration.maximumBody
        // A description may take a while to read: not on the connection's event loop.
        api.on(JobEndpoints.submit(configuration.maximumSandbox)) { request, caller in
            try await withTaskExecutorPreference(globalConcurrentExecutor) { try await jobs.submit(request, caller, bodyLimit: bodyLimit) }
        }
        api.on(JobEndpoints.list, handler: shared { try await jobs.list($0, $1) })
        api.on(JobEndpoints.get, handler: shared { try await jobs.get($0, $1) })
        api.on(ExplainEndpoints.explain, handler: shared { try await jobs.explain($0, $1) })
        api.on(JobEndpoints.remove) { try await jobs.remove($0, $1) }
        api.on(JobEndpoints.edit(bodyLimit)) { try await jobs.edit($0, $1, bodyLimit: bodyLimit) }
        for action in JobActionName.allCases {
            api.on(JobEndpoints.action(action)) { try await jobs.act(action, $0, $1) }
        }
        api.on(JobEndpoints.removeMatching) { try await jobs.removeMatching($0, $1) }
        api.on(JobEndpoints.editMatching(bodyLimit)) { try await jobs.editMatching($0, $1, bodyLimit: bodyLimit) }
        for action in JobActionName.allCases {
            api.on(JobEndpoints.actionOnMatching(action)) { try await jobs.actOnMatching(action, $0, $1) }
        }
        api.on(JobEndpoints.putInput(configuration.maximumSandbox)) { try await jobs.putInput($0, $1) }
        api.on(JobEndpoints.postInput(configuration.maximumSandbox)) { try await jobs.postInput($0, $1) }
        api.on(JobEndpoints.getOutput) { try await jobs.getOutput($0, $1) }
        api.on(OutputEndpoints.files) { try await jobs.listFiles($0, $1) }
        api.on(OutputEndpoints.file) { try await jobs.getFile($0, $1) }
        api.on(OutputEndpoints.standardOutput) { try await jobs.getText(.output, $0, $1) }
        api.on(OutputEndpoints.standardError) { try await jobs.getText(.error, $0, $1) }
        api.on(OutputEndpoints.log) { try await jobs.getLog($0, $1) }
    }

    private func addEvents(to api: inout API<Caller>) {
        let events = EventsService(client: client, watchers: watchers, interval: configuration.eventsInterval)
        api.on(EventEndpoints.watch) { try await events.watch($0, $1) }
    }

    private func addHistoryAndPool(to api: inout API<Caller>) {
        let history = HistoryService(client: client)
        api.on(HistoryEndpoints.list, handler: shared { try await history.list($0, $1) })
        api.on(HistoryEndpoints.get, handler: shared { try await history.get($0, $1) })
        let pool = PoolService(client: client)
        api.on(PoolEndpoints.list, handler: shared { try await pool.list($0, $1) })
    }

    private func addSystem(to api: inout API<Caller>) {
        let system = SystemService(client: client, readiness: readiness)
        api.onPublic(SystemEndpoints.healthz) { system.health($0) }
        api.onPublic(SystemEndpoints.readyz) { [reads] request in
            try system.checkDraining()
            return try await reads.answer(request, as: IdentityDigest([])) { try await system.ready($0) }
        }
        api.onMaybeKnown(SystemEndpoints.whoami) { try await system.whoami($0, $1) }
        api.on(SystemEndpoints.ping) { try await system.ping($0, $1) }
        api.onPublic(SystemEndpoints.version) { system.version($0) }
        let access = MetricsAccess(isPublic: configuration.isMetricsPublic, client: client)
        api.onMaybeKnown(SystemEndpoints.metrics) { [metrics, client] request, caller in
            try await access.check(request, caller)
            return .bytes(
                .init(bytes: metrics.text(sessions: client.sessionCount)), type: MetricsText.contentType, headers: [.cacheControl: "no-store"])
        }
        ReferencePages.add(to: &api)
    }

    /// A read whose answer identical ones share. The handler must only look at what makes reads identical: the target, `Accept`, `If-None-Match`.
    private func shared(
        _ handler: @escaping @Sendable (Request, Caller) async throws -> Response
    ) -> @Sendable (Request, Caller) async throws -> Response {
        { [reads] request, caller in
            try await reads.answer(request, as: caller.identity) { try await handler($0, caller) }
        }
    }
}
