import ClassAd
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON

extension AttributeEdits {
    /// Reads the attributes of an edit.
    /// - Parameter pointer: the object's position in the body.
    init(_ members: JSONValue.Object, at pointer: String) throws {
        guard !members.isEmpty else {
            throw Problem(.badBody, "An object with at least one attribute is expected", errors: [.init(.pointer(pointer), "no attributes")])
        }
        do throws(JobsError) {
            try self.init(members)
        } catch {
            throw Problem(error, at: .pointer(pointer))
        }
    }
}
