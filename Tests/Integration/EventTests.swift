import ClassAd
import Foundation
import JSON
import Testing

/// What happens to jobs, as it happens.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct EventTests {
    private let waiting = "executable = /bin/true\nrequirements = false\nqueue"

    private func isEnd(of job: String) -> (EventFeed.Event) -> Bool { { $0.job == job && ($0.name == "complete" || $0.name == "remove") } }

    @Test func aJobIsSeenFromItsSubmissionToItsEnd() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            var events = try await EventFeed(gateway, "?owner=alice", as: alice)
            var lines = try await EventFeed(gateway, "?owner=alice", as: alice, lines: true)
            #expect(events.status == 200 && events.headers["content-type"] == "text/event-stream" && events.headers["cache-control"] == "no-store")
            #expect(lines.status == 200 && lines.headers["content-type"] == "application/x-ndjson")
            let connected = try #require(try await events.next())
            #expect(connected.name == "connected" && connected["cursor"] == .string(connected.cursor ?? ""))
            #expect(try await lines.next()?["type"] == .string("connected"))

            let job = try #require(
                try await gateway.submit("executable = /bin/sh\narguments = \"-c 'sleep 1; exit 7'\"\ntransfer_executable = false\nqueue", as: alice)
                    .jobs.first)
            let seen = try await events.events(until: isEnd(of: job)).filter { $0.job == job }
            // A spooled job may be seen while it still waits for its input.
            #expect(seen.map(\.name).filter { $0 != "release" } == ["submit", "execute", "complete"], "\(seen)")
            for (before, after) in zip(seen, seen.dropFirst()) { #expect(after["previous_status"] == before["status"], "\(seen)") }
            #expect(seen.first?["previous_status"] == .null && seen.last?["status"] == .string("completed"))
            for event in seen {
                #expect(event["owner"] == .string("alice") && event["type"] == .string(event.name) && event["cursor"] == nil && event.cursor != nil)
                guard case .string(let time)? = event["time"], ISO8601DateFormatter().date(from: time) != nil else {
                    throw RealPoolError("no time in \(event)")
                }
            }
            #expect(seen.last?["attributes"]?["ExitCode"] == .integer(7))
            #expect(seen.first?["attributes"]?["Cmd"] == .string("/bin/sh"))
            let same = try await lines.events(until: isEnd(of: job)).filter { $0.job == job }
            #expect(same.map(\.name) == seen.map(\.name) && same.map(\.cursor) == seen.map(\.cursor))
            try await pool.remove(job)
        }
    }

    @Test func whatIsDoneToAJobIsSeen() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            var feed = try await EventFeed(gateway, "?owner=bob@\(pool.trustDomain)&types=hold,release,edit,remove", as: bob)
            let job = try #require(try await gateway.submit(waiting, as: bob).jobs.first)
            try await pool.waitForJob(job, .idle)
            func next(_ name: String) async throws -> EventFeed.Event {
                try #require(try await feed.events { $0.job == job && $0.name == name }.last)
            }
            #expect(
                try await gateway.api(.POST, "/jobs/\(job)/hold", as: bob, type: "application/json", body: Array(#"{"reason":"lunch"}"#.utf8)).status
                    == 200)
            let hold = try await next("hold")
            guard case .string(let reason)? = hold["attributes"]?["HoldReason"] else { throw RealPoolError("\(hold)") }
            #expect(reason.contains("lunch") && hold["attributes"]?["HoldReasonCode"] == .integer(1) && hold["status"] == .string("held"))
            #expect(
                try await gateway.api(.PATCH, "/jobs/\(job)", as: bob, type: "application/json", body: Array(#"{"JobPrio":5,"RequestCpus":2}"#.utf8))
                    .status == 200)
            let edit = try await next("edit")
            #expect(try edit["attributes"]?.isJSON(#"{"JobPrio":5,"RequestCpus":2}"#) == true && edit["status"] == .string("held"))
            #expect(try await gateway.api(.POST, "/jobs/\(job)/release", as: bob).status == 200)
            let release = try await next("release")
            #expect(release["previous_status"] == .string("held") && release["status"] == .string("idle"))
            #expect(try await gateway.api(.DELETE, "/jobs/\(job)", as: bob).status == 200)
            let remove = try await next("remove")
            #expect(remove["previous_status"] == .string("idle") && remove["status"] == .string("removed"))
        }
    }

    @Test func filtersAndMistakes() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            // Everybody who may read sees everybody's jobs; attributes of one's own making, and such as depend on others, are looked at.
            let tag = "t\(UInt32.random(in: 0 ... .max))"
            var tagged = try await EventFeed(
                gateway, "?constraint=EventTag%20%3D%3D%20%22\(tag)%22%20%26%26%20Doubled%20%3E%3D%204&types=submit,remove", as: bob)
            var owned = try await EventFeed(gateway, "?owner=bob&types=submit", as: bob)
            #expect(try await tagged.next()?.name == "connected")
            #expect(try await owned.next()?.name == "connected")
            let other = try await gateway.submit(
                "executable = /bin/true\nrequirements = false\n+EventTag = \"\(tag)\"\n+Half = 1\n+Doubled = Half * 2\nqueue", as: alice)
            let wanted = try await gateway.submit(
                "executable = /bin/true\nrequirements = false\n+EventTag = \"\(tag)\"\n+Half = 2\n+Doubled = Half * 2\nqueue 3", as: alice)
            let own = try await gateway.submit(waiting, as: bob)
            var clustered = try await EventFeed(gateway, "?cluster=\(wanted.cluster)&since=now", as: bob)
            #expect(try await clustered.next()?.name == "connected")
            #expect(try await gateway.api(.DELETE, "/jobs/\(wanted.cluster)", as: alice).status == 200)
            #expect(try await gateway.api(.DELETE, "/jobs/\(other.cluster)", as: alice).status == 200)
            #expect(try await gateway.api(.DELETE, "/jobs/\(own.cluster)", as: bob).status == 200)
            var seen: [String] = []
            while seen.count < 6, let event = try await tagged.next() { seen.append("\(event.name) \(event.job ?? "")") }
            #expect(seen.sorted() == wanted.jobs.flatMap { ["submit \($0)", "remove \($0)"] }.sorted())
            #expect(try await owned.events { $0.name == "submit" }.last?["owner"] == .string("bob"))
            var removed: [String] = []
            while removed.count < 3, let event = try await clustered.next() { if event.name == "remove" { removed.append(event.job ?? "") } }
            #expect(removed.sorted() == wanted.jobs.sorted())

            func refusal(_ query: String, _ caller: Caller = bob, _ headers: [(String, String)] = []) async throws -> JSONValue {
                var feed = try await EventFeed(gateway, query, as: caller, headers: headers)
                let problem = try await feed.problem()
                #expect(problem["status"] == .integer(Int64(feed.status)))
                return problem
            }
            let syntax = try await refusal("?constraint=JobStatus%20%3D%3D")
            #expect(syntax["status"] == .integer(400) && syntax["reason"] == .string("CONSTRAINT_SYNTAX"))
            guard case .array(let errors)? = syntax["errors"] else { throw RealPoolError("\(syntax)") }
            #expect(errors.first?["column"] == .integer(13))
            for query in [
                "?types=run", "?types=", "?since=x", "?since=", "?cluster=0", "?cluster=x", "?owner=", "?color=blue", "?types=hold&types=hold",
            ] {
                #expect(try await refusal(query)["status"] == .integer(400), "\(query)")
            }
            #expect(try await refusal("", bob, [("Last-Event-ID", "7")])["status"] == .integer(400))
            #expect(try await refusal("", .nobody)["status"] == .integer(401))
            let parts = try pool.token(of: "bob").split(separator: ".")
            let forged = "\(parts[0]).\(parts[1]).\(String(repeating: "A", count: 43))"
            #expect(try await refusal("", .token(forged))["reason"] == .string("TOKEN_REJECTED"))
            #expect(try await refusal("?since=e1-00000000000000ff-3")["status"] == .integer(410))
            let head = try await gateway.send(.HEAD, "/api/v1/events", as: bob)
            #expect(head.status == 200 && head.body.isEmpty && head.headers["content-type"] == "text/event-stream")
        }
    }

    @Test func aStreamGoesOnWhereItBroke() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        try await GatewayProcess.run(in: pool) { gateway in
            var whole = try await EventFeed(gateway, "?owner=carol", as: carol)
            var cursor = try #require(try await whole.next()?.cursor)
            let beginning = cursor
            var parts: [EventFeed.Event] = []
            var last = ""
            for round in 0..<4 {
                // Somebody who comes and goes; what happens meanwhile is told when it comes back.
                let submitted = try await gateway.submit("executable = /bin/true\nrequirements = false\nqueue 3", as: carol)
                last = submitted.jobs[round % 3]
                #expect(try await gateway.api(.DELETE, "/jobs/\(last)", as: carol).status == 200)
                var feed = try await EventFeed(
                    gateway, round == 0 ? "?owner=carol&since=\(cursor)" : "?owner=carol&since=now", as: carol, lines: round == 2,
                    headers: round == 0 ? [] : [("Last-Event-ID", cursor)])
                #expect(feed.status == 200)
                let connected = try #require(try await feed.next())
                #expect(connected.name == "connected" && connected["cursor"] == .string(cursor))
                var events = try await feed.events(until: isEnd(of: last))
                // Leaves in the middle of what there is.
                if round == 1 { events.removeLast() }
                parts += events
                cursor = try #require(events.last?.cursor)
            }
            let all = try await whole.events(until: isEnd(of: last))
            #expect(parts.map(\.cursor) == all.map(\.cursor) && parts.map(\.name) == all.map(\.name) && parts.map(\.job) == all.map(\.job))
            #expect(Set(all.map(\.cursor)).count == all.count)

            // A cursor is for the same identity, in the same process; what a new constraint looks at was not kept.
            let alice = Caller.token(try pool.token(of: "alice"))
            #expect(try await EventFeed(gateway, "?since=\(cursor)", as: alice).status == 410)
            #expect(try await EventFeed(gateway, "?since=\(beginning)&constraint=NeverLookedAt%20%3D%3D%201", as: carol).status == 410)
            try await GatewayProcess.run(in: pool) { other in
                var feed = try await EventFeed(other, "?since=\(cursor)", as: carol)
                let problem = try await feed.problem()
                #expect(feed.status == 410 && problem["reason"] == .string("CURSOR_GONE"))
            }
            try await pool.remove("-constraint", "Owner == \"carol\" && JobStatus == 1")
        }
    }

    @Test func whatCameAndWentBetweenTwoLooksIsToldInOrder() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        // Only who comes makes the gateway look.
        try await GatewayProcess.run(["HTTP_API_EVENTS_INTERVAL": "1h"], in: pool) { gateway in
            var feed = try await EventFeed(gateway, "?owner=alice", as: alice)
            #expect(try await feed.next()?.name == "connected")
            let done = try await pool.submit("executable = /bin/true\ntransfer_executable = false\nqueue", as: "alice")
            let gone = try await pool.submit("executable = /bin/true\nrequirements = false\nqueue", as: "alice")
            try await pool.remove("\(gone).0")
            try await pool.poll(within: .seconds(120), "the jobs to leave the queue") {
                let left = try await pool.output(of: "condor_q", "-allusers", "-af", "ClusterId", as: "alice").split(separator: "\n")
                return !left.contains { $0 == "\(done)" || $0 == "\(gone)" }
            }
            _ = try await EventFeed(gateway, "", as: alice)
            // Both are told of, whichever comes first.
            var seen: [EventFeed.Event] = []
            while seen.filter({ $0.name == "complete" || $0.name == "remove" }).count < 2, let event = try await feed.next() {
                if event.job == "\(done).0" || event.job == "\(gone).0" { seen.append(event) }
            }
            #expect(seen.filter { $0.job == "\(done).0" }.map(\.name) == ["submit", "execute", "complete"], "\(seen)")
            #expect(seen.filter { $0.job == "\(gone).0" }.map(\.name) == ["submit", "remove"], "\(seen)")
        }
    }

    @Test func manyStreamsAreOneQuestion() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(["HTTP_API_EVENTS_INTERVAL": "1h"], in: pool) { gateway in
            var feeds: [EventFeed] = [try await EventFeed(gateway, "?owner=bob&types=submit", as: bob)]
            let before = try await gateway.queries()
            // Those who come at the same time share the question; so each one costs one at most, and what happens then none.
            for _ in 0..<20 { feeds.append(try await EventFeed(gateway, "?owner=bob&types=submit", as: bob)) }
            let asked = try await gateway.queries() - before
            #expect(asked <= 20)
            let text = try await gateway.send(.GET, "/metrics").text
            #expect(text.contains("htapi_http_streams_open 21"), "\(text)")
            let job = try #require(try await gateway.submit(waiting, as: bob).jobs.first)
            let start = try await gateway.queries()
            feeds.append(try await EventFeed(gateway, "?owner=bob", as: bob))
            for index in 0..<21 { #expect(try await feeds[index].events { $0.job == job }.last?.name == "submit") }
            #expect(try await gateway.queries() - start == 1)
            try await pool.remove(job)
        }
    }

    @Test func usersOfAProxyWatchAsThemselves() async throws {
        let pool = try RealPool.require()
        try await GatewayProcess.run(GatewayProcess.userHeaderSettings(pool), in: pool) { gateway in
            let carol = Caller.remoteUser("carol")
            var feed = try await EventFeed(gateway, "?owner=carol&types=submit,remove", as: carol)
            let cursor = try #require(try await feed.next()?.cursor)
            let job = try #require(try await gateway.submit(waiting, as: carol).jobs.first)
            #expect(try await gateway.api(.DELETE, "/jobs/\(job)", as: carol).status == 200)
            #expect(try await feed.events { $0.job == job }.last?.name == "submit")
            #expect(try await feed.events { $0.job == job }.last?.name == "remove")
            // What one user was shown is not for another one, nor for the same one with a token of its own.
            #expect(try await EventFeed(gateway, "?since=\(cursor)", as: carol).status == 200)
            #expect(try await EventFeed(gateway, "?since=\(cursor)", as: .remoteUser("bob")).status == 410)
            #expect(try await EventFeed(gateway, "?since=\(cursor)", as: .token(try pool.token(of: "carol"))).status == 410)
        }
    }

    @Test func theGatewaySaysGoodbye() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        var feeds = try await GatewayProcess.run(in: pool) { gateway in
            let feeds = [try await EventFeed(gateway, "", as: bob), try await EventFeed(gateway, "", as: bob, lines: true)]
            return feeds
        }
        for index in feeds.indices {
            let events = try await feeds[index].rest()
            #expect(events.first?.name == "connected" && events.last?.name == "shutdown", "\(events)")
        }
    }

    @Test func anIdentityThatIsNoLongerGoodEndsItsStreams() async throws {
        let pool = try RealPool.require()
        let short = try await pool.makeToken(identity: "bob@\(pool.trustDomain)", lifetime: 5)
        try await GatewayProcess.run(["HTTP_API_EVENTS_INTERVAL": "200ms"], in: pool) { gateway in
            var feed = try await EventFeed(gateway, "?types=continue", as: .token(short))
            let events = try await feed.rest()
            #expect(events.first?.name == "connected")
            #expect(events.last?.name == "error" && events.last?["reason"] == .string("TOKEN_REJECTED"), "\(events)")
            #expect(try await EventFeed(gateway, "", as: .token(short)).status == 401)
        }
    }

    @Test(.spareSchedd) func aSchedulerThatComesBackLosesNothing() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let settings = ["SCHEDD_ADDRESS_FILE": pool.spare.addressFile, "SCHEDD_NAME": pool.spare.name, "HTTP_API_EVENTS_INTERVAL": "200ms"]
        try await pool.spare.start()
        try await GatewayProcess.run(settings, in: pool) { gateway in
            var feed = try await EventFeed(gateway, "?owner=alice", as: alice)
            let job = try #require(try await gateway.submit(waiting, as: alice).jobs.first)
            _ = try await feed.events { $0.job == job && $0.name == "submit" }
            try await pool.spare.stop()
            #expect(try await EventFeed(gateway, "", as: alice).status == 503)
            try await pool.spare.start()
            #expect(try await gateway.api(.DELETE, "/jobs/\(job)", as: alice).status == 200)
            #expect(try await feed.events { $0.job == job && $0.name != "release" }.last?.name == "remove")
        }
    }
}
