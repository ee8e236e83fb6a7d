import ClassAd
import CondorModel
import MacroLanguage
import Text

/// Status, notification, rank, periodic and exit expressions, retries and signals.
extension JobBuilder {
    func setStatus() throws {
        let hold = try boolean("hold") ?? false
        if hold, parameters.spool, parameters.holdsAfterSpooling {
            setSpooling()
            let spooling = HoldReasonCode.spoolingInput.rawValue
            // When a job's input has arrived, the schedd uses this as the new status. A release by a user happens under another hold code.
            try set("JobStatusOnRelease", expression: "HoldReasonCode =?= \(spooling) ? \(JobStatus.held.rawValue) : \(JobStatus.idle.rawValue)")
        } else if hold {
            if parameters.spool {
                throw fail("cannot set hold to 'true' when the input is spooled", at: try command("hold")?.position)
            }
            set("JobStatus", JobStatus.held.rawValue)
            set("HoldReasonCode", HoldReasonCode.submittedOnHold.rawValue)
            set("HoldReason", HoldReasonCode.submittedOnHoldText)
        } else if parameters.spool {
            setSpooling()
        } else {
            set("JobStatus", JobStatus.idle.rawValue)
        }
        set("EnteredCurrentStatus", parameters.submitTime)
    }

    private func setSpooling() {
        set("JobStatus", JobStatus.held.rawValue)
        set("HoldReasonCode", HoldReasonCode.spoolingInput.rawValue)
        set("HoldReason", HoldReasonCode.spoolingInputText)
    }

    func setNotification() throws {
        let command = try command("notification", "JobNotification")
        if command == nil, isClusterMade { return }
        let how = command?.text ?? parameters.knob("JOB_DEFAULT_NOTIFICATION") ?? "never"
        let values: [String: Int64] = ["never": 0, "always": 1, "complete": 2, "error": 3, "start": 4]
        guard let value = values[ASCII.lowercased(how)] else {
            throw fail(
                "notification must be 'Never', 'Always', 'Complete', 'Start', or 'Error', not '\(how)'", at: command?.position,
                suggestion: Suggestion.word(for: how, among: Array(values.keys)))
        }
        set("JobNotification", value)
    }

    func setRank() throws {
        let rank = try command("rank", "preferences")
        var fallback: String?
        var appended: String?
        if universe == .vanilla {
            fallback = parameters.knob("DEFAULT_RANK_VANILLA")
            appended = parameters.knob("APPEND_RANK_VANILLA")
        }
        fallback = fallback ?? parameters.knob("DEFAULT_RANK")
        appended = appended ?? parameters.knob("APPEND_RANK")
        switch (rank?.text ?? fallback, appended) {
        case (let text?, let added?): try set("Rank", expression: "(\(text)) + (\(added))", from: rank)
        case (let text?, nil): try set("Rank", expression: text, from: rank)
        case (nil, let added?): try set("Rank", expression: added)
        case (nil, nil): set("Rank", .real(0))
        }
    }

    func setPolicy() throws {
        for (name, attribute, fallback) in Self.policies {
            if let command = try command(name, attribute) {
                try set(attribute, expression: command.text, from: command)
            } else if let fallback, !isClusterMade, parameters.isSet("SUBMIT_INSERT_DEFAULT_POLICY_EXPRS"), !has(attribute) {
                set(attribute, fallback)
            }
        }
    }

    private static let policies: [(String, String, Bool?)] = [
        ("periodic_hold", "PeriodicHold", false), ("periodic_hold_reason", "PeriodicHoldReason", nil),
        ("periodic_hold_subcode", "PeriodicHoldSubCode", nil), ("periodic_release", "PeriodicRelease", false),
        ("periodic_remove", "PeriodicRemove", false), ("periodic_vacate", "PeriodicVacate", false),
        ("on_exit_hold_reason", "OnExitHoldReason", nil), ("on_exit_hold_subcode", "OnExitHoldSubCode", nil),
    ]

    func setLeaveInQueue() throws {
        if let command = try command("leave_in_queue", "LeaveJobInQueue") {
            try set("LeaveJobInQueue", expression: command.text, from: command)
        } else if !has("LeaveJobInQueue") {
            if parameters.spool {
                // Ten days to fetch the output.
                let completed = JobStatus.completed.rawValue
                try set(
                    "LeaveJobInQueue",
                    expression:
                        "JobStatus == \(completed) && (time() - (CompletionDate ?: time())) < 864000 && (StageOutFinish ?: 0) < EnteredCurrentStatus")
            } else {
                set("LeaveJobInQueue", false)
            }
        }
    }

    // MARK: Retries

    func setRetries() throws {
        let remove = try command("on_exit_remove", "OnExitRemove")
        let hold = try command("on_exit_hold", "OnExitHold")
        // A malformed number counts as missing, so that the rest is checked too.
        let retries = (try? integer("max_retries", "JobMaxRetries")) ?? nil
        let successCode = (try? integer("success_exit_code", "JobSuccessExitCode", is32Bit: true)) ?? nil
        let until = try command("retry_until")
        guard retries != nil || successCode != nil || until != nil else {
            let inserts = !isClusterMade && parameters.isSet("SUBMIT_INSERT_DEFAULT_POLICY_EXPRS")
            if let remove {
                try set("OnExitRemove", expression: remove.text, from: remove)
            } else if inserts, !has("OnExitRemove") {
                set("OnExitRemove", true)
            }
            if let hold {
                try set("OnExitHold", expression: hold.text, from: hold)
            } else if inserts, !has("OnExitHold") {
                set("OnExitHold", false)
            }
            return
        }
        let untilText = try until.map(retryCondition)
        if let retries {
            set("JobMaxRetries", retries)
        } else if !has("JobMaxRetries") {
            set("JobMaxRetries", Numbers.integerOrExpression(parameters.knob("DEFAULT_JOB_MAX_RETRIES") ?? "2") ?? 2)
        }
        if let hold {
            try set("OnExitHold", expression: hold.text, from: hold)
        } else if !has("OnExitHold") {
            set("OnExitHold", false)
        }
        if has("OnExitRemove"), successCode == nil, untilText == nil { return }
        var text = "NumJobCompletions > JobMaxRetries || ExitCode =?= "
        if let successCode {
            set("JobSuccessExitCode", successCode)
            text += "JobSuccessExitCode"
        } else {
            text += "0"
        }
        if let untilText { text += " || " + untilText }
        if let remove {
            guard let tree = Expressions.parse(remove.text) else {
                throw fail("on_exit_remove=\(remove.text) is invalid", at: remove.position, expected: "a boolean expression")
            }
            text += " || " + Expressions.text(tree, asOperandOf: .or)
        }
        try set("OnExitRemove", expression: text, from: remove)
    }

    /// `retry_until`: an exit code or a condition.
    private func retryCondition(_ until: Command) throws -> String {
        func invalid() -> StepFailed {
            fail("retry_until=\(until.text) is invalid", at: until.position, expected: "an integer or a boolean expression")
        }
        guard let tree = Expressions.parse(until.text) else { throw invalid() }
        if !tree.referencesAttributes, let code = Numbers.integerOrExpression(until.text) {
            guard let exact = Int32(exactly: code) else { throw invalid() }
            return "ExitCode =?= \(exact)"
        }
        return Expressions.text(tree, asOperandOf: .or)
    }

    // MARK: Signals

    private static let signals: [(Int, String)] = [
        (9, "SIGKILL"), (18, "SIGCONT"), (15, "SIGTERM"), (3, "SIGQUIT"), (1, "SIGHUP"), (19, "SIGSTOP"), (20, "SIGTSTP"), (10, "SIGUSR1"),
        (12, "SIGUSR2"), (17, "SIGCHLD"), (6, "SIGABRT"), (14, "SIGALRM"), (8, "SIGFPE"), (4, "SIGILL"), (2, "SIGINT"), (13, "SIGPIPE"),
        (11, "SIGSEGV"), (5, "SIGTRAP"), (21, "SIGTTIN"), (22, "SIGTTOU"), (29, "SIGIO"), (7, "SIGBUS"), (23, "SIGURG"), (27, "SIGPROF"),
        (28, "SIGWINCH"), (31, "SIGSYS"), (24, "SIGXCPU"), (25, "SIGXFSZ"),
    ]

    private func signal(_ name: String, _ attribute: String) throws -> String? {
        guard let command = try command(name, attribute) else { return nil }
        let number = NumberText.leadingInteger(command.text.utf8) ?? 0
        let found =
            number != 0
            ? Self.signals.first { $0.0 == number }?.1
            : Self.signals.first { ASCII.equalIgnoringCase($0.1, command.text) }?.1
        guard let found else {
            throw fail(
                "invalid signal \(command.text)", at: command.position,
                suggestion: Suggestion.word(for: command.text, among: Self.signals.map(\.1)))
        }
        return found
    }

    func setKillSignals() throws {
        if let signal = try signal("kill_sig", "KillSig") ?? (universe == .vanilla ? nil : "SIGTERM") { set("KillSig", signal) }
        if let signal = try signal("remove_kill_sig", "RemoveKillSig") { set("RemoveKillSig", signal) }
        if let signal = try signal("hold_kill_sig", "HoldKillSig") { set("HoldKillSig", signal) }
        if let timeout = try text("kill_sig_timeout", "KillSigTimeout") {
            set("KillSigTimeout", Int64(Int32(truncatingIfNeeded: NumberText.leadingInteger(timeout.utf8) ?? 0)))
        }
    }
}
