import ClassAd
import CondorModel
import Text

/// Jobs that run on another system: grid resources and clouds.
extension JobBuilder {
    private func isGrid(_ type: String) -> Bool { ASCII.equalIgnoringCase(gridType, type) }

    func setGridParameters() throws {
        guard universe == .grid else { return }
        if let resource = try command("grid_resource", "GridResource") {
            set("GridResource", resource.text)
            if ASCII.equalIgnoringCase(resource.text, "ec2") { throw fail("EC2 grid jobs require a service URL", at: resource.position) }
            gridType = String(decoding: resource.text.utf8.prefix { $0 != 0x20 }, as: UTF8.self)
        } else if !has("GridResource") {
            throw fail("grid_resource: no resource identifier was found", at: nil)
        }
        for (name, attribute) in [
            ("arc_rte", "ArcRte"), ("arc_resources", "ArcResources"), ("arc_application", "ArcApplication"),
            ("arc_data_staging", "ArcDataStaging"), ("batch_extra_submit_args", "BatchExtraSubmitArgs"), ("batch_project", "BatchProject"),
            ("batch_queue", "BatchQueue"),
        ] {
            try copy(name, attribute)
        }
        if let runtime = try command("batch_runtime", "BatchRuntime") { try set("BatchRuntime", expression: runtime.text, from: runtime) }
        if isGrid("batch") { usesDefaultRequests = false }
        try setEC2()
        try setPairs("ec2_tag_names", "EC2TagNames", "ec2_tag_", "EC2Tag")
        try setPairs("cloud_label_names", "CloudLabelNames", "cloud_label_", "CloudLabel")
        try setGCE()
        try setAzure()
    }

    @discardableResult
    private func copy(_ name: String, _ attribute: String, isPath: Bool = false) throws -> Bool {
        guard let value = try text(name, attribute) else { return false }
        set(attribute, isPath ? fullPath(value) : value)
        return true
    }

    private func require(_ name: String, _ attribute: String, for type: String) throws {
        if try !copy(name, attribute), isGrid(type), !has(attribute) {
            throw fail("\(ASCII.uppercased(type)) jobs require a '\(name)' parameter", at: nil)
        }
    }

    // MARK: EC2

    private static let instanceRole = "FROM INSTANCE"

    private func setEC2() throws {
        for (names, attribute) in [
            (["ec2_access_key_id", "aws_access_key_id_file"], "EC2AccessKeyId"),
            (["ec2_secret_access_key", "aws_secret_access_key_file"], "EC2SecretAccessKey"),
        ] {
            guard let key = try command(names[0], attribute) ?? command(names[1], attribute) else { continue }
            if ASCII.equalIgnoringCase(key.text, Self.instanceRole) {
                set("EC2AccessKeyId", Self.instanceRole)
                set("EC2SecretAccessKey", Self.instanceRole)
            } else {
                set(attribute, fullPath(key.text))
            }
        }
        if isGrid("ec2") {
            for (attribute, names) in [
                ("EC2AccessKeyId", "'ec2_access_key_id' or 'aws_access_key_id_file'"),
                ("EC2SecretAccessKey", "'ec2_secret_access_key' or 'aws_secret_access_key_file'"),
            ] where !has(attribute) {
                throw fail("EC2 jobs require a \(names) parameter", at: nil)
            }
        }
        if try !copy("ec2_keypair", "EC2KeyPair") { try copy("ec2_keyp_air", "EC2KeyPair") }
        if let file = try command("ec2_keypair_file", "EC2KeyPairFile") ?? command("ec2_key_pair_file", "EC2KeyPairFile") {
            if has("EC2KeyPair") {
                warn("ec2_keypair_file is ignored because ec2_keypair is given", at: file.position)
            } else {
                set("EC2KeyPairFile", fullPath(file.text))
            }
        }
        try copy("ec2_security_groups", "EC2SecurityGroups")
        try copy("ec2_security_ids", "EC2SecurityIDs")
        try require("ec2_ami_id", "EC2AmiID", for: "ec2")
        for (name, attribute) in [
            ("ec2_instance_type", "EC2InstanceType"), ("ec2_vpc_subnet", "EC2VpcSubnet"), ("ec2_vpc_ip", "EC2VpcIp"),
            ("ec2_elastic_ip", "EC2ElasticIp"), ("ec2_availability_zone", "EC2AvailabilityZone"),
        ] {
            try copy(name, attribute)
        }
        if let volumes = try command("ec2_ebs_volumes", "EC2ElasticBlockStorageVolumes") {
            guard Self.isDiskList(volumes.text, fields: 2...2) else {
                throw fail("'ec2_ebs_volumes' has an incorrect format", at: volumes.position, expected: "<instance_id>:<devicename>, …")
            }
            guard has("EC2AvailabilityZone") else {
                throw fail("'ec2_ebs_volumes' requires 'ec2_availability_zone'", at: volumes.position)
            }
            set("EC2ElasticBlockStorageVolumes", volumes.text)
        }
        for (name, attribute) in [
            ("ec2_spot_price", "EC2SpotPrice"), ("ec2_block_device_mapping", "EC2BlockDeviceMapping"), ("ec2_user_data", "EC2UserData"),
        ] {
            try copy(name, attribute)
        }
        try copy("ec2_user_data_file", "EC2UserDataFile", isPath: true)
        try copy("ec2_iam_profile_arn", "EC2IamProfileArn")
        if let name = try command("ec2_iam_profile_name", "EC2IamProfileName") {
            if has("EC2IamProfileArn") {
                set("EC2IamProfileName", name.text)
            } else {
                warn("ec2_iam_profile_name is ignored", at: name.position)
            }
        }
        try setEC2Parameters()
    }

    private func setEC2Parameters() throws {
        var names = tokens(of: try text("ec2_parameter_names", "EC2ParamNames") ?? string(of: "EC2ParamNames") ?? "")
        for item in context.table.items {
            let key = ASCII.string(ASCII.lowercased(item.name))
            guard key.utf8.starts(with: "ec2_parameter_".utf8), key != "ec2_parameter_names" else { continue }
            let parameter = ASCII.string(item.name.dropFirst("ec2_parameter_".utf8.count))
            set("EC2Param_" + parameter, ASCII.string(item.value))
            context.table.markUsed(key)
            let isListed = names.contains { name in
                ASCII.equalIgnoringCase(name.utf8.map { $0 == ASCII.dot ? UInt8(ascii: "_") : $0 }, parameter.utf8)
            }
            if !isListed { names.append(parameter) }
        }
        if !names.isEmpty { set("EC2ParamNames", names.joined(separator: ", ")) }
    }

    /// Tags and labels: one attribute for each command with the prefix, and one for their names.
    private func setPairs(_ listName: String, _ listAttribute: String, _ prefix: String, _ attributePrefix: String) throws {
        var names = tokens(of: try text(listName, listAttribute) ?? string(of: listAttribute) ?? "")
        for item in context.table.items {
            let length: Int
            if ASCII.hasPrefixIgnoringCase(item.name, prefix.utf8), item.name.count > prefix.utf8.count {
                length = prefix.utf8.count
            } else if ASCII.hasPrefixIgnoringCase(item.name, attributePrefix.utf8), item.name.count > attributePrefix.utf8.count {
                length = attributePrefix.utf8.count
            } else {
                continue
            }
            let name = ASCII.string(item.name.dropFirst(length))
            if !ASCII.hasPrefixIgnoringCase(name, "Names"), !names.contains(where: { ASCII.equalIgnoringCase($0, name) }) { names.append(name) }
        }
        for name in names {
            if let value = try text(prefix + name, attributePrefix + name) { set(attributePrefix + name, value) }
        }
        if isGrid("ec2"), !names.contains(where: { ASCII.equalIgnoringCase($0, "Name") }), try boolean("WantNameTag") ?? true,
            let program = string(of: "Cmd")
        {
            set(attributePrefix + "Name", program)
        }
        if !names.isEmpty { set(listAttribute, names.joined(separator: ",")) }
    }

    /// Whether `text` is a comma-separated list of entries with this number of fields, separated by colons.
    static func isDiskList(_ text: String, fields: ClosedRange<Int>) -> Bool {
        let disks = tokens(of: text, separatedBy: ",")
        return !disks.isEmpty && disks.allSatisfy { disk in fields.contains(disk.utf8.count { $0 == ASCII.colon } + 1) }
    }

    // MARK: Other clouds

    private func setGCE() throws {
        try copy("gce_auth_file", "GceAuthFile", isPath: true)
        try copy("gce_account", "GceAccount")
        try require("gce_image", "GceImage", for: "gce")
        try require("gce_machine_type", "GceMachineType", for: "gce")
        if let metadata = try text("gce_metadata", "GceMetadata") {
            set("GceMetadata", tokens(of: metadata, separatedBy: ",").joined(separator: ","))
        }
        try copy("gce_metadata_file", "GceMetadataFile", isPath: true)
        if let flag = try boolean("gce_preemptible", "GcePreemptible") { set("GcePreemptible", flag) }
        try copy("gce_json_file", "GceJsonFile", isPath: true)
    }

    private func setAzure() throws {
        try copy("azure_auth_file", "AzureAuthFile", isPath: true)
        for (name, attribute) in [
            ("azure_image", "AzureImage"), ("azure_location", "AzureLocation"), ("azure_size", "AzureSize"),
            ("azure_admin_username", "AzureAdminUsername"), ("azure_admin_key", "AzureAdminKey"),
        ] {
            try require(name, attribute, for: "azure")
        }
    }
}
