import HTTPEndpoints
import JSON
import Testing

@Suite struct SchemaTests {
    private func text(_ value: JSONValue) -> String { String(decoding: value.serialized(), as: UTF8.self) }

    @Test func schemas() {
        let schema = Schema.object(
            [.required("id", .integer(minimum: 1).described("Its number")), .optional("tags", .array(of: .string(oneOf: ["a", "b"]), maxItems: 3))],
            additional: .each(.ref("Value"))
        ).example(["id": 7])
        let wanted =
            ##"{"type":"object","properties":{"id":{"type":"integer","format":"int64","minimum":1,"description":"Its number"},"##
            + ##""tags":{"type":"array","items":{"type":"string","enum":["a","b"]},"maxItems":3}},"required":["id"],"##
            + ##""additionalProperties":{"$ref":"#/components/schemas/Value"},"examples":[{"id":7}]}"##
        #expect(text(.object(schema.json)) == wanted)
        #expect(text(.object(Schema.string().nullable.json)) == #"{"type":["string","null"]}"#)
        #expect(text(.object(Schema.ref("A").nullable.json)) == ##"{"anyOf":[{"$ref":"#/components/schemas/A"},{"type":"null"}]}"##)
    }
}
