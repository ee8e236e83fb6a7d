import ClassAd
import Diagnostics
import SeededGeneration
import Testing

@testable import SubmitDescription

@Suite struct RandomTextTests {
    private static let statements = [
        "executable = job.sh", "executable = $(x).sh", "arguments = a $(Process) '$(x)'", "arguments = \"a 'b c' $(y)\"",
        "environment = \"A=$(Step) B='x y'\"", "input = in.$(Process)", "output = out/$(x).txt", "error = $F(x).err", "log = log",
        "transfer_input_files = a, b/, $(x)", "transfer_output_files = o", "transfer_output_remaps = \"o=$(Process).o\"",
        "should_transfer_files = YES", "when_to_transfer_output = ON_SUCCESS", "request_memory = 1G", "request_memory = $(Process) + 1",
        "request_cpus = $INT(x)", "request_disk = 3MB", "request_gpus = 1", "requirements = Memory > $(Step)", "rank = Mips",
        "+Own = $(Row)", "MY.Text = \"$(Item)\"", "max_retries = 3", "periodic_remove = true", "on_exit_hold = ExitCode == $(Process)",
        "initialdir = run$(Process)", "universe = container", "container_image = image.sif", "docker_image = a/b:1", "accounting_group = g.h",
        "accounting_group_user = me", "notification = error", "priority = $(Process)", "hold = true", "cron_minute = 5", "deferral_time = 10",
        "x = $(y)", "y = $CHOICE(Step,a,b,c)", "x = 7", "z = $SUBSTR(x,1)", "if defined x", "else", "endif", "max_idle = 3",
        "batch_name = n$(Cluster)", "b @=end\none $(x)\n@end", "concurrency_limits = a,b:2", "kill_sig = SIGINT", "nice_user = true",
    ]
    private static let queues = [
        "queue", "queue 3", "queue 2 x in (a b c)", "queue x,y from (\n1 2\n3 4\n)", "queue 2 x from [1:] (\na\nb\n\nc\n)", "queue 0",
        "queue x in [::2] (1, 2, 3)",
    ]

    private static func text(_ random: inout SeededGenerator) -> String {
        var lines = ["executable = job.sh"]
        for _ in 0..<Int.random(in: 0...12, using: &random) { lines.append(statements.randomElement(using: &random)!) }
        lines.append(queues.randomElement(using: &random)!)
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(arguments: 0..<40) func noStepThatMattersIsLeftOut(_ group: UInt64) throws {
        for number in 0..<25 {
            let seed = group * 1000 + UInt64(number)
            var random = SeededGenerator(seed: seed)
            let text = Self.text(&random)
            guard let plan = try? SubmitDescription.parse(text, mode: .remote, parameters: SubmitParameters()), let stage = plan.stages.first
            else { continue }
            func builder() -> JobBuilder {
                let context = SubmitContext(table: stage.table)
                let builder = JobBuilder(context: context, findings: Findings(), parameters: plan.parameters, files: nil)
                stage.iteration.prepare(0, in: context)
                builder.makeCluster()
                return builder
            }
            let (quick, thorough) = (builder(), builder())
            for index in 1..<max(2, stage.jobCount) where index < stage.jobCount {
                for builder in [quick, thorough] {
                    builder.context.process = index
                    stage.iteration.prepare(index, in: builder.context)
                }
                quick.makeProcess()
                thorough.makeProcess(everything: true)
                #expect(quick.job.unparsed(.old) == thorough.job.unparsed(.old), "seed \(seed), job \(index): \(text)")
                #expect(quick.orderedInputs == thorough.orderedInputs, "seed \(seed), job \(index): \(text)")
            }
        }
    }

    @Test(arguments: 0..<40) func damagedTextsAreReadOrRefused(_ group: UInt64) {
        for number in 0..<50 {
            let seed = group * 1000 + UInt64(number)
            var random = SeededGenerator(seed: seed)
            var bytes = Array(Self.text(&random).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
                case 2: bytes.insert(contentsOf: Array("$()\"'=\\@:[]{},;\n ".utf8).shuffled(using: &random).prefix(3), at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: Int.random(in: 0...bytes.count, using: &random))
                }
            }
            do throws(SubmitError) {
                let plan = try SubmitDescription.parse(bytes: bytes, mode: .remote, parameters: SubmitParameters())
                for input in plan.inputs {
                    let isInside = !input.path.hasPrefix("/") && !input.path.split(separator: "/").contains("..")
                    #expect(isInside, "seed \(seed): \(input.path)")
                }
                guard plan.factory == nil else { continue }
                var ads = try plan.ads()
                var count = 0
                while count < 10, try ads.next() != nil { count += 1 }
                #expect(count == min(10, plan.procCount), "seed \(seed)")
            } catch {
                #expect(error.diagnostics.contains { $0.severity == .error }, "seed \(seed)")
            }
        }
    }
}
