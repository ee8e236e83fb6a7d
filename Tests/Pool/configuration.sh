# shellcheck shell=bash
# The files a test pool is configured by. Sourced after demo/common.sh.

POOL_DOMAIN=pool.test
POOL_HOST=node.pool.test
# The users that jobs run as, inside the pool's own mount namespace only; `admin` may act on everybody's jobs, and `mallory` does what
# hostile clients and generators of requests think of.
POOL_USERS=(alice bob carol admin mallory)
POOL_FIRST_UID=20001

# write_configuration STATE ROOT PORT [PROGRAM]: fills the state folder, for the mini scheduler where its program is named. Paths in
# it are the same inside and outside.
write_configuration() {
    local state=$1 root=$2 port=$3 program=$4
    mkdir -p "$state"/{log,lock,addresses,spool,execute,spare,etc,home,passwords,tokens.d,cred,fs}
    chmod 1777 "$state/fs"
    chmod 700 "$state/passwords" "$state/tokens.d"
    write_accounts "$state" "$root"
    head -c 64 /dev/urandom >"$state/passwords/POOL"
    head -c 48 /dev/urandom >"$state/passwords/SECOND"
    chmod 600 "$state/passwords"/*
    if [[ -n $program ]]; then
        write_mini "$state" "$port" "$program"
    else
        write_condor_config "$state" "$port" >"$state/condor_config"
    fi
    write_client_config "$state" "$port" >"$state/client_config"
}

# The account and host files that are mounted over those of the root: nothing of the machine's own is changed.
write_accounts() {
    local state=$1 root=$2 user uid=$POOL_FIRST_UID
    cp -- "$root/etc/passwd" "$state/etc/passwd"
    cp -- "$root/etc/group" "$state/etc/group"
    for user in "${POOL_USERS[@]}"; do
        printf '%s:x:%d:%d::%s:/bin/bash\n' "$user" "$uid" "$uid" "$state/home/$user" >>"$state/etc/passwd"
        printf '%s:x:%d:\n' "$user" "$uid" >>"$state/etc/group"
        install -d -o "$uid" -g "$uid" "$state/home/$user"
        install -d -m 700 -o "$uid" -g "$uid" "$state/home/$user/.condor" "$state/home/$user/.condor/tokens.d"
        ((uid += 1))
    done
    printf '127.0.0.1 localhost\n127.0.0.1 %s %s\n' "$POOL_HOST" "${POOL_HOST%%.*}" >"$state/etc/hosts"
    printf '%s: files\n' passwd group shadow hosts services protocols >"$state/etc/nsswitch.conf"
    # Daemons drop to this user, and tools run by it are refused nothing.
    chown_to_condor "$state" "$root"
}

chown_to_condor() {
    local state=$1 owner
    owner=$(awk -F: '$1 == "condor" { print $3 ":" $4 }' "$2/etc/passwd")
    [[ -n $owner ]] || die "no user condor in $2/etc/passwd"
    chown "$owner" "$state"/{log,lock,addresses,spool,execute,spare}
    chmod 755 "$state"/{log,lock,addresses,spool,execute,spare}
}

write_condor_config() {
    local state=$1 port=$2
    cat <<CONFIG
# Where this HTCondor's own programs are; nothing else of its configuration is used.
include ifexist : /etc/condor/condor_config
LOCAL_CONFIG_FILE =
LOCAL_CONFIG_DIR =

# One host that is everything, on the loopback interface.
use ROLE : CentralManager
use ROLE : Submit
use ROLE : Execute
CONDOR_HOST = 127.0.0.1
COLLECTOR_HOST = 127.0.0.1:$port
COLLECTOR_NAME = htapi test pool
SHARED_PORT_PORT = $port
USE_SHARED_PORT = true
NETWORK_INTERFACE = 127.0.0.1
BIND_ALL_INTERFACES = false
ENABLE_IPV4 = true
ENABLE_IPV6 = false
NETWORK_HOSTNAME = $POOL_HOST
UID_DOMAIN = $POOL_DOMAIN
TRUST_DOMAIN = $POOL_DOMAIN
FILESYSTEM_DOMAIN = $POOL_HOST
CONDOR_ADMIN =

LOCAL_DIR = $state
RUN = $state/lock
LOG = $state/log
LOCK = $state/lock
SPOOL = $state/spool
EXECUTE = $state/execute
DAEMON_SOCKET_DIR = $state/lock/sock
SCHEDD_ADDRESS_FILE = $state/addresses/schedd

# Security as a fresh installation has it; an administrator beside root.
use SECURITY : recommended_v9_0
ALLOW_ADMINISTRATOR = \$(ALLOW_ADMINISTRATOR) admin@$POOL_DOMAIN
QUEUE_SUPER_USERS = root, condor, admin
SEC_PASSWORD_DIRECTORY = $state/passwords
SEC_TOKEN_POOL_SIGNING_KEY_FILE = $state/passwords/POOL
SEC_TOKEN_SYSTEM_DIRECTORY = $state/tokens.d
FS_LOCAL_DIR = $state/fs
SEC_CREDENTIAL_DIRECTORY = $state/cred
SEC_CREDENTIAL_DIRECTORY_OAUTH =
SEC_CREDENTIAL_DIRECTORY_KRB =

# Many small slots, and jobs that start at once.
use POLICY : ALWAYS_RUN_JOBS
NUM_CPUS = 8
MEMORY = 8192
NUM_SLOTS = 1
NUM_SLOTS_TYPE_1 = 1
SLOT_TYPE_1 = 100%
SLOT_TYPE_1_PARTITIONABLE = true
RUNBENCHMARKS = false
NEGOTIATOR_INTERVAL = 2
NEGOTIATOR_CYCLE_DELAY = 1
NEGOTIATOR_MIN_INTERVAL = 1
SCHEDD_INTERVAL = 2
SCHEDD_MIN_INTERVAL = 1
UPDATE_INTERVAL = 5
STARTER_UPDATE_INTERVAL = 5
STARTER_INITIAL_UPDATE_INTERVAL = 1
SHADOW_QUEUE_UPDATE_INTERVAL = 5
PERIODIC_EXPR_INTERVAL = 5
MASTER_UPDATE_INTERVAL = 10
JOB_START_DELAY = 0

# A chroot can neither unshare mounts nor hand out cgroups.
MOUNT_UNDER_SCRATCH =
MOUNT_PRIVATE_DEV_SHM = false
BASE_CGROUP =
STARTD_ENFORCE_DISK_LIMITS = false
CONFIG
}

# The mini scheduler's folder and its second one's, with the pool's key; the program and where it listens; what the tools
# inside are configured by.
write_mini() {
    local state=$1 port=$2 program=$3 folder
    for folder in mini spare; do
        mkdir -p "$state/$folder"
        install -m 600 "$state/passwords/POOL" "$state/$folder/signing.key"
    done
    ln -s ../mini/schedd_address "$state/addresses/schedd"
    ln -s ../spare/schedd_address "$state/addresses/spare_schedd"
    printf '%s\n' "$program" >"$state/program"
    printf '127.0.0.1:%s\n' "$port" >"$state/listen"
    write_client_config "$state" "$port" >"$state/condor_config"
    cat >>"$state/condor_config" <<CONFIG
SEC_PASSWORD_DIRECTORY = $state/passwords
SEC_TOKEN_POOL_SIGNING_KEY_FILE = $state/passwords/POOL
SEC_TOKEN_SYSTEM_DIRECTORY = $state/tokens.d
FILESYSTEM_DOMAIN = $POOL_HOST
LOCAL_DIR = $state
LOG = $state/log
LOCK = $state/lock
RUN = $state/lock
SPOOL = $state/spool
SCHEDD_INTERVAL = 2
CONFIG
}

# What a client outside the pool is configured by: it finds the pool, and knows none of its secrets.
write_client_config() {
    local state=$1 port=$2
    cat <<CONFIG
COLLECTOR_HOST = 127.0.0.1:$port
SCHEDD_NAME = $POOL_HOST
SCHEDD_ADDRESS_FILE = $state/addresses/schedd
SCHEDD_SUPER_ADDRESS_FILE =
SCHEDD_DAEMON_AD_FILE =
UID_DOMAIN = $POOL_DOMAIN
TRUST_DOMAIN = $POOL_DOMAIN
NETWORK_INTERFACE = 127.0.0.1
NETWORK_HOSTNAME = $POOL_HOST
ENABLE_IPV6 = false
SEC_PASSWORD_DIRECTORY = $state/none
SEC_TOKEN_POOL_SIGNING_KEY_FILE = $state/none/POOL
CONFIG
}
