import Diagnostics
import FuzzDriver
import SubmitDescription

// Runs libFuzzer over submit descriptions. An input is the text of one, as a stranger would send it.

// The name the package manager gives to the entry point of an executable.
@_cdecl("SubmitFuzz_main")
func main(_ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(argumentCount, arguments) { test(Array($0)) }
}

private func test(_ bytes: [UInt8]) {
    var parameters = SubmitParameters()
    parameters.fileName = "job.sub"
    parameters.jobLimit = 1000
    do throws(SubmitError) {
        let plan = try SubmitDescription.parse(bytes: bytes, mode: .remote, parameters: parameters)
        for input in plan.inputs where input.path.hasPrefix("/") || input.path.split(separator: "/").contains("..") {
            fatalError("an input leads out of the sandbox: \(input.path)")
        }
        if let factory = plan.factory {
            _ = try? factory.digest(clusterID: 7, itemFile: "items")
            _ = factory.itemData
            return
        }
        var ads = try plan.ads(clusterID: 7)
        for _ in 0..<min(20, plan.procCount) {
            guard try ads.next() != nil else { fatalError("a job is missing") }
        }
    } catch {
        guard error.diagnostics.contains(where: { $0.severity == .error }) else { fatalError("refused without an error") }
        _ = error.description
    }
}
