import HTTPMessages
import HTTPTypes

/// Finds the route of a path and a method: segment by segment, literals before parameters.
struct RouteTree<Route: Sendable>: Sendable {
    private final class Node: @unchecked Sendable {
        // Only changed while the tree is built, which nobody else sees.
        var literals: [(name: [UInt8], node: Node)] = []
        var parameter: Node?
        var routes: [Entry] = []
        var restRoutes: [Entry] = []
    }

    private struct Entry {
        var method: HTTPRequest.Method
        var parameterNames: [String]
        var takesTrailingSlash: Bool
        var accepts: @Sendable ([Request.PathValue]) -> Bool
        var route: Route
    }

    /// The outcome of a look-up.
    enum Match {
        case found(Route, [Request.PathValue])
        /// The path exists, with other methods, which are sorted and include `HEAD` where `GET` is.
        case wrongMethod(allowed: [String])
        case notFound
    }

    private let root = Node()

    /// - Parameters:
    ///   - ignoresTrailingSlash: whether the path with a slash behind it is the same path.
    ///   - accepts: whether the route takes these path values; one that does not is passed over.
    mutating func add(
        _ method: HTTPRequest.Method, _ path: PathPattern, _ route: Route, ignoresTrailingSlash: Bool = false,
        accepts: @escaping @Sendable ([Request.PathValue]) -> Bool
    ) {
        var node = root
        var takesRest = false
        for segment in path.segments {
            switch segment {
            case .literal(let name):
                let name = Array(name.utf8)
                if let next = node.literals.first(where: { $0.name == name }) {
                    node = next.node
                } else {
                    let next = Node()
                    node.literals.append((name, next))
                    node = next
                }
            case .parameter:
                let next = node.parameter ?? Node()
                node.parameter = next
                node = next
            case .rest:
                takesRest = true
            }
        }
        let entry = Entry(
            method: method, parameterNames: path.parameterNames, takesTrailingSlash: ignoresTrailingSlash || path.hasTrailingSlash, accepts: accepts,
            route: route)
        if takesRest {
            node.restRoutes.append(entry)
        } else {
            node.routes.append(entry)
        }
    }

    func match(_ method: HTTPRequest.Method, _ segments: [String]) -> Match {
        var search = Search(method: method == .head ? .get : method, segments: segments)
        visit(root, 0, &search)
        if let (route, values) = search.found { return .found(route, values) }
        if search.allowed.isEmpty { return .notFound }
        if search.allowed.contains("GET") { search.allowed.insert("HEAD") }
        return .wrongMethod(allowed: search.allowed.sorted())
    }

    private struct Search {
        let method: HTTPRequest.Method
        let segments: [String]
        var values: [String] = []
        var allowed: Set<String> = []
        var found: (Route, [Request.PathValue])?
    }

    private func visit(_ node: Node, _ index: Int, _ search: inout Search) {
        if index == search.segments.count {
            consider(node.routes, search.values, &search)
            return
        }
        let segment = search.segments[index]
        if segment.isEmpty, index > 0, index == search.segments.count - 1 {
            consider(node.routes, search.values, afterSlash: true, &search)
            return
        }
        for (name, next) in node.literals where segment.utf8.elementsEqual(name) {
            visit(next, index + 1, &search)
            // What has a path of its own is not also one of those that parameters stand for.
            if search.found != nil || !search.allowed.isEmpty { return }
        }
        // A segment that is nothing, or that means another directory, is nobody's name.
        if segment.isEmpty || segment == "." || segment == ".." { return }
        if let next = node.parameter {
            search.values.append(segment)
            visit(next, index + 1, &search)
            search.values.removeLast()
            if search.found != nil { return }
        }
        if !node.restRoutes.isEmpty {
            let rest = search.segments[index...]
            if rest.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) { return }
            consider(node.restRoutes, search.values + [rest.joined(separator: "/")], &search)
        }
    }

    private func consider(_ entries: [Entry], _ values: [String], afterSlash: Bool = false, _ search: inout Search) {
        for entry in entries where entry.takesTrailingSlash || !afterSlash {
            let values = zip(entry.parameterNames, values).map { Request.PathValue(name: $0, text: $1) }
            guard entry.accepts(values) else { continue }
            if entry.method == search.method {
                search.found = (entry.route, values)
                return
            }
            search.allowed.insert(entry.method.rawValue)
        }
    }
}
