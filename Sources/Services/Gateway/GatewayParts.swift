import CondorClient
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import MetricFamilies
import NIOCore
import Sandbox
import Tokens

/// The services of one configuration and the operations that call them.
struct GatewayParts: Sendable {
    let configuration: GatewayConfiguration
    let client: CondorClient
    let authenticator: Authenticator
    let reads: SharedReads<IdentityDigest>
    let readiness: Readiness
    let metrics: GatewayMetrics
    let memory: GatewayMemory

    /// The interface with all operations.
    func api() -> API<Caller> {
        let info = API<Caller>.Info(
            title: "htapi", version: GatewayVersion.number, summary: "HTTP gateway to an HTCondor scheduler",
            details: "Each caller's bearer token is forwarded to the scheduler, which decides what it may do.",
            tags: [
                ("jobs", "Jobs in the queue"), ("sandboxes", "Input and output files of jobs"), ("history", "Jobs that have left the queue"),
                ("pool", "Machines and daemons"), ("system", "The gateway itself"),
            ])
        // The events of a stream are not a document of their own, so their schemas are added to the components for clients.
        let components = EventRecord.resource.schema.components.map { ($0, $1) }
        var api = API<Caller>(info: info, components: components, problems: Problem.Kind.all) { [authenticator, limiter = memory.limiter] request in
            guard let caller = try authenticator.caller(of: request) else { return nil }
            try limiter?.admit(caller)
            return caller
        }
        api.identityProblems = [
            (.forbidden, "The scheduler denies this identity permission"),
            (.tooManyRequests, "Too many requests by this identity, or a limit of the scheduler; Retry-After says when to try again"),
            (.badGateway, "The scheduler's answer cannot be understood"),
            (.serviceUnavailable, "The scheduler cannot be reached, or the gateway is shutting down"),
            (.gatewayTimeout, "The scheduler did not answer in time; the detail says whether the outcome is known"),
        ]
        addJobs(to: &api)
        addOutput(to: &api)
        addEvents(to: &api)
        addHistoryAndPool(to: &api)
        addSystem(to: &api)
        return api
    }

    private func addJobs(to api: inout API<Caller>) {
        let staging = SandboxStaging(
            directory: configuration.stagingDirectory,
            limits: SandboxLimits(archiveBytes: configuration.maximumSandbox, contentBytes: configuration.maximumSandbox))
        let bodyLimit = configuration.maximumBody
        let scheduler: @Sendable (Caller) -> any Scheduler = { [client] in client.schedd(as: $0.credential) }
        let inputService = InputService(spools: memory.spools, scheduler: scheduler)
        let submissions = SubmissionService(
            submissions: memory.submissions, input: inputService, uidDomain: configuration.uidDomain,
            version: { [client] in try? await client.scheddAddress().version }, scheduler: scheduler)

        let submit = SubmitRoutes(submissions: submissions, staging: staging, bodyLimit: bodyLimit)
        // Reading a description may take a while, so it is kept off the connection's event loop.
        api.serve(JobEndpoints.submit(configuration.maximumSandbox)) { request, caller in
            try await withTaskExecutorPreference(globalConcurrentExecutor) { try await submit.submit(request, caller) }
        }
        let read = ReadRoutes(lists: ListService(client: client))
        api.serve(JobEndpoints.list, shared { try await read.list($0, $1) })
        api.serve(JobEndpoints.get, shared { try await read.get($0, $1) })
        let explain = ExplainRoutes(explanations: ExplainService(client: client))
        api.serve(ExplainEndpoints.explain, shared { try await explain.explain($0, $1) })
        let act = ActionRoutes(actions: ActionService(input: inputService, scheduler: scheduler))
        api.serve(JobEndpoints.remove) { try await act.remove($0, $1) }
        let edit = EditRoutes(edits: EditService(scheduler: scheduler), bodyLimit: bodyLimit)
        api.serve(JobEndpoints.edit(bodyLimit)) { try await edit.edit($0, $1) }
        for action in JobActionName.allCases {
            api.serve(JobEndpoints.action(action)) { try await act.act(action, $0, $1) }
        }
        api.serve(JobEndpoints.removeMatching) { try await act.removeMatching($0, $1) }
        api.serve(JobEndpoints.editMatching(bodyLimit)) { try await edit.editMatching($0, $1) }
        for action in JobActionName.allCases {
            api.serve(JobEndpoints.actionOnMatching(action)) { try await act.actOnMatching(action, $0, $1) }
        }
        let input = InputRoutes(input: inputService, staging: staging)
        api.serve(JobEndpoints.putInput(configuration.maximumSandbox)) { try await input.put($0, $1) }
        api.serve(JobEndpoints.postInput(configuration.maximumSandbox)) { try await input.post($0, $1) }
    }

    private func addOutput(to api: inout API<Caller>) {
        let sandboxes = SandboxRoutes(sandboxes: SandboxService(client: client))
        api.serve(SandboxEndpoints.output) { try await sandboxes.output($0, $1) }
        api.serve(SandboxEndpoints.files) { try await sandboxes.files($0, $1) }
        api.serve(SandboxEndpoints.file) { try await sandboxes.file($0, $1) }
        let texts = TextRoutes(texts: TextService(client: client))
        api.serve(TextEndpoints.standardOutput) { try await texts.read(.output, $0, $1) }
        api.serve(TextEndpoints.standardError) { try await texts.read(.error, $0, $1) }
        let logs = LogRoutes(logs: LogService(client: client))
        api.serve(LogEndpoints.log) { try await logs.read($0, $1) }
    }

    private func addEvents(to api: inout API<Caller>) {
        let interval = Duration.nanoseconds(configuration.eventsInterval.nanoseconds)
        let events = EventRoutes(events: EventService(client: client, watchers: memory.watchers, interval: interval))
        api.serve(EventEndpoints.watch) { try await events.watch($0, $1) }
    }

    private func addHistoryAndPool(to api: inout API<Caller>) {
        let history = HistoryRoutes(lists: ListService(client: client))
        api.serve(HistoryEndpoints.list, shared { try await history.list($0, $1) })
        api.serve(HistoryEndpoints.get, shared { try await history.get($0, $1) })
        let pool = PoolRoutes(lists: ListService(client: client))
        api.serve(PoolEndpoints.list, shared { try await pool.list($0, $1) })
    }

    private func addSystem(to api: inout API<Caller>) {
        let system = SystemService(client: client, readiness: readiness)
        api.onPublic(SystemEndpoints.healthz) { system.health($0) }
        api.onPublic(SystemEndpoints.readyz) { [reads] request in
            try system.checkDraining()
            return try await reads.answer(request, as: IdentityDigest(.anonymous)) { try await system.ready($0) }
        }
        api.onMaybeKnown(SystemEndpoints.whoami) { try await system.whoami($0, $1) }
        api.serve(SystemEndpoints.ping) { try await system.ping($0, $1) }
        api.onPublic(SystemEndpoints.version) { system.version($0) }
        let access = MetricsAccess(isPublic: configuration.isMetricsPublic, client: client)
        api.onMaybeKnown(SystemEndpoints.metrics) { [metrics, client] request, caller in
            try await access.check(request, caller)
            return .bytes(
                .init(bytes: metrics.text(sessions: client.sessionCount)), type: MetricsText.contentType, headers: [.cacheControl: "no-store"])
        }
        ReferencePages.add(to: &api)
    }

    /// A read whose answer is shared by identical requests. The handler must use only what makes requests identical: the target, `Accept` and
    /// `If-None-Match`.
    private func shared(
        _ handler: @escaping @Sendable (Request, Caller) async throws -> Response
    ) -> @Sendable (Request, Caller) async throws -> Response {
        { [reads] request, caller in
            try await reads.answer(request, as: caller.identity) { try await handler($0, caller) }
        }
    }
}
