import ClassAd
import CondorProtocol
package import JSON
import Text

/// Something that happened to a job.
package struct JobEvent: Sendable {
    package var type: JobEventType
    var job: JobID
    var owner: String?
    /// The owner with the domain.
    var user: String?
    /// Nil when it is not known what became of the job.
    var status: JobStatus?
    var previous: JobStatus?
    /// Seconds since 1970.
    var time: Int64
    /// The attributes shown, a JSON object.
    var attributes: [UInt8]
    /// What constraints are judged by.
    var ad: WireAd

    init(_ transition: JobTransition, _ job: JobID, _ ad: WireAd) {
        self.init(
            transition.type, job, status: transition.status, previous: transition.previous, time: transition.time, ad,
            showing: transition.type.attributes)
    }

    /// - Parameter missingAsNull: whether attributes that the ad does not have are shown as null rather than left out.
    init(
        _ type: JobEventType, _ job: JobID, status: JobStatus?, previous: JobStatus?, time: Int64, _ ad: WireAd, showing names: [String],
        missingAsNull: Bool = false
    ) {
        self.type = type
        self.job = job
        owner = ad.string("Owner")
        user = ad.string("User")
        self.status = status
        self.previous = previous
        self.time = time
        self.ad = ad
        var shown = ad
        if missingAsNull {
            for name in names where !ad.contains(name) { shown.append(name: name, expression: .undefined) }
        }
        let names = missingAsNull ? names : names.filter { name in !(ad.rawExpression(name)?.elementsEqual("undefined".utf8) ?? true) }
        var json = JSONWriter(capacity: 256)
        shown.writeJSON(into: &json, projection: AttributeProjection(names))
        attributes = json.bytes
    }

    /// Bytes it takes, about.
    var cost: Int { 256 + attributes.count + ad.byteCount * 2 }

    /// The event as clients see it, on one line.
    /// - Parameter cursor: goes into the object where there is no other place for it.
    package func write(into json: inout JSONWriter, cursor: String? = nil) {
        json.beginObject()
        json.name("type")
        json.value(type.rawValue)
        json.name("job_id")
        json.value(job.description)
        json.name("owner")
        if let owner { json.value(owner) } else { json.null() }
        json.name("status")
        if let status { json.value(status.description) } else { json.null() }
        json.name("previous_status")
        if let previous { json.value(previous.description) } else { json.null() }
        json.name("time")
        json.value(RFC3339.string(max(time, 0)))
        json.name("attributes")
        json.raw(json: attributes)
        if let cursor {
            json.name("cursor")
            json.value(cursor)
        }
        json.endObject()
    }
}
