@testable import Gateway
import CondorModel
import Jobs
import Testing

/// The parameters of streams of events.
@Suite struct EventParameterTests {
    @Test func streamsBeginNowOrBehindACursor() {
        #expect(EventsSince(parameter: "now") == .now && EventsSince(parameter: "") == nil && EventsSince(parameter: "0") == nil)
    }

    @Test func typesAreNames() {
        #expect(EventTypes(parameter: "submit,continue")?.types == [.submit, .resume])
        for text in ["", "submit,", "Submit", "submit, hold", "resume", "connected", String(repeating: "submit,", count: 100)] {
            #expect(EventTypes(parameter: text) == nil, "\(text)")
        }
    }
}
