import ClassAd

/// Makes the digest of a late materialisation factory (condor_utils/submit_utils.cpp, `make_digest`).
struct FactoryDigest {
    let builder: JobBuilder
    let stage: SubmitPlan.Stage
    let parameters: SubmitParameters
    let files: (any SubmitFiles)?

    func factory(total: Int) -> SubmitFactory {
        SubmitFactory(commands: "", queue: "", itemData: [], rowCount: 0, materializeLimit: total)
    }
}
