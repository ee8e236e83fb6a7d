/// Runs libFuzzer with the command line's arguments.
/// - Parameter test: what is tried with each input. It crashes where something is wrong.
public func fuzz(
    _ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ test: @escaping (UnsafeBufferPointer<UInt8>) -> Void
) -> CInt {
    tested = test
    var count = argumentCount
    var values = arguments
    return runDriver(&count, &values, testOneInput)
}

/// libFuzzer calls from one thread, without a context.
private nonisolated(unsafe) var tested: (UnsafeBufferPointer<UInt8>) -> Void = { _ in }

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// libFuzzer's own entry point, which is linked but not used, wants this name.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    tested(UnsafeBufferPointer(start: bytes, count: count))
    return 0
}
