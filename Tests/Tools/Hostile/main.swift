import Glibc

// Hostile: each hostile input in a process of its own. Prints how it ended, how much CPU time it took and how much memory the process
// had at most, and ends with status 1 if one took a second of CPU or 64 MiB, or did not end as it should. CPU time, and the best of
// three runs, since other work on the machine must not decide: an input that costs too much takes many seconds each time.
//
// Hostile NAME runs one of them in this process.

let mostSeconds = 1.0
let mostMemory = 64 << 10
let mostRuns = 3
/// The status of a process that took too long and had no other fault.
let slowStatus: Int32 = 3

/// The CPU time of this process, in seconds.
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The most memory this process has had resident, in KiB.
func peakMemory() -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix("VmHWM:") { return Int(text.split(separator: " ").dropLast().last?.split(separator: "\t").last ?? "") ?? 0 }
    }
    return 0
}

func runHere(_ test: HostileCase) -> Never {
    let start = cpuSeconds()
    var ending: String
    var isError = false
    do {
        ending = try test.run()
    } catch {
        isError = true
        ending = "\(error)"
    }
    let seconds = cpuSeconds() - start
    let memory = peakMemory()
    let isSlow = seconds >= mostSeconds
    var problems = ""
    if memory >= mostMemory { problems += " LARGE" }
    if isError != (test.ending == .error) { problems += " UNEXPECTED" }
    let first = String(ending.prefix { $0 != "\n" }.prefix(110))
    let (milliseconds, mebibytes) = (Int(seconds * 1000), Int((Double(memory) / 1024).rounded(.up)))
    func column(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.utf8.count)) + text }
    let name = test.name + String(repeating: " ", count: max(0, 46 - test.name.utf8.count))
    if isSlow { problems += " SLOW" }
    print("\(name)\(column("\(milliseconds)", 5)) ms\(column("\(mebibytes)", 4)) MiB  \(isError ? "refused" : "value"): \(first)\(problems)")
    exit(problems.isEmpty ? 0 : problems == " SLOW" ? slowStatus : 1)
}

if CommandLine.arguments.count > 1 {
    guard let test = hostileCases.first(where: { $0.name == CommandLine.arguments[1] }) else {
        print("no such case")
        exit(2)
    }
    runHere(test)
}

/// Runs the case in a process of its own and returns its wait status.
func runApart(_ test: HostileCase) -> Int32 {
    fflush(nil)
    var process: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/proc/self/exe"), strdup(test.name), nil]
    defer { for argument in arguments { free(argument) } }
    guard posix_spawn(&process, "/proc/self/exe", nil, nil, &arguments, environ) == 0 else {
        print("\(test.name): cannot be started")
        exit(2)
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
}

var failed = 0
for test in hostileCases {
    var status: Int32 = 0
    for _ in 0..<mostRuns {
        status = runApart(test)
        if status != slowStatus << 8 { break }
    }
    if status != 0 { failed += 1 }
    if status & 0x7F != 0 { print("\(test.name)  ENDED BY SIGNAL \(status & 0x7F)") }
}
print("hostile: \(hostileCases.count - failed) passed, \(failed) failed")
exit(failed == 0 ? 0 : 1)
