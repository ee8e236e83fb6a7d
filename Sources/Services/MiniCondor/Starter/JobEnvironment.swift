import ClassAd
import CondorModel

/// A job's environment: the owner's variables, and those that HTCondor's starter adds (25.14, `condor_starter.V6.1/starter.cpp`, PublishToEnv).
///
/// It contains nothing of the scheduler's own environment. Variables of HTCondor's parts that do not exist here are left out: chirp and process
/// family tracking.
struct JobEnvironment {
    private(set) var variables: [String: [UInt8]]

    /// Variables by which libraries limit their threads (STARTER_NUM_THREADS_ENV_VARS). They are set unless the job sets them.
    private static let threadVariables = [
        "CUBACORES", "GOMAXPROCS", "JULIA_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT",
        "OPENBLAS_NUM_THREADS", "PYTHON_CPU_COUNT", "ROOT_MAX_THREADS", "TF_LOOP_PARALLEL_ITERATIONS", "TF_NUM_THREADS",
    ]

    /// A placeholder for the scratch directory in values, like the slot's `CondorScratchDir`.
    static let scratchMark = Array("#CoNdOrScRaTcHdIr#".utf8)

    /// - Throws: if the owner's text is malformed.
    init(ofOwner launch: JobLaunch) throws(RunFailure) {
        var environment = Environment()
        let isWellFormed =
            switch launch.environment {
            case .v2(let text): environment.mergeV2(text)
            case .v1(let text): environment.mergeV1(text)
            }
        guard isWellFormed else { throw RunFailure("The environment of the job is malformed", code: .failedToCreateProcess, subCode: 22) }
        variables = environment.variables
    }

    mutating func addStarterVariables(_ launch: JobLaunch, slot: DynamicSlot, scratch: String, iwd: String, starter: Int32, home: String?) {
        func set(_ name: String, _ value: String) { variables[name] = Array(value.utf8) }
        set("BATCH_SYSTEM", "HTCondor")
        set("_CONDOR_JOB_IWD", iwd)
        set("_CONDOR_JOB_PIDS", "")
        set("_CONDOR_BIN", "/usr/bin")
        set("_CONDOR_SCRATCH_DIR", scratch)
        set("_CONDOR_SLOT", String(slot.name.prefix { $0 != "@" }))
        set("_CONDOR_JOB_AD", scratch + "/.job.ad")
        set("_CONDOR_MACHINE_AD", scratch + "/.machine.ad")
        set("CONDOR_STARTER_PID", String(starter))
        for name in ["TMPDIR", "TEMP", "TMP", "APPTAINER_CACHEDIR", "SINGULARITY_CACHEDIR"] { set(name, scratch) }
        for name in Self.threadVariables where variables[name]?.isEmpty != false { set(name, String(slot.resources.cpus)) }
        // The number of no device, so that programs do not use devices of other jobs.
        let devices = slot.resources.gpus.isEmpty ? "10000" : slot.resources.gpus.joined(separator: ",")
        set("CUDA_VISIBLE_DEVICES", devices)
        set("GPU_DEVICE_ORDINAL", devices)
        set("_CONDOR_AssignedGPUs", devices)
        set("NVIDIA_VISIBLE_DEVICES", slot.resources.gpus.isEmpty ? "none" : devices)
        if variables["HOME"] == nil, let home { set("HOME", home) }
        for (name, value) in variables { variables[name] = Self.replacingMark(in: value, with: Array(scratch.utf8)) }
    }

    private static func replacingMark(in value: [UInt8], with scratch: [UInt8]) -> [UInt8] {
        guard value.count >= scratchMark.count, value.contains(UInt8(ascii: "#")) else { return value }
        var result: [UInt8] = []
        var i = 0
        while i < value.count {
            if value[i...].starts(with: scratchMark) {
                result += scratch
                i += scratchMark.count
            } else {
                result.append(value[i])
                i += 1
            }
        }
        return result
    }

    /// `NAME=value`, sorted by name.
    var entries: [[UInt8]] {
        variables.sorted { $0.key < $1.key }.map { Array($0.key.utf8) + [UInt8(ascii: "=")] + $0.value }
    }
}
