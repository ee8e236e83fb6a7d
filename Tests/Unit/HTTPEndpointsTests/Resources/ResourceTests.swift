@testable import HTTPEndpoints
import JSON
import Testing

@Suite struct ResourceTests {
    private static let codec = Sample.resource.codec
    private static let document = """
        {"number":7,"ratio":0.5,"text":"hi","is_on":true,"color":"green","id":"7.0","counts":{"a":2,"b":1},\
        "parts":[{"name":"x"},{"name":"y","size":3}],"owner":null,"note":"n","limit":10,"patch":null}
        """

    @Test func aValueIsWrittenInTheOrderOfItsMembers() {
        #expect(Self.codec.text(Sample.value) == Self.document)
    }

    @Test func whatIsWrittenIsRead() throws {
        #expect(try Self.codec.decode(Self.document.utf8) == Sample.value)
    }

    @Test func missingOptionalMembersAreNilOrTheirDefault() throws {
        let sample = try Self.codec.decode(
            #"{"number":7,"ratio":0,"text":"","is_on":false,"color":"red","id":"1.0","counts":{},"parts":[],"owner":"o","note":null}"#.utf8)
        #expect(sample.note == nil && sample.limit == 50 && sample.patch == .none && sample.owner == "o")
    }

    @Test func aNullableOptionalMemberHasThreeStates() throws {
        struct Patch: ResourceValue, Equatable {
            var owner: String??
            static let resource = Resource("Patch", make: Patch.init) { Member.optional("owner", \.owner, .nullable(.string)) }
        }
        for (text, value) in [("{}", Patch(owner: .none)), (#"{"owner":null}"#, Patch(owner: .some(nil))), (#"{"owner":"o"}"#, Patch(owner: "o"))] {
            #expect(try Patch.resource.codec.decode(text.utf8) == value)
            #expect(Patch.resource.codec.text(value) == text)
        }
    }

    @Test func allMistakesAreToldAtOnceWithTheirPlaces() {
        let text = """
            {
              "number": 0,
              "ratio": 1.5,
              "text": "123456789",
              "is_on": 1,
              "colour": "red",
              "color": "gren",
              "id": "7.0\\n",
              "counts": {"a/b": -1},
              "parts": [{"name": "x"},
                {"nam": "y"}, 5],
              "note": 3
            }
            """
        #expect(
            Self.codec.mistakes(text) == [
                "/colour 6:3 colour: no such member; did you mean 'color'?",
                "/number 2:3 number: an integer from 1 to 1000 is expected, not 0",
                "/ratio 3:3 ratio: a number from 0.0 to 1.0 is expected, not 1.5",
                "/text 4:3 text: a string of at most 8 characters is expected",
                "/is_on 5:3 is_on: true or false is expected, not 1",
                "/color 7:3 color: one of red, green, blue is expected; did you mean 'green'?",
                #"/id 8:3 id: a string matching ^\d+\.\d+$ is expected"#,
                "/counts/a~1b 9:14 counts.a/b: an integer of at least 0 is expected, not -1",
                "/parts/1/nam 11:6 parts[1].nam: no such member; did you mean 'name'?",
                "/parts/1/name 11:5 parts[1].name: missing",
                "/parts/2 11:19 parts[2]: an object is expected, not 5",
                "/owner - owner: missing",
                "/note 12:3 note: a string is expected, not 3",
            ])
    }

    @Test func conditionsBetweenMembersAreChecked() {
        let text = Self.document.replacing(#""is_on":true"#, with: #""is_on":false"#)
        #expect(Self.codec.mistakes(text) == ["/note - note: note: only with is_on"])
        // Not before each member by itself is right.
        #expect(Self.codec.mistakes(text.replacing("\"number\":7", with: "\"number\":0")).count == 1)
    }

    @Test func unknownMembersAreRefusedInARequestAndIgnoredInAnAnswer() throws {
        let text = Self.document.dropLast() + #","later":{"x":1}}"#
        #expect(
            Self.codec.mistakes(String(text)) == [
                "/later 1:193 later: no such member; known are "
                    + "number, ratio, text, is_on, color, id, counts, parts, owner, note, limit, patch"
            ])
        #expect(try Self.codec.decode(text.utf8, unknownMembers: .ignored) == Sample.value)
    }

    @Test func aDocumentOfAnotherKindIsRefused() {
        #expect(Self.codec.mistakes("[]") == [" - an object is expected, not an array"])
        #expect(Self.codec.mistakes("{") == ["not JSON: the JSON text ends here"])
    }

    @Test func constantsComeFirstAndAreChecked() throws {
        struct Dry: ResourceValue, Equatable {
            var count: Int
            static let resource = Resource("Dry", constant: ConstantMember("dry_run", true), make: Dry.init) {
                Member.required("count", \.count, .integer)
            }
        }
        let codec = Dry.resource.codec
        #expect(codec.text(Dry(count: 1)) == #"{"dry_run":true,"count":1}"#)
        #expect(try codec.decode(#"{"count":1,"dry_run":true}"#.utf8) == Dry(count: 1))
        #expect(codec.mistakes(#"{"count":1,"dry_run":false}"#) == ["/dry_run 1:12 dry_run: true is expected"])
        #expect(codec.mistakes(#"{"count":1}"#) == ["/dry_run - dry_run: missing"])
    }

    @Test func aResourceWithoutConstructorIsOnlyWritten() {
        struct Shown: ResourceValue {
            var names: [String]
            static let resource = Resource("Shown") { Member.required("count", \Shown.names.count, .integer(0...), "Names") }
        }
        #expect(Shown.resource.codec.text(Shown(names: ["a", "b"])) == #"{"count":2}"#)
        #expect(Shown.resource.codec.mistakes(#"{"count":2}"#) == [" - this document is only written, never read"])
        #expect(Shown.resource.members.map(\.name) == ["count"])
    }

    @Test func aListIsWrittenAroundItsElements() {
        struct End: ResourceValue {
            var count: Int
            static let resource = Resource("", make: End.init) { Member.required("count", \.count, .integer(0...), "Elements") }
        }
        let list = ListResource("List", list: "ads", of: Codec<RawJSON>.openObject(), end: End.resource)
        var json = JSONWriter()
        list.begin(&json)
        for number in 1...2 {
            list.element.write(
                RawJSON { json in
                    json.beginObject()
                    json.name("n")
                    json.value(number)
                    json.endObject()
                }, &json)
        }
        list.finish(End(count: 2), &json)
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"ads":[{"n":1},{"n":2}],"count":2}"#)
        #expect(list.schema.json == Schema.ref("List").json)
    }
}
