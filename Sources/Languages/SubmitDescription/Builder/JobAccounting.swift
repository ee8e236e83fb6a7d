import ClassAd
import MacroLanguage
import Text

/// Concurrency limits, accounting groups and credentials.
extension JobBuilder {
    func setConcurrencyLimits() throws {
        let limits = try command("concurrency_limits")
        let expression = try command("concurrency_limits_expr")
        guard let limits else {
            if let expression { try set("ConcurrencyLimits", expression: expression.text, from: expression) }
            return
        }
        if let expression {
            throw fail("concurrency_limits and concurrency_limits_expr can't be used together", at: expression.position)
        }
        let list = tokens(of: ASCII.lowercased(limits.text))
        for limit in list {
            let name = limit.utf8.prefix { $0 != ASCII.colon }
            let parts = name.split(separator: ASCII.dot, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.allSatisfy(Self.isAttributeName) else {
                throw fail("invalid concurrency limit '\(limit)'", at: limits.position, expected: "NAME, NAME.NAME or NAME:count")
            }
        }
        let sorted = list.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if !sorted.isEmpty { set("ConcurrencyLimits", sorted.joined(separator: ",")) }
    }

    /// Whether `name` is a letter or underscore followed by letters, digits and underscores.
    static func isAttributeName(_ name: some Collection<UInt8>) -> Bool {
        guard let first = name.first, ASCII.isLetter(first) || first == UInt8(ascii: "_") else { return false }
        return name.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }

    func setAccounting() throws {
        if let project = try text("project_name", "ProjectName") { set("ProjectName", project) }
        let given = try command("accounting_group", "AccountingGroup")
        var group = given?.text
        if try boolean("nice_user", "NiceUser") == true {
            let nice = parameters.knob("NICE_USER_ACCOUNTING_GROUP_NAME")
            if group == nil {
                group = nice
            } else if group != nice {
                warn("nice_user conflicts with accounting_group and is ignored", at: try command("nice_user", "NiceUser")?.position)
            }
            set("MaxJobRetirementTime", 0)
        }
        let user = try command("accounting_group_user", "AcctGroupUser")
        guard group != nil || user != nil else { return }
        let name = user?.text ?? parameters.submitter
        for (command, text, keyword) in [(given, group, "accounting_group"), (user, name, "accounting_group_user")] {
            if let text, text.utf8.contains(where: ASCII.isSpace) {
                throw fail("invalid \(keyword): \(text)", at: command?.position, expected: "a name without blanks")
            }
        }
        set("AcctGroupUser", name)
        if let group {
            set("AcctGroup", group)
            set("AccountingGroup", group + "." + name)
        } else {
            set("AccountingGroup", name)
        }
    }

    // MARK: Credentials

    func setTokens() throws {
        guard let services = try command("use_oauth_services", "UseOAuthServices") else { return }
        let enabled = tokens(of: services.text)
        var needed: Set<String> = []
        var withHandle: Set<String> = []
        for item in context.table.items {
            let key = ASCII.lowercased(item.name)
            guard item.name.first != ASCII.plus, !key.starts(with: "my.".utf8) else { continue }
            for kind in ["_oauth_permissions", "_oauth_resource", "_oauth_options"] {
                guard let start = key.indices.first(where: { key[$0...].starts(with: kind.utf8) }) else { continue }
                let service = ASCII.string(item.name[..<start])
                guard enabled.contains(where: { ASCII.equalIgnoringCase($0, service) }) else { break }
                let rest = item.name[(start + kind.utf8.count)...]
                if rest.isEmpty {
                    needed.insert(service)
                } else {
                    withHandle.insert(ASCII.lowercased(service))
                    needed.insert(service + "*" + ASCII.string(rest.dropFirst()))
                }
                _ = context.lookup(item.name)
                break
            }
        }
        for service in enabled where !withHandle.contains(ASCII.lowercased(service)) {
            if !needed.contains(where: { ASCII.equalIgnoringCase($0, service) }) { needed.insert(service) }
        }
        guard parameters.providesTokens else {
            throw fail("use_oauth_services: there is no credential service for '\(services.text)'", at: services.position)
        }
        let names = needed.sorted { ASCII.precedesIgnoringCase(Bytes($0.utf8), Bytes($1.utf8)) }
        if !names.isEmpty { set("OAuthServicesNeeded", names.joined(separator: ",")) }
    }

    func setCredentials() throws {
        let proxy = try command("x509userproxy")
        let usesProxy = try boolean("use_x509userproxy") ?? false
        let looksForCredentials = !parameters.isMaterializing && !(isFactory && isClusterMade)
        if proxy != nil || usesProxy, looksForCredentials {
            let position = try proxy?.position ?? command("use_x509userproxy")?.position
            guard let files else {
                throw fail("an X.509 proxy would be read from this server, which a submitted description must not do", at: position)
            }
            guard let proxy else {
                throw fail("can't determine the proxy filename; an X509 user proxy is required for this job", at: position)
            }
            let path = fullPath(proxy.text)
            guard let bytes = try? files.contents(ofFile: path), ASCII.contains(bytes, "BEGIN CERTIFICATE") else {
                throw fail("unable to read proxy file \(path)", at: position)
            }
            set("x509userproxy", path)
        }
        if let lifetime = try command("delegate_job_gsi_credentials_lifetime", "DelegateJobGSICredentialsLifetime") {
            guard let (value, length) = NumberText.scanInteger(lifetime.text.utf8), length == lifetime.text.utf8.count else {
                throw fail("invalid integer delegate_job_gsi_credentials_lifetime = \(lifetime.text)", at: lifetime.position)
            }
            set("DelegateJobGSICredentialsLifetime", Int64(Int32(truncatingIfNeeded: value)))
        }
        if looksForCredentials { try setScitokens() }
    }

    private func setScitokens() throws {
        let setting = try command("use_scitokens", "use_scitoken")
        let file = try command("scitokens_file", "ScitokensFile")
        let inherited = files?.environment.first { $0.name == "BEARER_TOKEN_FILE" }?.value
        var isWanted = file != nil
        if let setting {
            if ASCII.equalIgnoringCase(setting.text, "auto") {
                isWanted = file != nil || !(inherited ?? "").isEmpty
            } else if let flag = Numbers.booleanOrExpression(setting.text) {
                isWanted = flag
            } else {
                throw fail("use_scitokens=\(setting.text) is invalid", at: setting.position, expected: "true, false or auto")
            }
        }
        guard isWanted else { return }
        guard let path = file?.text ?? inherited else {
            throw fail(
                "use_scitokens: no file name is given", at: setting?.position,
                expected: files == nil ? "a scitokens_file command" : "a scitokens_file command or the variable BEARER_TOKEN_FILE")
        }
        set("ScitokensFile", fullPath(path))
    }
}
