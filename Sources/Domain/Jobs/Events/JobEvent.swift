import ClassAd
package import CondorModel
import JSON

/// Something that happened to a job.
package struct JobEvent: Sendable {
    package var type: JobEventType
    package var job: JobID
    package var owner: String?
    /// The owner with the domain.
    var user: String?
    /// Nil when it is not known what became of the job.
    package var status: JobStatus?
    package var previous: JobStatus?
    /// Seconds since 1970.
    package var time: Int64
    /// The attributes shown, a JSON object.
    package var attributes: [UInt8]
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
}
