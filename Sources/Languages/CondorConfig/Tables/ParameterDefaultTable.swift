/// HTCondor 25.14's parameters and their defaults on Linux, as facts from its src/condor_utils/param_info.in.
///
/// Each line has a name, the type with an optional range, ` = ` and the default. `⏎` stands for a line end. A parameter without ` = ` has no
/// default. `SUBSYSTEM.NAME` is the default within that subsystem.
let parameterDefaultTable: StaticString = #"""
    ABORT_ON_EXCEPTION bool = false
    ACCOUNTANT_DATABASE_FILE path = $(SPOOL)/Accountantnew.log
    ACCOUNTANT_HOST string
    ACCOUNTANT_LOCAL_DOMAIN string
    ACCOUNTING_DOMAIN string = $(UID_DOMAIN)
    ActivityTimer string = (time() - EnteredCurrentActivity)
    ADD_WINDOWS_FIREWALL_EXCEPTION string = $(CondorIsAdmin)
    ADSTASH_CHECKPOINT_FILE path = $(LOG)/adstash_checkpoint.json
    ADSTASH_DEBUG string = D_ALWAYS
    ADSTASH_INTERFACE string = elasticsearch
    ADSTASH_JSON_DIR path = $(LOG)
    ADSTASH_LOG path = $(LOG)/adstash.log
    ADSTASH_NUM_THREADS int = 1
    ADSTASH_READ_POOLS string = $(CONDOR_HOST)
    ADSTASH_READ_SCHEDDS string = *
    ADSTASH_READ_STARTDS string = *
    ADSTASH_SAMPLE_INTERVAL int = 1200
    ADSTASH_SCHEDD_HISTORY bool = False
    ADSTASH_SCHEDD_HISTORY_MAX_ADS int = 10000
    ADSTASH_SCHEDD_HISTORY_TIMEOUT int = 240
    ADSTASH_SCHEDD_JOB_EPOCH_HISTORY bool = False
    ADSTASH_SCHEDD_TRANSFER_EPOCH_HISTORY bool = False
    ADSTASH_SE_BUNCH_SIZE int = 250
    ADSTASH_SE_HOST string = $(FULL_HOSTNAME):9200
    ADSTASH_SE_INDEX_NAME string = htcondor
    ADSTASH_SE_LOG_MAPPINGS bool = True
    ADSTASH_SE_PASSWORD_FILE path
    ADSTASH_SE_TIMEOUT int = 240
    ADSTASH_SE_USE_HTTPS bool = False
    ADSTASH_SE_USERNAME string
    ADSTASH_STARTD_HISTORY bool = False
    ADSTASH_STARTD_HISTORY_MAX_ADS int = 10000
    ADSTASH_STARTD_HISTORY_TIMEOUT int = 240
    ADVERTISE_IPV4_FIRST string = $(PREFER_IPV4)
    ALIVE_INTERVAL int = 300
    ALL_DEBUG string
    ALLOW_ADMIN_COMMANDS bool = true
    ALLOW_CLIENT string = *
    ALLOW_COMMON_FILES_ON_LVS bool = false
    ALLOW_SUBMIT_FROM_KNOWN_USERS_ONLY bool = false
    ALLOW_TRANSFER_REMAP_TO_MKDIR bool = true
    ALWAYS_CLOSE_USERLOG bool = false
    ALWAYS_REUSEADDR bool = true
    ANNEX_AUDIT_LOG path = $(LOG)/AnnexAuditLog
    ANNEX_COLLECTOR string
    ANNEX_COMMAND_STATE path = $(LOG)/AnnexCommand.state
    ANNEX_DEFAULT_AWS_REGION string = us-east-1
    ANNEX_DEFAULT_CF_URL string = https://cloudformation.us-east-1.amazonaws.com/
    ANNEX_DEFAULT_CONNECTIVITY_FUNCTION_ARN string = HTCondorAnnex-CheckConnectivity
    ANNEX_DEFAULT_CWE_URL string = https://events.us-east-1.amazonaws.com
    ANNEX_DEFAULT_EC2_URL string = https://ec2.us-east-1.amazonaws.com
    ANNEX_DEFAULT_LAMBDA_URL string = https://lambda.us-east-1.amazonaws.com
    ANNEX_DEFAULT_LEASE_DURATION long = 3000
    ANNEX_DEFAULT_ODI_INSTANCE_TYPE string = $(ANNEX_DEFAULT_ODI_INSTANCE_TYPE_V8_7_0)
    ANNEX_DEFAULT_ODI_INSTANCE_TYPE_V8_7_0 string = m4.large
    ANNEX_DEFAULT_S3_URL string = https://s3.amazonaws.com
    ANNEX_DEFAULT_UNCLAIMED_TIMEOUT long = 900
    ANNEX_GAHP path = $(EC2_GAHP)
    ANNEX_GAHP_LOG path = $(LOG)/AnnexGahpLog
    ANNEX_LOG path = $(LOG)/AnnexLog
    ANNEX_TOKEN_DOMAIN string = $(TRUST_DOMAIN)
    ANNEX_USE_OLD_CREATE bool = False
    ap_northeast_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(ap_northeast_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4)
    ap_northeast_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4 string = ami-0c07ed1dc0cea3608
    ap_northeast_2.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(ap_northeast_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4)
    ap_northeast_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4 string = ami-02c69d521a0809249
    ap_south_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(ap_south_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4)
    ap_south_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4 string = ami-024615f49be85226a
    ap_southeast_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(ap_southeast_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4)
    ap_southeast_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4 string = ami-0463306823b53e30
    ap_southeast_2.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(ap_southeast_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4)
    ap_southeast_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4 string = ami-078d5c7afa60d8d1b
    APPEND_RANK string
    APPEND_RANK_STANDARD string
    APPEND_RANK_VANILLA string
    APPEND_REQ_STANDARD string
    APPEND_REQ_VANILLA string
    APPEND_REQ_VM string
    APPEND_REQUIREMENTS string
    ARC_GAHP string = $(SBIN)/arc_gahp
    ARC_GAHP_COMMAND_LIMIT int = 1000
    ARC_GAHP_LOG string = /tmp/ArcGahpLog.$(USERNAME)
    ARC_GAHP_USE_THREADS bool = false
    ARCH string
    ASSIGN_CPU_AFFINITY bool = false
    AUTH_SSL_ALLOW_CLIENT_PROXY bool = false
    AUTH_SSL_AUTOGENERATE_CERTFILE path = $(ETC)/hostcert.pem
    AUTH_SSL_AUTOGENERATE_KEYFILE path = $(ETC)/hostkey.pem
    AUTH_SSL_CLIENT_CADIR path
    AUTH_SSL_CLIENT_CAFILE path
    AUTH_SSL_CLIENT_USE_DEFAULT_CAS bool = true
    AUTH_SSL_REQUIRE_CLIENT_CERTIFICATE bool = false
    AUTH_SSL_REQUIRE_CLIENT_MAPPING bool = false
    AUTH_SSL_SERVER_CADIR path
    AUTH_SSL_SERVER_CAFILE path
    AUTH_SSL_SERVER_CERTFILE path = /etc/pki/tls/certs/localhost.crt,$(AUTH_SSL_AUTOGENERATE_CERTFILE)
    AUTH_SSL_SERVER_KEYFILE path = /etc/pki/tls/private/localhost.key,$(AUTH_SSL_AUTOGENERATE_KEYFILE)
    AUTH_SSL_SERVER_USE_DEFAULT_CAS bool = true
    AUTH_SSL_USE_CLIENT_PROXY_ENV_VAR bool = false
    AUTH_SSL_USE_VOMS_IDENTITY bool = true
    AUTO_INCLUDE_CREDD_IN_DAEMON_LIST bool = false
    AUTO_INCLUDE_SHARED_PORT_IN_DAEMON_LIST bool = true
    AUTO_USE_FEATURE_PelicanRetryPolicy bool = $(IsSchedd)
    AZURE_GAHP path = $(SBIN)/AzureGAHPServer
    BACKFILL_SYSTEM string
    BackgroundLoad string = 0.3
    BASE_CGROUP string = htcondor
    BATCH_GAHP string = $(BIN)/blahpd
    BATCH_GAHP_CHECK_STATUS_ATTEMPTS int = 5
    BENCHMARKS_JOBLIST string = mips kflops
    BENCHMARKS_KFLOPS_EXECUTABLE path = $(LIBEXEC)/condor_kflops
    BENCHMARKS_KFLOPS_JOB_LOAD string = 1.0
    BENCHMARKS_MAX_JOB_LOAD string = 1.0
    BENCHMARKS_MIPS_EXECUTABLE path = $(LIBEXEC)/condor_mips
    BENCHMARKS_MIPS_JOB_LOAD string = 1.0
    BenchmarkTimer string = (time() - LastBenchmark)
    BigJob string = (TARGET.ImageSize >= (50 * 1024))
    BIN path = $(RELEASE_DIR)/bin
    BIND_ALL_INTERFACES bool = true
    BLAHPD_LOCATION string = $(RELEASE_DIR)
    BOOTSTRAP_SSL_SERVER_TRUST bool = false
    BOOTSTRAP_SSL_SERVER_TRUST_PROMPT_USER bool = true
    BOX_AUTHORIZATION_URL string = https://account.box.com/api/oauth2/authorize
    BOX_TOKEN_URL string = https://api.box.com/oauth2/token
    BROKEN_SLOT_CONTEXT_ATTRS string = JobId,RemoteUser,RemoteScheddName
    C_GAHP_CONTACT_SCHEDD_DELAY int = 5
    C_GAHP_DEBUG string = D_STATS
    C_GAHP_LOCK string = /tmp/CGAHPLock.$(USERNAME)
    C_GAHP_LOG string = /tmp/CGAHPLog.$(USERNAME)
    C_GAHP_MAX_FILE_REQUESTS int = 10
    C_GAHP_WORKER_THREAD_LOCK string = /tmp/CGAHPWorkerLock.$(USERNAME)
    C_GAHP_WORKER_THREAD_LOG string = /tmp/CGAHPWorkerLog.$(USERNAME)
    ca_central_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(ca_central_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4)
    ca_central_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4 string = ami-00ca51dc8295a9e4f
    CATALOG_SPACE string =     ifthenelse(⏎        MappingMethod ?: "" != "Copy",⏎        $(SUM_OF_CATALOGS),⏎        0⏎)
    CCB_ADDRESS string
    CCB_CLIENT_STREAMING bool = true
    CCB_HEARTBEAT_INTERVAL int(0,) = 300
    CCB_OUTBOUND_NEXT_HOP string
    CCB_OUTBOUND_PROXY bool = false
    CCB_OUTBOUND_TARGET_ALLOWLIST string = *
    CCB_OUTBOUND_TARGET_DENYLIST string = 127.0.0.0/8 ::1 fe80::/10 169.254.0.0/16 localhost
    CCB_OUTBOUND_TTL int = 8
    CCB_POLLING_INTERVAL int = 20
    CCB_POLLING_MAX_INTERVAL int = 600
    CCB_POLLING_TIMESLICE double = 0.05
    CCB_RECONNECT_FILE string
    CCB_SERVER_MAX_STREAMING_HANDSHAKES int = 0
    CCB_SERVER_MAX_STREAMING_SESSIONS int = 0
    CCB_SERVER_READ_BUFFER int = 2048
    CCB_SERVER_STREAMING bool = true
    CCB_SERVER_STREAMING_HANDSHAKE_TIMEOUT int = 300
    CCB_SERVER_WRITE_BUFFER int = 2048
    CCB_SWEEP_INTERVAL int = 1200
    CCB_TUNNEL_REGISTRATION_TIMEOUT int = 300
    CERTIFICATE_MAPFILE string
    CERTIFICATE_MAPFILE_ASSUME_HASH_KEYS bool = false
    CGAHP_SCHEDD_INTERACTION_TIME int = 5
    CGROUP_HARD_MEMORY_LIMIT_EXPR string
    CGROUP_IGNORE_CACHE_MEMORY bool = true
    CGROUP_LOW_MEMORY_LIMIT_EXPR string
    CGROUP_MEMORY_LIMIT_POLICY string = hard
    CGROUP_POLLING_INTERVAL int = 5
    CHECK_REACTIVATE_AFTER_CHECKPOINT bool = true
    CHECKPOINT_DESTINATION_MAPFILE path = $(LOCAL_DIR)/checkpoint-destination-mapfile
    CHIRP_DELAYED_UPDATE_MAX_ATTRS int(0,) = 100
    CHIRP_DELAYED_UPDATE_PREFIX string = Chirp*
    CHOWN_JOB_SPOOL_FILES bool = False
    CLAIM_PARTITIONABLE_LEFTOVERS string = $(NEGOTIATOR_USE_SLOT_WEIGHTS)
    CLAIM_RECYCLING_CONSIDER_LIMITS bool = true
    CLAIM_WORKLIFE int = 1200
    CLASSAD_ENABLE_USER_HOME bool = true
    CLASSAD_LOG_STRICT_PARSING bool = true
    CLASSAD_USER_LIBS string
    CLASSAD_USER_PYTHON_LIB string = $(LIBEXEC)/libclassad_python_user.so
    CLASSAD_USER_PYTHON_MODULES string
    CM_IP_ADDR string
    COLLECTOR path = $(SBIN)/condor_collector
    COLLECTOR.IsCollector bool = true
    COLLECTOR_ADDRESS_FILE path = $(LOG)/.collector_address
    COLLECTOR_BOOTSTRAP_SSL_CERTIFICATE bool = true
    COLLECTOR_DEBUG string
    COLLECTOR_DEBUG_WAIT bool = false
    COLLECTOR_ENVIRONMENT string
    COLLECTOR_FLAG string
    COLLECTOR_FORWARD_CLAIMED_PRIVATE_ADS string = $(NEGOTIATOR_CONSIDER_PREEMPTION)
    COLLECTOR_FORWARD_FILTERING bool = false
    COLLECTOR_FORWARD_PROJECTION string
    COLLECTOR_FORWARD_WATCH_LIST string = State,Cpus,Memory,IdleJobs,ClaimId,Capability,ClaimIdList,ChildClaimIds
    COLLECTOR_HOST string = $(CONDOR_HOST)
    COLLECTOR_HOST_FOR_NEGOTIATOR string = $(FULL_HOSTNAME)
    COLLECTOR_HOST_STRING string = "$(COLLECTOR_HOST)"
    COLLECTOR_LOG path = $(LOG)/CollectorLog
    COLLECTOR_MAX_FILE_DESCRIPTORS int(0,) = 10240
    COLLECTOR_NAME string = My Pool - $(CONDOR_HOST)
    COLLECTOR_PORT int(0,65535) = 9618
    COLLECTOR_QUERY_MAX_WORKTIME int(0,) = 0
    COLLECTOR_QUERY_WORKERS int(0,) = 4
    COLLECTOR_QUERY_WORKERS_PENDING int(0,) = 50
    COLLECTOR_QUERY_WORKERS_RESERVE_FOR_HIGH_PRIO int(0,) = 1
    COLLECTOR_SOCKET_BUFSIZE int(1024,) = 10000*1024
    COLLECTOR_STATS_SWEEP int = 14400
    COLLECTOR_SUPER_ADDRESS_FILE path = $(LOG)/.collector_address.super
    COLLECTOR_TCP_SOCKET_BUFSIZE int(1024,) = 128*1024
    COLLECTOR_UPDATE_INTERVAL int = 900
    COLLECTOR_USES_SHARED_PORT bool = true
    CONCURRENCY_LIMIT_DEFAULT int = 2308032
    CONDOR_ADMIN string = root@$(FULL_HOSTNAME)
    CONDOR_BUILD_PLATFORM string = undefined
    CONDOR_CREDENTIAL_DIR string = /tmp
    CONDOR_GAHP path = $(SBIN)/condor_c-gahp
    CONDOR_GAHP_WORKER path = $(SBIN)/condor_c-gahp_worker_thread
    CONDOR_GATEKEEPER string
    CONDOR_Q_DASH_BATCH_IS_DEFAULT bool = true
    CONDOR_Q_ONLY_MY_JOBS bool = true
    CONDOR_Q_SHOW_OLD_SUMMARY bool = false
    CONDOR_Q_USE_V3_PROTOCOL bool = true
    CONDOR_SSH_TO_JOB_FAKE_PASSWD_ENTRY bool = true
    CONDOR_SUPPORT_EMAIL string
    CONDOR_VERSION string = 25.14.1
    CONDOR_VIEW_CLASSAD_TYPES string
    CONDOR_VIEW_HOST string
    CONDORC_ATTRS_TO_COPY string
    CONSOLE_DEVICES string = mouse, console
    CONSUMPTION_CPUS string = quantize(target.RequestCpus,{1})
    CONSUMPTION_DISK string = quantize(target.RequestDisk,{1024})
    CONSUMPTION_MEMORY string = quantize(target.RequestMemory,{128})
    CONSUMPTION_POLICY bool = false
    CONTAINER_IMAGES_COMMON_BY_DEFAULT bool = false
    CONTAINER_REGEX_COMMON_BY_DEFAULT string
    CONTAINER_SHARED_FS string = /cvmfs
    CONTINUE string = True
    CONTINUE_TO_ADVERTISE_BROKEN_DYNAMIC_SLOTS bool = false
    ContinueIdleTime string = 5 * $(MINUTE)
    CORE_FILE_NAME string = core.$(SUBSYSTEM)
    COUNT_HYPERTHREAD_CPUS bool = true
    CREATE_CORE_FILES bool = true
    CREATE_LOCKS_ON_LOCAL_DISK bool = true
    CRED_MIN_TIME_LEFT int = 120
    CRED_SUPER_USERS string
    CREDD path = $(SBIN)/condor_credd
    CREDD_ADDRESS_FILE path = $(LOG)/.credd_address
    CREDD_CACHE_LOCALLY bool = false
    CREDD_DEBUG string = D_FULLDEBUG
    CREDD_HOST string
    CREDD_LOG path = $(LOG)/CredLog
    CREDD_OAUTH_MODE bool = true
    CREDD_POLLING_TIMEOUT int = 20
    CREDMON_ALLOW_SPECIAL_CHAR_NAMES bool = false
    CREDMON_KRB path = $(SBIN)/condor_credmon_krb
    CREDMON_OAUTH path = $(SBIN)/condor_credmon_oauth
    CURB_MATCHMAKING string = (RecentDaemonCoreDutyCycle > 0.98) || (TransferQueueNumWaitingToUpload > TransferQueueMaxUploading)
    DAEMON_CORE_KILL_ANY_PROCESS string = false
    DAEMON_LIST string = MASTER
    DAEMON_SOCKET_DIR string = auto
    DAGMAN_ABORT_DUPLICATES bool = true
    DAGMAN_ABORT_ON_SCARY_SUBMIT bool = true
    DAGMAN_AGGRESSIVE_SUBMIT bool = false
    DAGMAN_ALLOW_ANY_NODE_NAME_CHARACTERS bool = false
    DAGMAN_ALLOW_EVENTS int = 114
    DAGMAN_ALWAYS_RUN_POST bool = false
    DAGMAN_AUTO_RESCUE bool = true
    DAGMAN_CHECK_QUEUE_INTERVAL int = 28800
    DAGMAN_CONDOR_RM_EXE path = $(BIN)/condor_rm
    DAGMAN_CONDOR_SUBMIT_EXE path = $(BIN)/condor_submit
    DAGMAN_CONFIG_FILE path
    DAGMAN_DEBUG string
    DAGMAN_DEBUG_CACHE_ENABLE bool = false
    DAGMAN_DEBUG_CACHE_SIZE int = 5*1024*1024
    DAGMAN_DEFAULT_APPEND_VARS bool = false
    DAGMAN_DEFAULT_NODE_LOG path = @(DAG_DIR)/@(DAG_FILE).nodes.log
    DAGMAN_DEFAULT_PRIORITY int = 0
    DAGMAN_GENERATE_SUBDAG_SUBMITS bool = true
    DAGMAN_HOLD_CLAIM_TIME int = 20
    DAGMAN_INSERT_SUB_FILE path
    DAGMAN_LOG_ON_NFS_IS_ERROR bool = false
    DAGMAN_MANAGER_JOB_APPEND_GETENV string
    DAGMAN_MAX_HOLD_SCRIPTS int = 20
    DAGMAN_MAX_JOB_HOLDS int = 100
    DAGMAN_MAX_JOBS_IDLE int = 1000
    DAGMAN_MAX_JOBS_SUBMITTED int = 0
    DAGMAN_MAX_POST_SCRIPTS int = 20
    DAGMAN_MAX_PRE_SCRIPTS int = 20
    DAGMAN_MAX_RESCUE_NUM int = 100
    DAGMAN_MAX_SUBMIT_ATTEMPTS int = 6
    DAGMAN_MAX_SUBMITS_PER_INTERVAL int = 100
    DAGMAN_MUNGE_NODE_NAMES bool = true
    DAGMAN_NODE_RECORD_INFO string
    DAGMAN_ON_EXIT_REMOVE string = (ExitSignal =?= 11 || (ExitCode =!= UNDEFINED && ExitCode >=0 && ExitCode <= 2))
    DAGMAN_PENDING_REPORT_INTERVAL int = 600
    DAGMAN_PROHIBIT_MULTI_JOBS bool = false
    DAGMAN_PUT_FAILED_JOBS_ON_HOLD bool = false
    DAGMAN_QUEUE_UPDATE_INTERVAL int = 300
    DAGMAN_RECORD_MACHINE_ATTRS string
    DAGMAN_REMOVE_JOBS_AFTER_LIMIT_CHANGE bool = false
    DAGMAN_REMOVE_NODE_JOBS bool = true
    DAGMAN_REPORT_GRAPH_METRICS bool = false
    DAGMAN_RESET_RETRIES_UPON_RESCUE bool = true
    DAGMAN_RETRY_NODE_FIRST bool = false
    DAGMAN_RETRY_SUBMIT_FIRST bool = true
    DAGMAN_STARTUP_CYCLE_DETECT bool = false
    DAGMAN_SUBMIT_DELAY int = 0
    DAGMAN_SUBMIT_DEPTH_FIRST bool = false
    DAGMAN_SUPPRESS_JOB_LOGS bool = false
    DAGMAN_SUPPRESS_NOTIFICATION bool = false
    DAGMAN_USE_DIRECT_SUBMIT bool = true
    DAGMAN_USE_JOIN_NODES bool = true
    DAGMAN_USE_SHARED_PORT bool = false
    DAGMAN_USE_STRICT int = 1
    DAGMAN_USER_LOG_SCAN_INTERVAL int = 5
    DAGMAN_VERBOSITY int = 3
    DAGMAN_WRITE_PARTIAL_RESCUE bool = true
    DC_DAEMON_LIST string
    DCSTATISTICS_TIMESPANS string = 4m:240 20m:1200 4h:14400
    DCSTATISTICS_WINDOW_SECONDS string
    DEAD_COLLECTOR_MAX_AVOIDANCE_TIME int = 3600
    DEBUG_TIME_FORMAT string = %m/%d/%y %H:%M:%S
    DEDICATED_SCHEDULER_USE_FIFO bool = true
    DEFAULT_DOMAIN_NAME string
    DEFAULT_IO_BUFFER_BLOCK_SIZE string
    DEFAULT_IO_BUFFER_SIZE string
    DEFAULT_JOB_MAX_RETRIES int = 2
    DEFAULT_KILL_CHILDREN_ON_EXIT bool = true
    DEFAULT_MASTER_SHUTDOWN_SCRIPT path
    DEFAULT_PRIO_FACTOR double = 1000
    DEFAULT_RANK string
    DEFAULT_RANK_STANDARD string
    DEFAULT_RANK_VANILLA string
    DEFAULT_UNIVERSE string
    DEFRAG path = $(LIBEXEC)/condor_defrag
    DEFRAG_CANCEL_REQUIREMENTS string = $(DEFRAG_WHOLE_MACHINE_EXPR)
    DEFRAG_DRAINING_MACHINES_PER_HOUR int(0,) = 0
    DEFRAG_DRAINING_SCHEDULE string = graceful
    DEFRAG_DRAINING_START_EXPR string = FALSE
    DEFRAG_INTERVAL int = 600
    DEFRAG_LOG path = $(LOG)/DefragLog
    DEFRAG_MAX_CONCURRENT_DRAINING int(-1,) = -1
    DEFRAG_MAX_WHOLE_MACHINES int(-1,) = -1
    DEFRAG_NAME string
    DEFRAG_RANK string = -ExpectedMachineGracefulDrainingBadput
    DEFRAG_REQUIREMENTS string
    DEFRAG_UPDATE_INTERVAL int = 300
    DEFRAG_WHOLE_MACHINE_EXPR string = Cpus == TotalSlotCpus
    DELEGATE_FULL_JOB_GSI_CREDENTIALS bool = false
    DELEGATE_JOB_GSI_CREDENTIALS bool = true
    DELEGATE_JOB_GSI_CREDENTIALS_LIFETIME int(0,) = 86400
    DELEGATE_JOB_GSI_CREDENTIALS_REFRESH double(0,1) = 0.25
    DETECTED_CORES int = 1
    DETECTED_CPUS int = 1
    DETECTED_CPUS_LIMIT int = $(DETECTED_CPUS)
    DETECTED_PHYSICAL_CPUS int = 1
    DISABLE_AUTHENTICATION_IP_CHECK bool = false
    DISABLE_EXECUTE_DIRECTORY_ENCRYPTION bool = false
    DISABLE_SETUID bool = false
    DISABLE_SWAP_FOR_JOB bool = true
    DISCARD_SESSION_KEYRING_ON_STARTUP bool = true
    DISCONNECTED_KEYBOARD_IDLE_BOOST int = 1200
    DNS_CACHE_REFRESH int = 28800
    DOCKER string = /usr/bin/docker
    DOCKER_CACHE_ADVERTISE_INTERVAL int = 1200
    DOCKER_DROP_ALL_CAPABILITIES bool = true
    DOCKER_EXTRA_ARGUMENTS string
    DOCKER_IMAGE_CACHE_SIZE int = 8
    DOCKER_LOG_DRIVER_NAME bool = true
    DOCKER_MOUNT_VOLUMES string
    DOCKER_NETWORKS string
    DOCKER_PAT_PRODUCER string = $(SBIN)/condor_docker_pat_producer
    DOCKER_PERFORM_TEST bool = true
    DOCKER_RUN_UNDER_INIT bool = true
    DOCKER_SKIP_IMAGE_ARCH_CHECK bool = false
    DOCKER_TEST_IMAGE_NAME string = htcondor_docker_test
    DOCKER_TEST_IMAGE_PATH string = $(LIBEXEC)/htcondor_docker_test
    DOCKER_TRUST_LOCAL_IMAGES bool = false
    DOCKER_VOLUMES string
    DROP_CORE_ON_RECONFIG string
    DROPBOX_AUTHORIZATION_URL string = https://www.dropbox.com/oauth2/authorize
    DROPBOX_TOKEN_URL string = https://api.dropboxapi.com/oauth2/token
    EC2_GAHP string = $(SBIN)/ec2_gahp
    EC2_GAHP_DEBUG string = D_PID
    EC2_GAHP_LOG string = /tmp/EC2GahpLog.$(USERNAME)
    EMAIL_DOMAIN string
    ENABLE_BACKFILL bool = false
    ENABLE_CHIRP bool = true
    ENABLE_CHIRP_DELAYED bool = true
    ENABLE_CHIRP_IO bool = true
    ENABLE_CHIRP_UPDATES bool = true
    ENABLE_CLAIMABLE_PARTITIONABLE_SLOTS bool = false
    ENABLE_CLASSAD_CACHING bool = true
    ENABLE_DEPRECATION_WARNINGS bool = true
    ENABLE_HISTORY_ROTATION bool = true
    ENABLE_HTTP_PUBLIC_FILES bool = false
    ENABLE_IPV4 string = auto
    ENABLE_IPV6 string = auto
    ENABLE_KERNEL_TUNING bool = true
    ENABLE_MULTIFILE_TRANSFER_PLUGINS bool = true
    ENABLE_PERSISTENT_CONFIG bool = false
    ENABLE_RUNTIME_CONFIG bool = false
    ENABLE_SSH_TO_JOB bool = true
    ENABLE_STARTD_DAEMON_AD string = auto
    ENABLE_URL_TRANSFERS bool = true
    ENABLE_USERLOG_FSYNC bool = false
    ENABLE_USERLOG_LOCKING bool = false
    ENCRYPT_EXECUTE_DIRECTORY bool = false
    ENCRYPT_SECRETS bool = true
    ENVIRONMENT_FOR_AssignedGPUs string = GPU_DEVICE_ORDINAL=/(CUDA|OCL)//  CUDA_VISIBLE_DEVICES=/CUDA//
    ENVIRONMENT_VALUE_FOR_UnAssignedGPUs string = 10000
    ETC path = $(LOCAL_DIR)
    eu_central_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(eu_central_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3)
    eu_central_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-0e5c4998acc873d00
    eu_central_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3 string = ami-0b0cba432f6183314
    eu_north_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(eu_north_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3)
    eu_north_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3 string = ami-0628aa554d3b907a5
    eu_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(eu_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3)
    eu_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-052abc65f9a1f2191
    eu_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3 string = ami-04cf1a4bcdb6c2ddb
    eu_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(eu_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3)
    eu_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-054747f2946a308fc
    eu_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3 string = ami-05db8a05b808cc82a
    eu_west_3.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(eu_west_3.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3)
    eu_west_3.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-07ed49c22921c0d31
    eu_west_3.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_3 string = ami-000db792307d7ec4c
    EVENT_LOG string
    EVENT_LOG_COUNT_EVENTS bool = false
    EVENT_LOG_FSYNC bool = false
    EVENT_LOG_JOB_AD_INFORMATION_ATTRS string
    EVENT_LOG_LOCKING bool = false
    EVENT_LOG_MAX_ROTATIONS long = 1
    EVENT_LOG_MAX_SIZE long = 1000000
    EVENT_LOG_ROTATION_LOCK string = $(LOCK)/EventLogLock
    EVENT_LOG_USE_XML bool = false
    EXCEPT_ON_ERROR string
    EXECUTE path = $(LOCAL_DIR)/execute
    FILE_LOCK_VIA_MUTEX bool = true
    FILE_TRANSFER_DISK_LOAD_THROTTLE string = 2.0
    FILE_TRANSFER_DISK_LOAD_THROTTLE_LONG_HORIZON string = 5m
    FILE_TRANSFER_DISK_LOAD_THROTTLE_SHORT_HORIZON string = 1m
    FILE_TRANSFER_DISK_LOAD_THROTTLE_WAIT_BETWEEN_INCREMENTS int = 60
    FILE_TRANSFER_STATS_LOG path = $(LOG)/transfer_history
    FILESYSTEM_DOMAIN string = $(FULL_HOSTNAME)
    FILETRANSFER_PLUGINS string = $(LIBEXEC)/curl_plugin, $(LIBEXEC)/data_plugin, $(LIBEXEC)/box_plugin.py, $(LIBEXEC)/gdrive_plugin.py, \#
    $(LIBEXEC)/onedrive_plugin.py, $(STASH_PLUGIN)
    FLOCK_BY_DEFAULT bool = true
    FLOCK_COLLECTOR_HOSTS string = $(FLOCK_TO)
    FLOCK_INCREMENT int(1,) = 1
    FLOCK_NEGOTIATOR_HOSTS string = $(FLOCK_TO)
    FORCE_NEGOTIATOR_SLOT_WEIGHT bool = false
    FS_ALLOW_UNSAFE bool = false
    FS_LOCAL_DIR string
    FS_REMOTE_DIR string
    FS_ROOT_TO_CONDOR bool = true
    FULL_HOSTNAME string
    GAHP_DEBUG_HIDE_SENSITIVE_DATA bool = true
    GAHP_SSL_CADIR path
    GAHP_SSL_CAFILE path
    GANGLIA_CONFIG string = /etc/ganglia/gmond.conf
    GANGLIA_GMETRIC string
    GANGLIA_GSTAT_COMMAND string = gstat --all --mpifile --gmond_ip=localhost --gmond_port=8649
    GANGLIA_LIB string
    GANGLIA_LIB64_PATH string = /lib64,/usr/lib64,/usr/local/lib64
    GANGLIA_LIB_PATH string = /lib,/usr/lib,/usr/local/lib
    GANGLIA_RESET_METRICS_FILE string = $(SPOOL)/metricsToReset.ganglia_metrics
    GANGLIA_SEND_DATA_FOR_ALL_HOSTS bool = false
    GANGLIA_WANT_RESET_METRICS bool = true
    GANGLIAD path = $(LIBEXEC)/condor_gangliad
    GANGLIAD_INTERVAL int = 60
    GANGLIAD_LOG path = $(LOG)/GangliadLog
    GANGLIAD_METRICS_CONFIG_DIR path = $(ETC)/ganglia.d
    GANGLIAD_PER_EXECUTE_NODE_METRICS bool = true
    GANGLIAD_REQUIREMENTS string
    GANGLIAD_RESET_METRICS_FILE path = $(SPOOL)/metricsToReset.ganglia_metrics
    GANGLIAD_VERBOSITY int = 0
    GANGLIAD_WANT_PROJECTION bool = true
    GANGLIAD_WANT_RESET_METRICS bool = false
    GCE_GAHP string = $(SBIN)/gce_gahp
    GCE_GAHP_LIFETIME int = 86400
    GCE_GAHP_LOG string = /tmp/GceGahpLog.$(USERNAME)
    GDRIVE_AUTHORIZATION_URL string = https://accounts.google.com/o/oauth2/v2/auth
    GDRIVE_TOKEN_URL string = https://oauth2.googleapis.com/token
    GLOBAL_JOB_ID_WITH_TIME bool = true
    GPU_MONITOR string = $(LIBEXEC)/condor_gpu_utilization
    GRACEFULLY_REMOVE_JOBS bool = true
    GRIDMANAGER path = $(SBIN)/condor_gridmanager
    GRIDMANAGER_ARGS string
    GRIDMANAGER_CONNECT_FAILURE_RETRY_COUNT int = 3
    GRIDMANAGER_CONNECT_FAILURE_RETRY_INTERVAL int = 5
    GRIDMANAGER_CONTACT_SCHEDD_DELAY int = 5
    GRIDMANAGER_DEBUG string
    GRIDMANAGER_GAHP_CALL_TIMEOUT_CONDOR int = 28800
    GRIDMANAGER_GAHP_RESPONSE_TIMEOUT int = 20
    GRIDMANAGER_GAHPCLIENT_DEBUG bool = true
    GRIDMANAGER_GAHPCLIENT_DEBUG_SIZE int = 0
    GRIDMANAGER_LOCK string = $(LOCK)/GridmanagerLock
    GRIDMANAGER_LOG path = $(LOG)/GridmanagerLog
    GRIDMANAGER_LOG_APPEND_SELECTION_EXPR bool = false
    GRIDMANAGER_MAX_PENDING_REQUESTS int = 50
    GRIDMANAGER_MAX_PENDING_SUBMITS string
    GRIDMANAGER_MAX_PENDING_SUBMITS_PER_RESOURCE string
    GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE int = 1000
    GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE_EC2 int = 20
    GRIDMANAGER_PROXY_REFRESH_TIME string = 21600
    GRIDMANAGER_SELECTION_EXPR string
    GROUP_ACCEPT_SURPLUS bool = false
    GROUP_AUTOREGROUP bool = false
    GROUP_NAMES string
    GROUP_QUOTA_MAX_ALLOCATION_ROUNDS int(1,1000000000) = 3
    GROUP_QUOTA_ROUND_ROBIN_RATE double(1.0,1.0e100) = 1.0e100
    GROUP_SORT_EXPR string = ifThenElse(AccountingGroup=?="<none>",3.4e+38,ifThenElse(GroupQuota>0,GroupResourcesInUse/GroupQuota,3.3e+38))
    HA_LOCK_HOLD_TIME string
    HA_LOCK_URL string
    HA_POLL_PERIOD string
    HAD path = $(SBIN)/condor_had
    HAD_ARGS string = -sock $(HAD_SOCKET_NAME)
    HAD_CONNECTION_TIMEOUT string = 5
    HAD_DEBUG string
    HAD_FIPS_MODE int = 1
    HAD_LIST string
    HAD_LOG path = $(LOG)/HADLog
    HAD_SOCKET_NAME string = had
    HAD_STAND_ALONE_DEBUG string
    HAD_UPDATE_INTERVAL string = 300
    HAD_USE_PRIMARY bool = false
    HAD_USE_REPLICATION bool = false
    HAD_USE_SHARED_PORT bool = false
    HAVE_EXT_KRB5 int = 1
    HighLoad string = 0.5
    HIGHPORT int
    HISTORY string = $(SPOOL)/history
    HISTORY_CONTAINS_JOB_ENVIRONMENT string = true
    HISTORY_HELPER path = $(BIN)/condor_history
    HISTORY_HELPER_MAX_CONCURRENCY int(0,) = 50
    HISTORY_HELPER_MAX_HISTORY int(0,) = 2000000000
    HOST_ALIAS string = $(FULL_HOSTNAME)
    HOSTNAME string
    HOUR string = 3600
    HPC_ANNEX_ENABLED bool = false
    HTTP_PUBLIC_FILES_ADDRESS string = 127.0.0.1:80
    HTTP_PUBLIC_FILES_ROOT_DIR string = /usr/share/nginx/html
    HTTP_PUBLIC_FILES_STALE_AGE int = 604800
    IGNORE_ATTEMPTS_TO_SET_SECURE_JOB_ATTRS bool = true
    IGNORE_DNS_PROTOCOL_PREFERENCE string = $(PREFER_IPV4)
    IGNORE_NFS_LOCK_ERRORS string = false
    IGNORE_TARGET_PROTOCOL_PREFERENCE string = $(PREFER_IPV4)
    IMMUTABLE_JOB_ATTRS string
    IN_HIGHPORT int
    IN_LOWPORT int
    INCLUDE path = $(RELEASE_DIR)/include
    INTERACTIVE_SUBMIT_ARGS_OVERRIDE string = "-c 'sleep 180 && while test -d ${_CONDOR_SCRATCH_DIR}/.condor_ssh_to_job_1; do /bin/sleep 3; done'"
    INTERACTIVE_SUBMIT_CMD_OVERRIDE string = /bin/sh
    INTERACTIVE_SUBMIT_FILE string = $(LIBEXEC)/interactive.sub
    INVALID_LOG_FILES string
    IS_OWNER string = False
    IsCollector bool = false
    IsMaster bool = false
    IsMPI string = (TARGET.JobUniverse == $(MPI))
    IsNegotiator bool = false
    IsSchedd bool = false
    IsShadow bool = false
    IsStandard string = (TARGET.JobUniverse == $(STANDARD))
    IsStartd bool = false
    IsStarter bool = false
    IsSubmit bool = false
    IsTool bool = false
    IsVanilla string = (TARGET.JobUniverse == $(VANILLA))
    IsVM string = (TARGET.JobUniverse == $(VM))
    IsWindows bool = false
    JAVA string = /usr/bin/java
    JAVA_CLASSPATH_ARGUMENT string = -classpath
    JAVA_CLASSPATH_DEFAULT string = $(LIB) .
    JAVA_CLASSPATH_SEPARATOR string = :
    JAVA_EXTRA_ARGUMENTS string
    JAVA_MAXHEAP_ARGUMENT string = -Xmx
    JOB_DEFAULT_LEASE_DURATION string = 2400
    JOB_DEFAULT_REQUESTCPUS string = 1
    JOB_DEFAULT_REQUESTDISK string = MAX({1024, (TransferInputSizeMB+1) * 1.25}) * 1024
    JOB_DEFAULT_REQUESTMEMORY string = 128
    JOB_EPOCH_HISTORY string = $(SPOOL)/epoch_history
    JOB_EXECDIR_PERMISSIONS string = user
    JOB_INHERITS_STARTER_ENVIRONMENT string = false
    JOB_QUEUE_LOG path = $(SPOOL)/job_queue.log
    JOB_RENICE_INCREMENT string = 0
    JOB_ROUTER path = $(LIBEXEC)/condor_job_router
    JOB_ROUTER_DEBUG string
    JOB_ROUTER_LOCK string = $(LOCK)/$(JOB_ROUTER_NAME)Lock
    JOB_ROUTER_LOG path = $(LOG)/JobRouterLog
    JOB_ROUTER_NAME string = jobrouter
    JOB_ROUTER_POLLING_PERIOD int = 10
    JOB_ROUTER_ROUND_ROBIN_SELECTION bool = false
    JOB_ROUTER_SOURCE_JOB_CONSTRAINT string
    JOB_SPOOL_PERMISSIONS string = user
    JOB_START_COUNT int(1,) = 1
    JOB_START_DELAY int = 0
    KBDD path = $(SBIN)/condor_kbdd
    KBDD_ADDRESS_FILE path = $(LOG)/.kbdd_address
    KBDD_DEBUG string
    KBDD_LOG path = $(LOG)/KbdLog
    KEEP_DATA_CLAIM_IDLE int = 300
    KEEP_OUTPUT_SANDBOX bool = false
    KEEP_POOL_HISTORY string
    KERBEROS_MAP_FILE string
    KERNEL_TUNING_LOG path = $(LOG)/KernelTuning.log
    KEYBOARD_CPUS int = 1
    KEYRING_SESSION_CREATION_TIMEOUT int = 20
    KILL string = False
    KILLING_TIMEOUT int(0,) = 30
    LIB path = $(RELEASE_DIR)/lib
    LIBEXEC string = $(RELEASE_DIR)/libexec
    LIBRARIAN path = $(SBIN)/condor_librarian
    LIBRARIAN_DATABASE path = $(SPOOL)/library.db
    LIBRARIAN_DATABASE_BUSY_TIMEOUT_MS int(0,) = 30000
    LIBRARIAN_DEBUG string
    LIBRARIAN_GC_BACKOFF_SECONDS int(0,) = 1800
    LIBRARIAN_HIGH_WATER_MARK double = 0.97
    LIBRARIAN_LOG path = $(LOG)/LibrarianLog
    LIBRARIAN_LOW_WATER_MARK double = 0.8
    LIBRARIAN_MAX_DATABASE_SIZE string = 2 * 1024 * 1024 * 1024
    LIBRARIAN_MAX_JOBS_CACHED int = 10000
    LIBRARIAN_MAX_UPDATES_PER_CYCLE string = 100000
    LIBRARIAN_STATUS_RETENTION_SECONDS int = 300
    LIBRARIAN_UPDATE_INTERVAL int = 5
    LIBVIRT_XML_SCRIPT string = $(LIBEXEC)/libvirt_simple_script.awk
    LINUX_KERNEL_TUNING_SCRIPT path = $(LIBEXEC)/linux_kernel_tuning
    LOCAL_CONFIG_DIR string
    LOCAL_CONFIG_DIR_EXCLUDE_REGEXP string = \#
    ^((\..*)|(.*\.pl)|(.*\.py)|(.*\.sh)|(.*~)|(#.*)|(.*\.rpmsave)|(.*\.rpmnew)|(.*\.dpkg-old)|(.*\.dpkg-dist)|(.*\.cfsaved))$
    LOCAL_CONFIG_FILE string
    LOCAL_CREDMON_TOKEN_AUDIENCE string
    LOCAL_CREDMON_TOKEN_USE_JSON bool = true
    LOCAL_CREDMON_TOKEN_VERSION string = scitoken:2.0
    LOCAL_DIR string = $(TILDE)
    LOCAL_DISK_LOCK_DIR string
    LOCAL_UNIV_EXECUTE path = $(SPOOL)/local_univ_execute
    LOCAL_UNIVERSE_CGROUP_ENFORCEMENT bool = false
    LOCAL_UNIVERSE_JOB_CLEANUP_RETRY_DELAY int = 30
    LOCAL_UNIVERSE_MAX_JOB_CLEANUP_RETRIES int = 5
    LOCALNAME string
    LOCK string = $(LOG)
    LOCK_DEBUG_LOG_TO_APPEND bool = false
    LOG path = $(LOCAL_DIR)/log
    LOG_FILETRANSFER_PLUGIN_STDOUT_ON_FAILURE string = D_ALWAYS
    LOG_ON_NFS_IS_ERROR bool = false
    LOG_TO_SYSLOG bool = false
    LOGS_USE_TIMESTAMP bool = false
    LOWPORT int
    LVM_BACKING_FILE string = $(SPOOL)/startd_disk.img
    LVM_BACKING_FILE_SIZE_MB int = 10240
    LVM_HIDE_MOUNT string = auto
    LVM_THICK_LV_MARGIN double(0.0,1.0) = 0.98
    LVM_THIN_LV_EXTRA_SIZE_MB int = 2000
    LVM_USE_THIN_PROVISIONING bool = false
    MachineMaxVacateTime int = $(MaxVacateTime)
    MAIL path = /usr/bin/mail
    MASTER path = $(SBIN)/condor_master
    MASTER.ENABLE_CLASSAD_CACHING bool = false
    MASTER.IsMaster bool = true
    MASTER.PID_SNAPSHOT_INTERVAL int = 60
    MASTER_ADDRESS_FILE path = $(LOG)/.master_address
    MASTER_BACKOFF_CEILING int = 3600
    MASTER_BACKOFF_CONSTANT int = 9
    MASTER_BACKOFF_FACTOR double = 2.0
    MASTER_CHECK_NEW_EXEC_INTERVAL int = 300
    MASTER_DAEMON_AD_FILE string
    MASTER_DEBUG string
    MASTER_DEBUG_WAIT bool = false
    MASTER_ENVIRONMENT string
    MASTER_FLAG string
    MASTER_HA_LIST string
    MASTER_INSTANCE_LOCK string
    MASTER_LOG path = $(LOG)/MasterLog
    MASTER_NAME string
    MASTER_NEW_BINARY_DELAY int = 120
    MASTER_NEW_BINARY_RESTART string = GRACEFUL
    MASTER_RECOVER_FACTOR int = 300
    MASTER_TIMEOUT_MULTIPLIER int = 0
    MASTER_UPDATE_INTERVAL int = 300
    MATCH_TIMEOUT int = 120
    MAX_ACCEPTS_PER_CYCLE int(0,) = 8
    MAX_ACCOUNTANT_DATABASE_SIZE int = 1000000
    MAX_C_GAHP_LOG string = $(MAX_DEFAULT_LOG)
    MAX_CLAIM_ALIVES_MISSED int = 6
    MAX_COLLECTOR_LOG string = $(MAX_DEFAULT_LOG)
    MAX_CONCURRENT_DOWNLOADS int(0,) = 100
    MAX_CONCURRENT_UPLOADS int(0,) = 100
    MAX_CONCURRENT_UPLOADS_PER_USER int(0,) = $(MAX_CONCURRENT_UPLOADS:100)/5
    MAX_CREDD_LOG string = $(MAX_DEFAULT_LOG)
    MAX_DAGMAN_LOG int = 0
    MAX_DEFAULT_LOG string = 10 Mb
    MAX_DRAINING_ACTIVATION_DELAY string = 20
    MAX_FILE_TRANSFER_PLUGIN_LIFETIME int = 72000
    MAX_GANGLIAD_LOG string = $(MAX_DEFAULT_LOG)
    MAX_GLOBAL_JOB_PRIOS int = 500
    MAX_GRIDMANAGER_LOG string = $(MAX_DEFAULT_LOG)
    MAX_HAD_LOG string = $(MAX_DEFAULT_LOG)
    MAX_JOB_MIRROR_UPDATE_LAG int = 600
    MAX_JOB_QUEUE_LOG_ROTATIONS int = 1
    MAX_JOB_ROUTER_LOG string = $(MAX_DEFAULT_LOG)
    MAX_JOBS_PER_OWNER int = 100000
    MAX_JOBS_PER_SUBMISSION int = 20000
    MAX_JOBS_RUNNING int = MIN({$(DETECTED_MEMORY), 10000})
    MAX_JOBS_SUBMITTED int = 2147483647
    MAX_KBDD_LOG string = $(MAX_DEFAULT_LOG)
    MAX_LIBRARIAN_LOG string = $(MAX_DEFAULT_LOG)
    MAX_MASTER_LOG string = $(MAX_DEFAULT_LOG)
    MAX_METRICD_LOG string = $(MAX_DEFAULT_LOG)
    MAX_NEGOTIATOR_LOG string = $(MAX_DEFAULT_LOG)
    MAX_NEGOTIATOR_MATCH_LOG string = $(MAX_DEFAULT_LOG)
    MAX_PARTITIONABLE_SLOT_CLAIM_TIME int = 3600
    MAX_PENDING_STARTD_CONTACTS int(0,) = 0
    MAX_PERIODIC_EXPR_INTERVAL int = 1200
    MAX_PID_COLLISION_RETRY int(0,) = 9
    MAX_PROCD_LOG string = 1000000
    MAX_REAPS_PER_CYCLE int(0,) = 0
    MAX_REMAP_RECURSIONS int = 128
    MAX_REPLICATION_LOG string = $(MAX_DEFAULT_LOG)
    MAX_ROOSTER_LOG string = $(MAX_DEFAULT_LOG)
    MAX_RUNNING_SCHEDULER_JOBS_PER_OWNER string = 200
    MAX_SCHEDD_LOG string = $(MAX_DEFAULT_LOG)
    MAX_SHADOW_EXCEPTIONS int = 2
    MAX_SHADOW_LOG string = $(MAX_DEFAULT_LOG)
    MAX_SHARED_PORT_LOG string = $(MAX_DEFAULT_LOG)
    MAX_SLOT_TYPES int = 10
    MAX_STARTD_LOG string = $(MAX_DEFAULT_LOG)
    MAX_STARTER_LOG string = $(MAX_DEFAULT_LOG)
    MAX_TIME_SKIP int(0,) = 1200
    MAX_TIMER_EVENTS_PER_CYCLE int(0,) = 0
    MAX_TRACKING_GID int = 0
    MAX_TRANSFER_INPUT_MB int = -1
    MAX_TRANSFER_LIFETIME int = 300
    MAX_TRANSFER_OUTPUT_MB int = -1
    MAX_TRANSFERER_LOG string = $(MAX_DEFAULT_LOG)
    MAX_UDP_MSGS_PER_CYCLE int(0,) = 100
    MAX_VM_GAHP_LOG string = $(MAX_DEFAULT_LOG)
    MaxSuspendTime string = 10 * $(MINUTE)
    MaxVacateTime string = 10 * $(MINUTE)
    MediumJob string = (TARGET.ImageSize >= (15 * 1024) && TARGET.ImageSize < (50 * 1024))
    MEMORY_USAGE_METRIC string = ((ResidentSetSize+1023)/1024)
    MEMORY_USAGE_METRIC_VM string = ((ImageSize+1023)/1024)
    METRICD_DEFAULT_EXPORT_METRIC string = prometheus
    METRICD_INTERVAL int = 60
    METRICD_LOG path = $(LOG)/MetricdLog
    METRICD_METRICS_CONFIG_DIR path = $(ETC)/metrics.d
    METRICD_PER_EXECUTE_NODE_METRICS bool = true
    METRICD_REQUIREMENTS string
    METRICD_VERBOSITY int = 0
    METRICD_WANT_PROJECTION bool = true
    MIN_FLOCK_LEVEL int(0,) = 0
    MIN_TRACKING_GID int = 0
    MINUTE string = 60
    MODIFY_REQUEST_EXPR_REQUESTCPUS string = quantize(RequestCpus,{1})
    MODIFY_REQUEST_EXPR_REQUESTDISK string = quantize(RequestDisk - $(CATALOG_SPACE),{Target.DiskQuantum?:1024})
    MODIFY_REQUEST_EXPR_REQUESTMEMORY string = quantize(RequestMemory,{128})
    MOUNT_PRIVATE_DEV_SHM bool = true
    MOUNT_UNDER_SCRATCH string = "/tmp,/var/tmp"
    MPI string = 8
    MPI_CONDOR_RSH_PATH string
    MPI_MASTER_IP string
    MUST_MODIFY_REQUEST_EXPRS bool = false
    NEGOTIATE_ALL_JOBS_IN_CLUSTER string
    NEGOTIATION_CYCLE_STATS_LENGTH int(0,100) = 3
    NEGOTIATOR path = $(SBIN)/condor_negotiator
    NEGOTIATOR.IsNegotiator bool = true
    NEGOTIATOR_ALLOW_QUOTA_OVERSUBSCRIPTION bool = true
    NEGOTIATOR_CONSIDER_EARLY_PREEMPTION bool = false
    NEGOTIATOR_CONSIDER_PREEMPTION bool = true
    NEGOTIATOR_CROSS_SLOT_PRIOS bool = false
    NEGOTIATOR_DEBUG string = D_MATCH
    NEGOTIATOR_DEBUG_WAIT bool = false
    NEGOTIATOR_DEPTH_FIRST bool = false
    NEGOTIATOR_DISCOUNT_SUSPENDED_RESOURCES bool = false
    NEGOTIATOR_IGNORE_USER_PRIORITIES bool = false
    NEGOTIATOR_INFORM_STARTD bool = false
    NEGOTIATOR_INTERVAL int = 60
    NEGOTIATOR_JOB_CONSTRAINT string
    NEGOTIATOR_LOG path = $(LOG)/NegotiatorLog
    NEGOTIATOR_MATCH_EXPRS string
    NEGOTIATOR_MATCH_LOG path = $(LOG)/MatchLog
    NEGOTIATOR_MATCHLIST_CACHING bool = true
    NEGOTIATOR_MAX_TIME_PER_CYCLE int = 1200
    NEGOTIATOR_MAX_TIME_PER_PIESPIN int = 120
    NEGOTIATOR_MAX_TIME_PER_SCHEDD int = 120
    NEGOTIATOR_MAX_TIME_PER_SUBMITTER int = 60
    NEGOTIATOR_MIN_INTERVAL int = 5
    NEGOTIATOR_NUM_THREADS int = 1
    NEGOTIATOR_POST_JOB_RANK string = (RemoteOwner =?= UNDEFINED) * (ifthenElse(isUndefined(KFlops), 1000, Kflops) - SlotID - 1.0e10*(Offline=?=True))
    NEGOTIATOR_PRE_JOB_RANK string = (10000000 * My.Rank) + (1000000 * (RemoteOwner =?= UNDEFINED)) - (100000 * Cpus) - Memory
    NEGOTIATOR_PREFETCH_REQUESTS bool = true
    NEGOTIATOR_PREFETCH_REQUESTS_MAX_TIME int(0,) = 60
    NEGOTIATOR_READ_CONFIG_BEFORE_CYCLE bool = false
    NEGOTIATOR_RESOURCE_REQUEST_LIST_SIZE int(1,) = 200
    NEGOTIATOR_SLOT_CONSTRAINT string
    NEGOTIATOR_SLOT_POOLSIZE_CONSTRAINT string
    NEGOTIATOR_SOCKET_CACHE_SIZE int(1,) = 500
    NEGOTIATOR_STATE_FILE string
    NEGOTIATOR_TIMEOUT int = 30
    NEGOTIATOR_TRIM_SHUTDOWN_THRESHOLD int = 0
    NEGOTIATOR_UPDATE_AFTER_CYCLE bool = false
    NEGOTIATOR_UPDATE_INTERVAL int = 300
    NEGOTIATOR_USE_NONBLOCKING_STARTD_CONTACT bool = true
    NEGOTIATOR_USE_SLOT_WEIGHTS bool = true
    NEGOTIATOR_USE_WEIGHTED_DEMAND bool = true
    NETWORK_HOSTNAME string
    NETWORK_INTERFACE string = *
    NETWORK_MAX_PENDING_CONNECTS int = 0
    NICE_USER_ACCOUNTING_GROUP_NAME string = nice-user
    NICE_USER_PRIO_FACTOR double = 1e10
    NO_DNS bool = false
    NONBLOCKING_COLLECTOR_UPDATE bool = true
    NOT_RESPONDING_TIMEOUT int(1,) = 3600
    NUM_CPUS int = $(DETECTED_CPUS_LIMIT)
    OBITUARY_LOG_LENGTH int = 200
    ONEDRIVE_AUTHORIZATION_URL string = https://login.microsoftonline.com/common/oauth2/v2.0/authorize
    ONEDRIVE_TOKEN_URL string = https://login.microsoftonline.com/common/oauth2/v2.0/token
    OPENMPI_EXCLUDE_NETWORK_INTERFACES string = docker0,virbr0
    OPENMPI_INSTALL_PATH string = /usr/lib64/openmpi
    OPSYS string
    OPSYSANDVER string
    OUT_HIGHPORT int
    OUT_LOWPORT int
    OUTBOUND_CCB_ADDRESS string
    PARENT_CHECK_FIRST_INTERVAL int = 15
    PARENT_CHECK_INTERVAL int = 120
    PARROT string
    PASSWD_CACHE_REFRESH int = 72000
    PER_JOB_HISTORY_DIR string
    PER_JOB_NAMESPACES bool = true
    PERIODIC_CHECKPOINT string = ((time() - LastPeriodicCheckpoint)/60.0) > (180.0 + $RANDOM_INTEGER(-30,30,1))
    PERIODIC_EXPR_INTERVAL int = 60
    PERIODIC_EXPR_TIMESLICE double(0.0,1.0) = 0.01
    PERSISTENT_CONFIG_DIR string
    PID_SNAPSHOT_INTERVAL int = 15
    PIPE_BUFFER_MAX int = 10240
    PLACEMENTD path = $(SBIN)/condor_placementd
    PLACEMENTD_AUTHORIZATIONS_MAPFILE path = $(ETC)/placementd_authorizations_mapfile
    PLACEMENTD_LOG path = $(LOG)/PlacementdLog
    PLACEMENTD_MAPFILE path = $(ETC)/placementd_mapfile
    PLUGIN_DIR string
    PLUGINS string
    POLLING_INTERVAL int = 5
    POLLING_PERIOD string
    POOL_HISTORY_DIR string
    POOL_HISTORY_MAX_STORAGE int = 10000000
    POOL_HISTORY_SAMPLING_INTERVAL int = 60
    PREEMPT string = False
    PREEMPTION_RANK string = (RemoteUserPrio * 1000000) - ifThenElse(isUndefined(TotalJobRuntime), 0, TotalJobRuntime)
    PREEMPTION_REQUIREMENTS string = False
    PREEN path = $(SBIN)/condor_preen
    PREEN_ADMIN string
    PREEN_ARGS string = -m -r
    PREEN_COREFILE_MAX_SIZE long = 50000000
    PREEN_COREFILE_STALE_AGE int = 5184000
    PREEN_COREFILES_PER_PROCESS int = 10
    PREEN_INTERVAL int = 86400
    PREFER_IPV4 bool = true
    PREFER_OUTBOUND_IPV4 string = $(PREFER_IPV4)
    PRIORITY_HALFLIFE double(0.00001,) = 86400
    PRIVATE_NETWORK_INTERFACE string
    PRIVATE_NETWORK_NAME string = $(FULL_HOSTNAME)
    PROCD path = $(SBIN)/condor_procd
    PROCD_ADDRESS string = $(RUN)/procd_pipe
    PROCD_DEBUG bool = false
    PROCD_LOG path = $(LOG)/ProcLog
    PROCD_MAX_SNAPSHOT_INTERVAL string = 60
    PROMETHEUS_DEFAULT_LABELS string = [machine=MetricMachine; pool=MetricPool]
    PROMETHEUS_HTTP_AUTH_FILE string
    PROMETHEUS_HTTP_PORT string = $(SHARED_PORT_PORT)
    PROMETHEUS_METRICS_FILE path = $(LOG)/metrics.prom
    PROMETHEUS_METRICS_INCLUDE_TIMESTAMP bool = true
    PROTECTED_JOB_ATTRS string
    PUBLISH_OBITUARIES string
    PYTHON3_MODULE_SUFFIX string = .pyd
    PYTHON3_VERSION_MINOR int
    Q_QUERY_TIMEOUT int = 20
    QUERY_TIMEOUT int = 60
    QUEUE_ALL_USERS_TRUSTED bool = false
    QUEUE_CLEAN_INTERVAL int = 28800
    QUEUE_SUPER_USER_MAY_IMPERSONATE string
    QUEUE_SUPER_USERS string = root, condor
    REAL_TIME_JOB_SUSPEND_UPDATES string
    RECEIVE_MSGS_DURATION int = 250
    RECONNECT_BACKOFF_CEILING int = 300
    RELEASE_DIR string = /usr
    REMOTE_GAHP path = $(SBIN)/remote_gahp
    REMOTE_PRIO_FACTOR double = 1e7
    REMOVE_SIGNIFICANT_ATTRIBUTES string = CpusUsage,DiskUsage,GPUsUsage,MemoryUsage,ResidentSetSize
    REMOVE_SIGNIFICANT_ATTRIBUTES_REGEX string = ^Slot[0-9]*_
    REPLICATION path = $(SBIN)/condor_replication
    REPLICATION_ARGS string = -sock $(REPLICATION_SOCKET_NAME)
    REPLICATION_DEBUG string
    REPLICATION_INTERVAL int = 300
    REPLICATION_LIST string
    REPLICATION_LOG path = $(LOG)/ReplicationLog
    REPLICATION_SOCKET_NAME string = replication
    REPLICATION_USE_SHARED_PORT bool = $(HAD_USE_SHARED_PORT)
    REQUIRE_LOCAL_CONFIG_FILE bool = true
    RESERVED_MEMORY int = 0
    RESERVED_SWAP int = 0
    RESTART_PROCD_ON_ERROR bool = true
    REUSE_CONDOR_RUN_ACCOUNT string
    ROOSTER path = $(LIBEXEC)/condor_rooster
    ROOSTER_DEBUG string
    ROOSTER_INTERVAL int(0,) = 300
    ROOSTER_LOG path = $(LOG)/RoosterLog
    ROOSTER_MAX_UNHIBERNATE int(0,) = 0
    ROOSTER_UNHIBERNATE string = Offline && Unhibernate
    ROOSTER_UNHIBERNATE_RANK string
    ROOSTER_WAKEUP_CMD string = "$(BIN)/condor_power -d -i"
    RUN path = $(LOCK)
    RUN_FILETRANSFER_PLUGINS_WITH_ROOT bool = false
    RunBenchmarks string = LastBenchmark == 0
    RUNTIME_CONFIG_ADMIN string
    sa_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(sa_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4)
    sa_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_9_4 string = ami-0b9bff095bcf587b9
    SBIN path = $(RELEASE_DIR)/sbin
    SCHED_DEBUG_WAIT bool = false
    SCHED_UNIV_RENICE_INCREMENT int = 0
    SCHEDD path = $(SBIN)/condor_schedd
    SCHEDD.IsSchedd bool = true
    SCHEDD_ADDRESS_FILE path = $(SPOOL)/.schedd_address
    SCHEDD_ALLOW_LATE_MATERIALIZE bool = true
    SCHEDD_ASSUME_NEGOTIATOR_GONE int = 2000000000
    SCHEDD_AUDIT_LOG path = $(LOG)/SchedAuditLog
    SCHEDD_BACKUP_SPOOL string
    SCHEDD_CRON_NAME string
    SCHEDD_DAEMON_AD_FILE string = $(SPOOL)/.schedd_classad
    SCHEDD_DAEMON_HISTORY string = $(SPOOL)/schedd_daemon_history
    SCHEDD_DEBUG string = D_PID
    SCHEDD_INTERVAL string
    SCHEDD_JOB_QUEUE_LOG_FLUSH_DELAY int = 5
    SCHEDD_LOG path = $(LOG)/SchedLog
    SCHEDD_MAX_FILE_DESCRIPTORS int(0,) = 20000
    SCHEDD_MIN_INTERVAL int = 5
    SCHEDD_NAME string
    SCHEDD_NON_DURABLE_LATE_MATERIALIZE bool = true
    SCHEDD_NOW_JOB_VACATE_TIMEOUT int = 20
    SCHEDD_PREEMPTION_RANK string
    SCHEDD_PREEMPTION_REQUIREMENTS string
    SCHEDD_QUERY_WORKERS int = 8
    SCHEDD_RESTART_REPORT string = $(LOG)/ScheddRestartReport
    SCHEDD_ROUND_ATTR_DiskUsage string = 25%
    SCHEDD_ROUND_ATTR_ExecutableSize string = 25%
    SCHEDD_ROUND_ATTR_ImageSize string = 25%
    SCHEDD_ROUND_ATTR_NumCkpts string = 4
    SCHEDD_ROUND_ATTR_ProportionalSetSizeKb string = 25%
    SCHEDD_ROUND_ATTR_ResidentSetSize string = 25%
    SCHEDD_SEND_RESCHEDULE bool = true
    SCHEDD_SEND_VACATE_VIA_TCP bool = true
    SCHEDD_SLOT_WEIGHT string
    SCHEDD_SUPER_ADDRESS_FILE path = $(SPOOL)/.schedd_address.super
    SCHEDD_USE_SLOT_WEIGHT bool = true
    SCHEDULER_UNIVERSE_COOL_DOWN_DURATION int = 300
    SCP string
    SEC_ACCEPT_CAPABILITY_TOKENS bool = false
    SEC_C_GAHP_WORKER_THREAD_DEFAULT_SESSION_DURATION int(0,) = 1800
    SEC_CLAIMTOBE_INCLUDE_DOMAIN bool = true
    SEC_CLAIMTOBE_USER string
    SEC_CREDENTIAL_REFRESH_INTERVAL int = -1
    SEC_CREDENTIAL_SWEEP_DELAY int = 3600
    SEC_CREDENTIAL_SWEEP_INTERVAL int = 300
    SEC_DEBUG_PRINT_KEYS bool = false
    SEC_DEFAULT_AUTHENTICATION_METHODS string = FS,IDTOKENS,KERBEROS,SCITOKENS,SSL
    SEC_DEFAULT_AUTHENTICATION_TIMEOUT int = 20
    SEC_ENABLE_IMPERSONATION_TOKENS bool = false
    SEC_ENABLE_MATCH_PASSWORD_AUTHENTICATION bool = true
    SEC_ENABLE_REMOTE_ADMINISTRATION bool = true
    SEC_ENABLE_SCITOKEN_EXCHANGE bool = true
    SEC_ENABLE_TOKEN_FETCH bool = true
    SEC_ENABLE_TOKEN_REQUEST bool = true
    SEC_IMPERSONATION_TOKEN_LIMITS string
    SEC_ISSUED_TOKEN_EXPIRATION int
    SEC_PASSWORD_DIRECTORY path = $(ETC)/passwords.d
    SEC_PASSWORD_DOMAIN string
    SEC_PASSWORD_FILE path = $(SEC_PASSWORD_DIRECTORY)/POOL
    SEC_SCITOKENS_ALLOW_FOREIGN_TOKEN_TYPES bool = true
    SEC_SCITOKENS_CACHE string = $(RUN)/cache
    SEC_SCITOKENS_FOREIGN_TOKEN_ISSUERS string = https://aai-dev.egi.eu/auth/realms/egi
    SEC_SESSION_DURATION_SLOP int(0,) = 20
    SEC_SYSTEM_KNOWN_HOSTS path = $(ETC)/known_hosts
    SEC_TCP_SESSION_TIMEOUT int = 20
    SEC_TOKEN_AP_SIGNING_KEY_NAME string = AP
    SEC_TOKEN_DIRECTORY path
    SEC_TOKEN_FETCH_ALLOWED_SIGNING_KEYS string = POOL AP
    SEC_TOKEN_ISSUER_KEY string = POOL
    SEC_TOKEN_MAX_AGE int
    SEC_TOKEN_POOL_SIGNING_KEY_FILE path = $(SEC_PASSWORD_FILE)
    SEC_TOKEN_REQUEST_LIMITS string
    SEC_TOKEN_REVOCATION_EXPR string
    SEC_TOKEN_SYSTEM_DIRECTORY path = $(ETC)/tokens.d
    SEC_USE_FAMILY_SESSION bool = true
    SEC_USE_LOW_DATA_MODE bool = false
    SEC_USE_TOKENS_DATABASE bool = false
    SECURE_JOB_ATTRS string
    SENDMAIL path = sendmail
    SETTABLE_ATTRS_ADMINISTRATOR string
    SETTABLE_ATTRS_CONFIG string
    SHADOW path = $(SBIN)/condor_shadow
    SHADOW.ENABLE_CLASSAD_CACHING bool = false
    SHADOW.IsShadow bool = true
    SHADOW_CHECKPROXY_INTERVAL int(1,) = 600
    SHADOW_DEBUG string
    SHADOW_DEBUG_WAIT bool = false
    SHADOW_JOB_CLEANUP_RETRY_DELAY int = 30
    SHADOW_LAZY_QUEUE_UPDATE bool = true
    SHADOW_LIST string = SHADOW
    SHADOW_LOCK path = $(LOCK)/ShadowLock
    SHADOW_LOG path = $(LOG)/ShadowLog
    SHADOW_MAX_JOB_CLEANUP_RETRIES int = 5
    SHADOW_RENICE_INCREMENT int = 0
    SHADOW_RUN_UNKNOWN_USER_JOBS bool = false
    SHADOW_SIZE_ESTIMATE int = 125
    SHADOW_STATS_LOG path = $(LOG)/XferStatsLog
    SHADOW_WORKLIFE int = 3600
    SHARED_PORT path = $(LIBEXEC)/condor_shared_port
    SHARED_PORT_DAEMON_AD_FILE string = $(LOCK)/shared_port_ad
    SHARED_PORT_DEBUG string
    SHARED_PORT_DEFAULT_ID string
    SHARED_PORT_LOG path = $(LOG)/SharedPortLog
    SHARED_PORT_MAX_FILE_DESCRIPTORS int(0,) = 20000
    SHARED_PORT_PORT int = $(COLLECTOR_PORT)
    SHUTDOWN_FAST_TIMEOUT int = 300
    SHUTDOWN_GRACEFUL_TIMEOUT string
    SIGN_S3_URLS bool = true
    SINGULARITY string = $(LIBEXEC)/apptainer
    SINGULARITY_ADD_ROCM_FLAG bool = false
    SINGULARITY_ALLOWED_JOB_ENV_VARS string
    SINGULARITY_IMAGE_EXPR string = SingularityImage
    SINGULARITY_JOB bool = false
    SINGULARITY_MOUNT_HOME bool = false
    SINGULARITY_TEST_SANDBOX string = $(LIBEXEC)/singularity_test_sandbox
    SINGULARITY_USE_PID_NAMESPACES string = auto
    SINGULARITY_VERBOSITY string = -s
    SLOT_WEIGHT string = Cpus
    SLOTS_CONNECTED_TO_CONSOLE int = 0
    SLOTS_CONNECTED_TO_KEYBOARD int = 0
    SmallJob string = (TARGET.ImageSize <  (15 * 1024))
    SMTP_SERVER string
    SOCKET_LISTEN_BACKLOG int(1,) = 4096
    SOFT_UID_DOMAIN string
    SPOOL path = $(LOCAL_DIR)/spool
    SSH_KEYGEN string
    SSH_KEYGEN_ARGS string
    SSHD string
    SSHD_ARGS string
    SSL_SKIP_HOST_CHECK bool = false
    STANDARD string = 1
    START string = True
    START_DAEMONS string
    START_LOCAL_UNIVERSE string = TotalLocalJobsRunning < 200
    START_MASTER string
    START_SCHEDULER_UNIVERSE string = TotalSchedulerJobsRunning < 500
    STARTD path = $(SBIN)/condor_startd
    STARTD.IsStartd bool = true
    STARTD_AD_REEVAL_EXPR string
    STARTD_ADDRESS_FILE path = $(LOG)/.startd_address
    STARTD_ATTRS string
    STARTD_CLAIM_ID_FILE string
    STARTD_CONTACT_TIMEOUT int = 45
    STARTD_CRON_AUTOPUBLISH string
    STARTD_CRON_NAME string
    STARTD_DEBUG string
    STARTD_DETECT_GPUS string = -properties $(GPU_DISCOVERY_EXTRA)
    STARTD_ENFORCE_DISK_LIMITS bool = false
    STARTD_FACTORY_SCRIPT_AVAILABLE_PARTITIONS string
    STARTD_FACTORY_SCRIPT_BACK_PARTITION string
    STARTD_FACTORY_SCRIPT_BOOT_PARTITION string
    STARTD_FACTORY_SCRIPT_DESTROY_PARTITION string
    STARTD_FACTORY_SCRIPT_GENERATE_PARTITION string
    STARTD_FACTORY_SCRIPT_QUERY_WORK_LOADS string
    STARTD_FACTORY_SCRIPT_SHUTDOWN_PARTITION string
    STARTD_HAS_BAD_UTMP int = 0
    STARTD_HISTORY string = $(LOG)/startd_history
    STARTD_JOB_ATTRS string
    STARTD_JOB_HOOK_KEYWORD string
    STARTD_LATCH_EXPRS string
    STARTD_LEFTOVER_PROCS_BREAK_SLOTS bool = false
    STARTD_LOG path = $(LOG)/StartLog
    STARTD_NAME string
    STARTD_NOCLAIM_SHUTDOWN int = 0
    STARTD_REBOOT_COMMAND string = /sbin/reboot
    STARTD_RECOMPUTE_DISK_FREE bool = false
    STARTD_RESOURCE_PREFIX string
    STARTD_SHOULD_WRITE_CLAIM_ID_FILE bool = true
    STARTD_SLOT_ATTRS string
    STARTER path = $(SBIN)/condor_starter
    STARTER.ENABLE_CLASSAD_CACHING bool = false
    STARTER.IsStarter bool = true
    STARTER_ALWAYS_HOLD_ON_OOM bool = true
    STARTER_DEBUG string = D_PID 
    STARTER_DEBUG_WAIT bool = false
    STARTER_DIAGNOSTIC_send_ep_logs string = $(LIBEXEC)/condor_diagnostic_send_ep_logs
    STARTER_DISABLE_USER_SUPPLIED_TRANSFER_PLUGINS string
    STARTER_FILE_XFER_STALL_TIMEOUT int = 3600
    STARTER_FIRST_CHILDALIVE_DELAY int(0,) = 30
    STARTER_HIDE_GPU_DEVICES bool = true
    STARTER_INITIAL_UPDATE_INTERVAL int = 8
    STARTER_JOB_ENVIRONMENT string
    STARTER_JOB_HOOK_KEYWORD string
    STARTER_LIST string = STARTER
    STARTER_LOCAL path = $(SBIN)/condor_starter
    STARTER_LOG path = $(LOG)/StarterLog
    STARTER_LOG_NAME_APPEND string
    STARTER_NESTED_SCRATCH bool = true
    STARTER_NUM_THREADS_ENV_VARS string = CUBACORES GOMAXPROCS JULIA_NUM_THREADS MKL_NUM_THREADS NUMEXPR_NUM_THREADS OMP_NUM_THREADS \#
    OMP_THREAD_LIMIT OPENBLAS_NUM_THREADS PYTHON_CPU_COUNT ROOT_MAX_THREADS TF_LOOP_PARALLEL_ITERATIONS TF_NUM_THREADS
    STARTER_RLIMIT_AS int = 0
    STARTER_SETS_HOME_ENV bool = true
    STARTER_STATS_LOG path = $(LOG)/XferStatsLog
    STARTER_UPLOAD_TIMEOUT int = 300
    StartIdleTime string = 15 * $(MINUTE)
    STASH_PLUGIN path = $(LIBEXEC)/stash_plugin
    StateTimer string = (time() - EnteredCurrentState)
    STATISTICS_WINDOW_QUANTUM int(1,1000000000) = 240
    STATISTICS_WINDOW_QUANTUM_DC string
    STATISTICS_WINDOW_QUANTUM_SCHEDD string
    STATISTICS_WINDOW_SECONDS int(1,1000000000) = 1200
    SUBMIT.IsSubmit bool = true
    SUBMIT_ALLOW_GETENV bool = true
    SUBMIT_ATTRS string
    SUBMIT_CONTAINER_NEVER_XFER_ABSOLUTE_CMD bool = false
    SUBMIT_DEFAULT_SHOULD_TRANSFER_FILES string
    SUBMIT_GENERATE_CONDOR_C_REQUIREMENTS bool = true
    SUBMIT_GENERATE_CUSTOM_RESOURCE_REQUIREMENTS bool = true
    SUBMIT_PREVENT_MULTI_QUEUE bool = true
    SUBMIT_PUBLISH_WINDOWS_OSVERSIONINFO bool = false
    SUBMIT_REQUIREMENT_NAMES string
    SUBMIT_SEND_RESCHEDULE bool = false
    SUBMIT_SKIP_FILECHECKS string = true
    SUBSYSTEM string
    SUM_OF_CATALOGS string =     ifthenelse(⏎        RequestedCatalogs is undefined || catalogs is undefined,⏎        0,⏎        sum(⏎            \#
    evalInEachContext(⏎                member(CatalogID, RequestedCatalogIDs)⏎                ? CatalogSize : 0,⏎                catalogs⏎          \#
    )⏎        )⏎    )
    SUSPEND string = False
    SYSAPI_GET_LOADAVG int = 1
    SYSTEM_IMMUTABLE_JOB_ATTRS string = Owner ClusterId JobUniverse ProcId MyType TargetType User OsUser
    SYSTEM_JOB_MACHINE_ATTRS string = Cpus,SlotWeight
    SYSTEM_JOB_MACHINE_ATTRS_HISTORY_LENGTH int(0,) = 1
    SYSTEM_MAX_RELEASES int = -1
    SYSTEM_PROTECTED_JOB_ATTRS string
    SYSTEM_SECURE_JOB_ATTRS string = x509userProxySubject x509UserProxyEmail x509UserProxyVOName x509UserProxyFirstFQAN x509UserProxyFQAN \#
    TotalSubmitProcs AuthTokenSubject AuthTokenIssuer AuthTokenGroups AuthTokenId AuthTokenScopes AuthTokenProject OsUser
    SYSTEM_STARTD_ATTRS string = COLLECTOR_HOST_STRING DedicatedScheduler
    SYSTEM_STARTD_JOB_ATTRS string = ImageSize, ExecutableSize, JobUniverse, NiceUser, CPUsUsage, ResidentSetSize, ProportionalSetSizeKb, \#
    MemoryUsage, DiskUsage, StdoutMtime, StderrMtime, ScratchDirFileCount
    SYSTEM_STARTD_LATCH_EXPRS string = NumDynamicSlots
    SYSTEM_STARTD_SLOT_ATTRS string
    SYSTEM_VALID_SPOOL_FILES string = job_queue.log, job_queue.log.tmp, history, Accountant.log, Accountantnew.log, local_univ_execute, .pgpass, \#
    .schedd_address, .schedd_address.super, .schedd_classad, OfflineLog, startd_disk.img, checkpoint-cleanup, TokensDatabase
    TCP_FORWARDING_HOST string
    TCP_KEEPALIVE_INTERVAL int(-1,) = 360
    TCP_UPDATE_COLLECTORS string
    TEMP_DIR string
    TMP_DIR string
    TOKENS_DATABASE path = $(SPOOL)/TokensDatabase
    TOOL.IsTool bool = true
    TOOLS_ASSUME_FIREWALLS bool = false
    TOUCH_LOG_INTERVAL int = 60
    TRANSFER_IO_REPORT_INTERVAL int(0,) = 10
    TRANSFER_IO_REPORT_TIMESPANS string = 1m:60 5m:300 1h:3600 1d:86400
    TRANSFER_JOB_ATTRS string = NumShadowStarts,DAGManJobId,DAGNodeName
    TRANSFER_QUEUE_USER_EXPR string = strcat("Owner_",Owner)
    TRANSFERER path = $(LIBEXEC)/condor_transferer
    TRANSFERER_DEBUG string
    TRANSFERER_LOG path = $(LOG)/TransfererLog
    TRUNC_COLLECTOR_LOG_ON_OPEN bool = false
    TRUNC_MASTER_LOG_ON_OPEN bool = false
    TRUNC_MATCH_LOG_ON_OPEN bool = false
    TRUNC_NEGOTIATOR_LOG_ON_OPEN bool = false
    TRUNC_SCHED_LOG_ON_OPEN bool = false
    TRUNC_SHADOW_LOG_ON_OPEN bool = false
    TRUNC_STARTER_LOG_ON_OPEN bool = false
    TRUST_DOMAIN string = $(UID_DOMAIN)
    TRUST_DOMAIN_CAFILE path = $(ETC)/trust_domain_ca.pem
    TRUST_DOMAIN_CAKEY path = $(ETC)/trust_domain_ca_privkey.pem
    TRUST_LOCAL_UID_DOMAIN bool = true
    TRUST_UID_DOMAIN string
    TRUSTED_VAULT_HOSTS string
    UID_DOMAIN string = $(FULL_HOSTNAME)
    UNUSED_CLAIM_TIMEOUT int = 600
    UPDATE_COLLECTOR_WITH_TCP bool = true
    UPDATE_INTERVAL int = 300
    UPDATE_SPREAD_TIME int = $(UPDATE_COLLECTOR_WITH_TCP:0) ? 0 : 8
    UPDATE_VIEW_COLLECTOR_WITH_TCP bool = false
    us_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(us_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5)
    us_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-0582916cc08a1d81e
    us_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_4 string = ami-0c2bae939a03e211a
    us_east_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5 string = ami-02ce5672c4c88146c
    us_east_2.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(us_east_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5)
    us_east_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-0f61cdd6883793833
    us_east_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_4 string = ami-02a90df644af3b003
    us_east_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5 string = ami-007920684150d7cb7
    us_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(us_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5)
    us_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-084d3d008e3740806
    us_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_4 string = ami-0f433606b5f80ccab
    us_west_1.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5 string = ami-0a6fbc8bda794e1f4
    us_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID string = $(us_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5)
    us_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_7_8 string = ami-00daecb4d3b8f077f
    us_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_4 string = ami-05cabd3969196c5ba
    us_west_2.ANNEX_DEFAULT_ODI_IMAGE_ID_V8_8_5 string = ami-0a46b14d914d27167
    USE_CLONE_TO_CREATE_PROCESSES bool = true
    USE_COLLECTOR_HOST_CNAME bool = true
    USE_GID_PROCESS_TRACKING bool = false
    USE_GLOBAL_JOB_PRIOS bool = false
    USE_KEYRING_SESSIONS bool = false
    USE_NFS string
    USE_OUTBOUND_CCB bool = false
    USE_PID_NAMESPACES bool = false
    USE_PROCD bool = true
    USE_PROCESS_GROUPS bool = true
    USE_RESOURCE_REQUEST_COUNTS bool = true
    USE_SCRIPT_TO_CREATE_CONFIG bool = false
    USE_SHARED_PORT bool = true
    USE_VISIBLE_DESKTOP string = false
    USE_VOMS_ATTRIBUTES bool = false
    USER_CONFIG_FILE string = user_config
    USER_JOB_WRAPPER string
    USER_MAPFILE string
    USING_LIBRARIAN bool = False
    VALID_COD_USERS string
    VALID_SPOOL_FILES string
    VANILLA string = 5
    VM string = 13
    VM_GAHP_CONFIG string
    VM_GAHP_LOG path = $(LOG)/VMGahpLog
    VM_GAHP_REQ_TIMEOUT int = 300
    VM_GAHP_SEND_ALL_CLASSAD bool = true
    VM_GAHP_SERVER path = $(SBIN)/condor_vm-gahp
    VM_HARDWARE_VT bool = false
    VM_KILLING_TIMEOUT int = 60
    VM_MAX_MEMORY int = 0
    VM_MAX_NUMBER string
    VM_MEMORY string
    VM_NETWORKING bool = false
    VM_NETWORKING_DEFAULT_TYPE string
    VM_NETWORKING_MAC_PREFIX string
    VM_NETWORKING_TYPE string
    VM_RECHECK_INTERVAL int = 600
    VM_SOFT_SUSPEND bool = false
    VM_STATUS_INTERVAL int = 60
    VM_STATUS_MAX_ERROR int = 5
    VM_TYPE string
    WANT_SUSPEND string = False
    WANT_UDP_COMMAND_SOCKET bool = true
    WANT_VACATE string = True
    WANT_XML_LOG bool = false
    WARN_ON_UNUSED_SUBMIT_FILE_MACROS bool = true
    WINDOWS_FIREWALL_FAILURE_RETRY int = 2
    WINDOWS_RMDIR path
    WINDOWS_SOFTKILL path
    XEN_ALLOW_HARDWARE_VT_SUSPEND bool = false
    XEN_BOOTLOADER string
    XEN_BRIDGE_SCRIPT string
    XEN_SCRIPT string
    """#
