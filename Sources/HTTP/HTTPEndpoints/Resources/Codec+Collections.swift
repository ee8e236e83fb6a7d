import JSON

extension Codec {
    /// A list.
    package static func array<Element>(of element: Codec<Element>, minItems: Int? = nil, maxItems: Int? = nil) -> Codec
    where Value == [Element] {
        Codec(.array(of: element.schema, minItems: minItems, maxItems: maxItems)) { values, json in
            json.beginArray()
            for value in values { element.write(value, &json) }
            json.endArray()
        } read: { json, reader in
            guard case .array(let values) = json else { return reader.expected("an array", insteadOf: json) }
            if let minItems, values.count < minItems {
                return reader.expected("an array of at least \(minItems) \(minItems == 1 ? "item" : "items")")
            }
            if let maxItems, values.count > maxItems { return reader.expected("an array of at most \(maxItems) \(maxItems == 1 ? "item" : "items")") }
            var elements: [Element] = []
            elements.reserveCapacity(values.count)
            for (index, value) in values.enumerated() {
                if let element = reader.within(index, { reader in element.read(value, &reader) }) { elements.append(element) }
                if reader.isFull { break }
            }
            return elements.count == values.count ? elements : nil
        }
    }

    /// An object whose members have any names and values of one kind. They are written in the order of their names.
    package static func map<Element>(of element: Codec<Element>) -> Codec where Value == [String: Element] {
        Codec(.object([], additional: .each(element.schema))) { values, json in
            json.beginObject()
            for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                json.name(name)
                element.write(value, &json)
            }
            json.endObject()
        } read: { json, reader in
            guard case .object(let members) = json else { return reader.expected("an object", insteadOf: json) }
            var elements: [String: Element] = [:]
            for member in members {
                if let element = reader.within(member, { reader in element.read(member.value, &reader) }) { elements[member.name] = element }
                if reader.isFull { break }
            }
            return elements.count == members.count ? elements : nil
        }
    }
}
