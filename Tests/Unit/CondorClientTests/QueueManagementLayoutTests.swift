import Cedar
import CondorProtocol
import Testing

/// Messages of the queue management, as captured from stock clients of HTCondor 25.14.1.
struct QueueManagementLayoutTests {
    static let requests: [(QueueRequest, [UInt8])] = [
        (.getCapabilities(mask: 0), int(10036) + int(0)),
        (.newCluster, int(10002)),
        (.newProc(cluster: 7), int(10003) + int(7)),
        (
            .setAttribute(.cluster(7), name: "Cmd", value: "\"/bin/echo\"", flags: .noAck),
            int(10027) + int(7) + int(-1) + str("\"/bin/echo\"") + str("Cmd") + [2]
        ),
        (
            .setAttribute(QueueKey(cluster: 7, proc: 0), name: "JobPrio", value: "3", flags: []),
            int(10006) + int(7) + int(0) + str("3") + str("JobPrio")
        ),
        (
            .setAttributeByConstraint(constraint: "( (ClusterId==1) )", name: "A", value: "1", flags: .onlyMyJobs),
            int(10032) + str("( (ClusterId==1) )") + str("1") + str("A") + [16]
        ),
        (
            .setAttributeByConstraint(constraint: "true", name: "A", value: "1", flags: []),
            int(10021) + str("true") + str("1") + str("A")
        ),
        (.deleteAttribute(QueueKey(cluster: 7, proc: 1), name: "A"), int(10012) + int(7) + int(1) + str("A")),
        (.getJobAd(.cluster(7)), int(10018) + int(7) + int(-1)),
        (.setEffectiveOwner("bob"), int(10030) + str("bob")),
        (.beginTransaction, int(10023)),
        (.abortTransaction, int(10024)),
        (.commitTransaction(flags: []), int(10007)),
        (.commitTransaction(flags: .nonDurable), int(10031) + int(1)),
        (.closeSocket, int(10028)),
        (.destroyCluster(7), int(10004) + int(7)),
        (.destroyProc(QueueKey(cluster: 7, proc: 1)), int(10005) + int(7) + int(1)),
        (.setTimerAttribute(QueueKey(cluster: 7, proc: 1), name: "A", seconds: 60), int(10025) + int(7) + int(1) + str("A") + int(60)),
        (.getAttribute(.cluster(7), name: "A", as: .float), int(10008) + int(7) + int(-1) + str("A")),
        (.getAttribute(.cluster(7), name: "A", as: .integer), int(10009) + int(7) + int(-1) + str("A")),
        (.getAttribute(.cluster(7), name: "A", as: .string), int(10010) + int(7) + int(-1) + str("A")),
        (.getAttribute(.cluster(7), name: "A", as: .expression), int(10011) + int(7) + int(-1) + str("A")),
        (.getJobByConstraint("A == 1"), int(10019) + str("A == 1")),
        (.getNextJob(constraint: nil, startsOver: true), int(10013) + int(1)),
        (.getNextJob(constraint: "A == 1", startsOver: false), int(10020) + int(0) + str("A == 1")),
        (.getAllJobs(constraint: "true", projection: "A B"), int(10026) + str("true") + str("A B")),
        (.getDirtyAttributes(QueueKey(cluster: 7, proc: 0)), int(10033) + int(7) + int(0)),
        (.getNextDirtyJob(constraint: "true", startsOver: true), int(10034) + int(1) + str("true")),
        (.setAllowProtectedChanges(true), int(10035) + int(1)),
        (.sendMaterializeData(cluster: 7, items: Array("a\u{1F}b\n".utf8)), int(10039) + int(7) + int(0) + Array("a\u{1F}b\n".utf8)),
        (.setJobFactory(cluster: 7, limit: 2, fileName: "", digest: "Queue 1"), int(10037) + int(7) + int(2) + str("") + str("Queue 1")),
    ]

    @Test(arguments: requests) func requestsHaveTheirLayout(_ request: QueueRequest, _ bytes: [UInt8]) throws {
        #expect(clear(request.encode(into:)) == bytes)
        #expect(try roundTrip(request.encode(into:), { (m) throws(CedarError) in try QueueRequest(from: &m) }) == [request, request])
    }

    @Test func anUnknownRequestIsAnError() {
        var decoder = MessageDecoder(message: int(10014), encrypted: false)
        #expect(throws: CedarError(.unknownCommand, "")) { try QueueRequest(from: &decoder) }
    }

    @Test func repliesCarryAnErrnoOnlyWhenNegative() throws {
        for (reply, bytes) in [(QueueReply(result: 2), int(2)), (QueueReply(result: -1, errno: 13), int(-1) + int(13))] {
            #expect(clear(reply.encode(into:)) == bytes)
            #expect(try roundTrip(reply.encode(into:), { (m) throws(CedarError) in try QueueReply(from: &m) }) == [reply, reply])
        }
    }

    @Test func newClusterReplies() throws {
        var message = MessageDecoder(
            message: int(-10) + int(28) + ad("ErrorCode = 28", "ErrorReason = \"no account\""), encrypted: false)
        #expect(try NewClusterReply(from: &message) == .refused(result: -10, QueueRefusal(errno: 28, reason: "no account")))
        for reply in [NewClusterReply.cluster(12), .refused(result: -2, QueueRefusal(errno: 22, reason: "too many"))] {
            #expect(try roundTrip(reply.encode(into:), { (m) throws(CedarError) in try NewClusterReply(from: &m) }) == [reply, reply])
        }
    }

    @Test func commitReplies() throws {
        // The errno of a deferred error is negated.
        let reason = "Attempt to edit immutable attribute Owner in job 5.0"
        var deferred = MessageDecoder(
            message: int(-1) + int(-13) + ad("ErrorCode = 2", "ErrorReason = \"\(reason)\""), encrypted: false)
        #expect(try CommitReply(from: &deferred) == .refused(QueueRefusal(errno: 13, reason: reason)))
        var warned = MessageDecoder(message: int(0) + ad("WarningReason = \"QMGMT:0:odd memory\""), encrypted: false)
        #expect(try CommitReply(from: &warned) == .committed(warning: "QMGMT:0:odd memory"))
        var plain = MessageDecoder(message: int(0) + ad(), encrypted: false)
        #expect(try CommitReply(from: &plain) == .committed(warning: nil))
        var extreme = MessageDecoder(message: int(-1) + int(.min) + ad(), encrypted: false)
        #expect(try CommitReply(from: &extreme) == .refused(QueueRefusal(errno: .max, reason: nil)))
        for reply in [CommitReply.committed(warning: nil), .committed(warning: "w"), .refused(QueueRefusal(errno: 22, reason: "too big"))] {
            #expect(try roundTrip(reply.encode(into:), { (m) throws(CedarError) in try CommitReply(from: &m) }) == [reply, reply])
        }
    }
}
