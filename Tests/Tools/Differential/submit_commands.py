"""Random statements for every command of the submit language, by the kind of value it takes."""

EXPRESSION = """next_job_start_delay keep_claim_idle want_graceful_removal job_max_vacate_time max_job_retirement_time job_lease_duration
max_transfer_input_mb max_transfer_output_mb allowed_job_duration allowed_execute_duration noop_job noop_job_exit_signal noop_job_exit_code
stack_size file_remaps buffer_files buffer_size buffer_block_size periodic_hold periodic_hold_reason periodic_hold_subcode periodic_release
periodic_remove periodic_vacate on_exit_hold on_exit_hold_reason on_exit_hold_subcode on_exit_remove leave_in_queue retry_until rank
preferences requirements PeriodicHold PeriodicHoldReason PeriodicRemove OnExitRemove LeaveJobInQueue concurrency_limits_expr
deferral_time deferral_window deferral_prep_time cron_window cron_prep_time CronWindow CronPrepTime DeferralTime exit_requirements
JobLeaseDuration NextJobStartDelay retry_request_memory retry_request_memory_max retry_request_memory_increase require_gpus""".split()
BOOLEAN = """allow_arguments_v1 allow_environment_v1 hold send_credential log_xml nice_user encrypt_execute_directory want_io_proxy
want_job_networking transfer_executable transfer_input transfer_output transfer_error transfer_container preserve_relative_paths manifest
container_is_common stream_input stream_output stream_error skip_if_dataflow erase_output_and_error_on_restart run_as_owner load_profile
docker_override_entrypoint docker_send_credentials use_x509userproxy use_scitokens use_scitoken gce_preemptible vm_vnc vm_checkpoint
vm_networking vm_no_output_vm suspend_job_at_exec skip_filechecks WantNameTag getenv get_env WantParallelScheduling TransferOut
StreamErr want_ads UserLogUseXML""".split()
INTEGER = """priority prio core_size job_machine_attrs_history_length match_list_length dagman_job_id max_retries success_exit_code
checkpoint_exit_code kill_sig_timeout machine_count node_count NodeCount delegate_job_gsi_credentials_lifetime
DelegateJobGSICredentialsLifetime JobPrio max_idle materialize_max_idle vm_vcpus image_size""".split()
SIZE = """request_memory request_disk request_cpus request_gpus RequestMemory RequestCpus RequestDisk RequestGPUs request_foo request_Custom
require_foo vm_memory gpus_minimum_memory gpus_minimum_capability gpus_maximum_capability gpus_minimum_runtime disk_usage memory_usage
retry_request_disk request_gpu_memory image_size executable_size""".split()
TEXT = """description batch_name batch_id job_ad_information_attrs ulog_execute_attrs job_machine_attrs notify_user email_attributes
remote_initialdir output_destination encrypt_input_files encrypt_output_files dont_encrypt_input_files dont_encrypt_output_files
primary_unix_group fetch_files compress_files append_files local_files submit_event_notes submit_event_user_notes submit_event_notes_attrs
jar_files parallel_script_shadow parallel_script_starter cron_minute cron_hour cron_day_of_month cron_month cron_day_of_week
manifest_dir checkpoint_destination transfer_checkpoint_files transfer_plugins cuda_version jobset aws_region container_target_dir
mount_under_scratch docker_network_type docker_pull_policy starter_debug dag_node_name concurrency_limits accounting_group
accounting_group_user project_name arc_rte arc_application arc_resources arc_data_staging batch_extra_submit_args batch_project
batch_queue batch_runtime ec2_ami_id ec2_user_data ec2_security_groups ec2_security_ids ec2_keypair ec2_instance_type ec2_elastic_ip
ec2_ebs_volumes ec2_availability_zone ec2_vpc_subnet ec2_vpc_ip ec2_tag_names ec2_spot_price ec2_block_device_mapping
ec2_parameter_names ec2_iam_profile_arn ec2_iam_profile_name ec2_tag_Name ec2_parameter_one gce_image gce_account gce_machine_type
gce_metadata azure_location azure_size azure_image azure_admin_username cloud_label_names cloud_label_one vm_macaddr vm_networking_type
xen_kernel xen_initrd xen_root xen_kernel_params tool_daemon_args tool_daemon_arguments tool_daemon_arguments2 java_vm_args
java_vm_arguments java_vm_arguments2 arguments args arguments2 Arguments environment env environment2 docker_image container_image
DockerImage ContainerImage container_service_names one_container_port two_container_port rendezvousdir on_evict_checks transform_body_one
JobDescription JobBatchName NotifyUser shell interactive_args public_input_files transfer_common_input use_oauth_services
Remote_grid_resource my.attribute MY.Text undefined_command""".split()
PATH = """executable input output error stdin stdout stderr log dagman_log initialdir initial_dir job_iwd transfer_input_files
TransferInputFiles transfer_output_files TransferOutputFiles starter_log output_directory x509userproxy scitokens_file tool_daemon_cmd
tool_daemon_input tool_daemon_output tool_daemon_error aws_access_key_id_file aws_secret_access_key_file s3_access_key_id_file
s3_secret_access_key_file gs_access_key_id_file gs_secret_access_key_file ec2_access_key_id ec2_secret_access_key ec2_user_data_file
ec2_keypair_file ec2_key_pair_file gce_auth_file gce_metadata_file gce_json_file azure_auth_file azure_admin_key vm_disk
interactive_executable In Out Err Iwd Cmd UserLog""".split()
WORDS = {
    "universe": "vanilla docker container grid java vm parallel local scheduler standard mpi Vanilla 5 12 globus nonsense",
    "JobUniverse": "vanilla 5 9 grid",
    "notification": "never complete error always Never 1 nonsense",
    "should_transfer_files": "YES NO IF_NEEDED yes if_needed AUTO true nonsense",
    "when_to_transfer_output": "ON_EXIT ON_EXIT_OR_EVICT ON_SUCCESS NEVER on_exit ALWAYS nonsense",
    "kill_sig": "SIGTERM 9 KILL SIGNONSENSE -1 sigusr1 15.5",
    "remove_kill_sig": "SIGTERM 9 nonsense",
    "hold_kill_sig": "SIGHUP 1 SIGSTOP",
    "grid_resource": "ec2 gce azure arc batch,pbs condor nonsense ARC",
    "vm_type": "kvm xen KVM vmware nonsense",
    "getenv": "true false MY_VAR CONF_* !CONF_* PATH,HOME",
    "docker_pull_policy": "always missing nonsense",
}
VALUES = {
    "EXPRESSION": [
        "true", "false", "3", "JobPrio > 2", "ifThenElse(NumJobStarts > 1, 10, 20)", "undefined", '"text"', "time() > 3600", "(", "a b", "",
        "TARGET.Memory > 5", "1.5", "2 * (3", "[a=1]", "{1,2}", "$(num)", "MY.Foo =?= undefined", "x =!= y", "'odd name' > 1", "!foo", "-1",
        "HasFileTransfer", 'Arch == "ARM64"', 'OpSys == "WINDOWS" || TARGET.Disk > 4', "Memory > RequestMemory", "a ? b : c", "true // x", "0x1F",
        "1K", "5 min", "ExitCode =!= 0", "error", "$$(Cpus) + 1", "HasSingularity && MY.x", "FileSystemDomain == \"x\"", "x = 3", "1;2",
    ],
    "BOOLEAN": ["true", "True", "FALSE", "yes", "no", "1", "0", "T", "F", "t",
                "maybe", "Foo > 1", "", "TRUE ", "2", '"true"', "1 > 0", "!true", "undefined", "$(Process)", "-1"],
    "INTEGER": ["0", "1", "7", "-3", "2147483648", "1.5", "1K", "2G", "abc", "3+4", "", "0x10", "1 2",
                "99999999999999999999", "5 * 2", "JobPrio", "$(Process)", "+4", "1e3", '"5"'],
    "SIZE": [
        "1", "2GB", "512M", "1.5G", "100K", "2TB", "abc", "-1", "0", "RequestMemory * 2", "1 GB", "10MBs", "2gb", "undefined", "1.1", "2 T",
        "0.5", "3.7", "1E", "1PB", "4B", "1.5.2", "$(Process)", "TARGET.Cpus", '"4"', "12.0", "default", "8.0",
        "1,2", "0:5", "1~3", "1 ~ 3", "2-4", "512MiB", "",
    ],
    "TEXT": [
        "word", "two words", '"quoted"', '"half', "a,b", "path/to/x", "$(Process)x", "it's", "", "\u00e9mile", "a\\b", "$$(Arch)", "a;b",
        "a, b ,c", "a b", "one,two", "one=1;two=2", '"one=1 two=2"', "'a b' c", '"\'a b\' c"', "A=1", "A=1;B", '"a ""b"" c"', '"a \'b\'\'c\'"',
        "docker://debian", "image.sif", "subdir/", "none", "*/5", "1-5", "25", "0", "group.sub", "alice", "a@b.c", "80", "x.jar,y.jar",
        "library://x", "oras://x/y", "instance://x", "osdf://a/b.sif",
        "TARGET.x", "$ENV(MY_VAR)", "a = b", "@x", "#x", "lim:2,other", "lim:x", "1,2:3",
    ],
    "PATH": [
        "job.sh", "other.sh", "noexec.sh", "/bin/sleep", "data1.txt", "small.txt", "/abs/file.txt", "./x", "../x", "subdir/", "in", "missing.dat",
        "a//b", "https://x.y/z", "in/a.dat", "data1.txt,data2.txt", "data1.txt, small.txt", "out.$(Process)", "/dev/null", '"small.txt"',
        "a b.txt", "dirs/d1", "subdir", "", "job.$(Cluster).out", "data1.txt in/ dirs/d1/f.txt", "$$(x)", "file:///x", "proxy.pem", "image.sif",
        "nothere/out", "s3://bucket/key", "gs://b/k", "crlf.sh", "x=y", "a;b",
    ],
}
VALUES["DIRECTORY"] = ["subdir", "in/", "dirs//d1", "/tmp", "", "nothere", "data1.txt", "$(x)", "./in", "in/../dirs"]
# Of these HTCondor takes a program, too.
DIRECTORIES = ["initialdir", "initial_dir", "job_iwd", "iwd"]
KINDS = [("EXPRESSION", EXPRESSION), ("BOOLEAN", BOOLEAN), ("INTEGER", INTEGER), ("SIZE", SIZE), ("TEXT", TEXT), ("PATH", PATH)]
REMAPS = ["a=b", "a=b;c=d", '"a=b;c=/d"', "a = b", "a", "out=https://x/y", '"a=b', "a=b,c=d", "a\\;b=c", ""]
BEGINNINGS = [
    *["executable = job.sh"] * 8,
    "universe = docker\ndocker_image = debian\nexecutable = job.sh",
    "universe = docker\ndocker_image = debian",
    "universe = container\ncontainer_image = image.sif\nexecutable = job.sh",
    "universe = container\ncontainer_image = docker://debian",
    "container_image = image.sif\nexecutable = /bin/sleep",
    "docker_image = debian\nexecutable = job.sh",
    "universe = java\nexecutable = x.class\narguments = X",
    "universe = vm\nvm_type = kvm\nvm_memory = 512\nvm_disk = data1.txt:vda:w:raw\nexecutable = x",
    "universe = vm\nvm_type = xen\nvm_memory = 512\nvm_disk = data1.txt:vda:w\nxen_kernel = included\nexecutable = x",
    "universe = parallel\nexecutable = job.sh\nmachine_count = 2",
    "universe = local\nexecutable = job.sh",
    "universe = scheduler\nexecutable = job.sh",
    "universe = grid\ngrid_resource = condor schedd.x pool.y\nexecutable = job.sh",
    "universe = grid\ngrid_resource = batch slurm\nexecutable = job.sh",
    "universe = grid\ngrid_resource = batch pbs user@host\nexecutable = job.sh",
    "universe = grid\ngrid_resource = arc https://x.y\nexecutable = job.sh",
    "universe = grid\ngrid_resource = ec2 https://ec2.x\nexecutable = x\nec2_ami_id = ami-1\n"
    "ec2_access_key_id = small.txt\nec2_secret_access_key = small.txt",
    "universe = grid\ngrid_resource = gce https://g p z\nexecutable = x\ngce_image = i\ngce_machine_type = m\ngce_auth_file = small.txt",
    "universe = grid\ngrid_resource = azure sub\nexecutable = x\nazure_auth_file = small.txt\nazure_image = i\nazure_location = l\n"
    "azure_size = s\nazure_admin_username = u\nazure_admin_key = small.txt",
    "shell = echo hello",
    "max_materialize = 2\nexecutable = job.sh",
    "max_idle = 3\nexecutable = job.sh",
    "executable = job.sh\nshould_transfer_files = NO",
    "executable = job.sh\nmax_retries = 3",
    "executable = job.sh\ntransfer_input_files = data1.txt,small.txt",
]


def statement(random):
    """One command with a value that more often than not is of its kind."""
    choice = random.random()
    if choice < 0.06:
        return f"transfer_output_remaps = {random.choice(REMAPS)}"
    if choice < 0.16:
        name = random.choice(sorted(WORDS))
        return f"{name} = {random.choice(WORDS[name].split()).replace(',', ' ' if name == 'grid_resource' else ',')}"
    kind, names = random.choice(KINDS)
    name = random.choice(names)
    if name.lower() in DIRECTORIES:
        return f"{name} = {random.choice(VALUES['DIRECTORY'])}"
    if random.random() < 0.1:
        kind = random.choice(KINDS)[0]
    if random.random() < 0.1:
        name = random.choice([name.upper(), name.capitalize(), "+" + name, "MY." + name, name.replace("_", "")])
    return f"{name}{random.choice([' = ', '=', ' =', '  =  '])}{random.choice(VALUES[kind])}"


def description(random, queue):
    lines = random.choice(BEGINNINGS).split("\n")
    for _ in range(random.randint(1, 6)):
        lines.insert(random.randrange(len(lines) + 1), statement(random))
    if random.random() < 0.15:
        lines.append("num = " + random.choice(["0", "3", "x"]))
    return "\n".join(lines + [queue]) + "\n"
