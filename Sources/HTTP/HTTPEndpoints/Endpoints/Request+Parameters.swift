import Logging
package import HTTPMessages
import HTTPTypes

extension Request {
    /// The value of a path parameter.
    /// - Throws: a ``Problem`` (500) if the endpoint's path has no such parameter, which is a mistake of its handler.
    package func path<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value {
        guard let found = pathValues.first(where: { $0.name == parameter.name }) else {
            logger.error("the endpoint's path has no such parameter", metadata: ["parameter": "\(parameter.name)"])
            throw Problem(.internalError, "The path of this operation has no parameter \(parameter.name)")
        }
        return try parameter.value(of: found.text)
    }

    /// The value of a query parameter, `nil` if it was not sent.
    package func query<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value? {
        guard let item = target.query.first(where: { $0.name == parameter.name }) else { return nil }
        return try parameter.value(of: item.value)
    }

    /// The value of a header field, `nil` if it was not sent; several fields of the name are joined with commas.
    package func header<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value? {
        guard let name = HTTPField.Name(parameter.name), let text = headers[name] else { return nil }
        return try parameter.value(of: text)
    }
}
