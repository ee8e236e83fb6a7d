import ClassAd

/// Jobs that start at a given time.
extension JobBuilder {
    /// The attribute that makes the job wait for a time; nil if there is none.
    var deferralAttribute: String? {
        ["CronMinute", "CronHour", "CronDayOfMonth", "CronMonth", "CronDayOfWeek", "DeferralTime"].filter(has).first
    }

    func setDeferral() throws {
        if let time = try command("deferral_time", "DeferralTime") { try setSeconds("DeferralTime", "deferral_time", time) }
        guard deferralAttribute != nil else { return }
        if let window = try command("cron_window", "CronWindow") ?? command("deferral_window", "DeferralWindow") {
            try setSeconds("DeferralWindow", "deferral_window", window)
        } else {
            set("DeferralWindow", 0)
        }
        if let lead = try command("cron_prep_time", "CronPrepTime") ?? command("deferral_prep_time", "DeferralPrepTime") {
            try setSeconds("DeferralPrepTime", "deferral_prep_time", lead)
        } else {
            set("DeferralPrepTime", 300)
        }
    }

    /// Sets an expression which, if it is a literal, must be an integer of at least 0.
    private func setSeconds(_ attribute: String, _ name: String, _ command: Command) throws {
        var command = command
        command.name = name
        try set(attribute, expression: command.text, from: command)
        guard let tree = lookup(attribute), let literal = Expressions.literal(tree) else { return }
        if case .integer(let value) = literal, value >= 0 { return }
        throw fail("\(name) = \(command.text) is invalid", at: command.position, expected: "a non-negative integer or an expression")
    }
}
