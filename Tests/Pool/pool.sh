# shellcheck shell=bash
# Starting and stopping test pools. Sourced after demo/common.sh, root.sh and configuration.sh.
#
# A pool's version is that of its HTCondor, or `mini`: our own mini scheduler, with the tools of HTCondor 25.14.
#
# A pool's processes live in namespaces of their own (processes, mounts, host name): ending its first process ends all of
# them and undoes every mount. Its files live in a state folder under /var/tmp, which `pools/VERSION` in the cache points to.

POOL_SCRIPTS=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

pool_link() { printf '%s/pools/%s\n' "$HTAPI_TEST_CACHE" "$1"; }

# pool_state VERSION: prints the state folder of the running pool; fails when none runs.
pool_state() {
    local state pid
    state=$(readlink "$(pool_link "$1")" 2>/dev/null) || return 1
    pid=$(cat "$state/pid" 2>/dev/null) || return 1
    # A pool's first process has its state folder as an argument: a number that was given away again does not.
    { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF -- "$state" || return 1
    printf '%s\n' "$state"
}

# pool_root VERSION: where that HTCondor is: on this machine itself, or in a root made for it.
pool_root() {
    local installed
    [[ $1 != mini ]] || set -- 25.14
    # shellcheck disable=SC2016  # HTCondor writes a dollar sign
    installed=$(condor_version 2>/dev/null | sed -n 's/^\$CondorVersion: \([0-9]*\.[0-9]*\).*/\1/p') || true
    if [[ $installed == "$1" && -n $(command -v condor_master) ]]; then
        printf '/\n'
    else
        ensure_root "$1"
    fi
}

# pool_up VERSION [OWNER]: starts a pool unless it runs; with an owner (a process id) it is stopped when that has ended.
pool_up() {
    local version=$1 owner=${2:-} root state lock program=
    ((EUID == 0)) || die "a test pool can only be started by the superuser"
    root=$(pool_root "$version") || die "no HTCondor $version"
    [[ $version != mini ]] || program=$(mini_program)
    mkdir -p "$HTAPI_TEST_CACHE/pools"
    exec {lock}>"$HTAPI_TEST_CACHE/pools/$version.lock"
    flock "$lock"
    if pool_state "$version" >/dev/null; then
        exec {lock}>&-
        return 0
    fi
    discard_state "$version"
    say "starting a pool: $version"
    state=$(mktemp -d /var/tmp/htapi-pool.XXXXXX)
    chmod 755 "$state"
    write_configuration "$state" "$root" "$(free_port)" "$program"
    install -m 755 "$POOL_SCRIPTS"/{exec,spare-schedd,process1} "$state/"
    printf '%s\n' "$root" >"$state/root"
    ln -sfn "$state" "$(pool_link "$version")"
    # Not a child that holds on to the lock, the terminal or the output of this run.
    setsid --fork unshare --mount --propagation private --pid --uts --fork --kill-child \
        "$POOL_SCRIPTS/namespace" "$root" "$state" </dev/null >"$state/log/namespace" 2>&1 {lock}>&-
    if ! { wait_for_pool "$version" && make_tokens "$state"; }; then
        tail -n 20 "$state"/log/{namespace,MasterLog,CollectorLog,SchedLog} >&2 2>/dev/null || true
        pool_down_locked "$version"
        die "the pool $version did not start"
    fi
    if [[ -n $owner ]]; then
        setsid --fork "$POOL_SCRIPTS/watch" "$owner" "$version" </dev/null >/dev/null 2>&1 {lock}>&-
    fi
    exec {lock}>&-
}

# mini_program: the program that is the mini scheduler: the one under test, which a test run has built.
mini_program() {
    local program=${HTAPI_TEST_PROGRAM:-$POOL_SCRIPTS/../../.build/debug/htapi}
    [[ -x $program ]] || die "$program is not built (swift build --product htapi)"
    realpath -- "$program"
}

# pool_down VERSION: stops the pool, if it runs, and removes its files.
pool_down() {
    local version=$1 lock
    mkdir -p "$HTAPI_TEST_CACHE/pools"
    exec {lock}>"$HTAPI_TEST_CACHE/pools/$version.lock"
    flock "$lock"
    pool_down_locked "$version"
    exec {lock}>&-
}

pool_down_locked() {
    local state pid deadline=$((SECONDS + 20))
    if state=$(pool_state "$1"); then
        pid=$(<"$state/pid")
        kill -TERM "$pid" 2>/dev/null || true
        while pool_state "$1" >/dev/null; do
            ((SECONDS < deadline)) || kill -KILL "$pid" 2>/dev/null || true
            sleep 0.1
        done
    fi
    discard_state "$1"
}

# discard_state VERSION: removes the files of a pool that no longer runs.
discard_state() {
    local link state
    link=$(pool_link "$1")
    state=$(readlink "$link" 2>/dev/null) || return 0
    [[ $state == /var/tmp/htapi-pool.* ]] && remove_tree "$state"
    rm -f "$link"
}

free_port() {
    local port=$((9700 + RANDOM % 10000))
    while (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; do
        port=$((port + 1))
    done
    printf '%s\n' "$port"
}

# Ready is: the collector knows the scheduler and a slot, and the scheduler answers.
wait_for_pool() {
    local state deadline=$((SECONDS + 90))
    state=$(readlink "$(pool_link "$1")")
    until [[ -s $state/pid ]] && pool_state "$1" >/dev/null; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
    until [[ -s $state/addresses/schedd ]] && [[ -n $("$state/exec" root condor_status -af Name 2>/dev/null) ]] &&
        [[ -n $("$state/exec" root condor_status -schedd -af Name 2>/dev/null) ]] &&
        "$state/exec" root condor_q -allusers -totals >/dev/null 2>&1; do
        pool_state "$1" >/dev/null && ((SECONDS < deadline)) || return 1
        sleep 0.3
    done
}

# Each user's token twice: in a folder that the tests own, and in the user's home for the tools inside.
make_tokens() {
    local state=$1 user folder
    for user in "${POOL_USERS[@]}"; do
        folder=$state/tokens/$user
        mkdir -p "$folder"
        (umask 077 && "$state/exec" root condor_token_create -identity "$user@$POOL_DOMAIN" >"$folder/pool") || return 1
        install -m 600 "$folder/pool" "$state/home/$user/.condor/tokens.d/pool"
        chown --reference="$state/home/$user" "$state/home/$user/.condor/tokens.d/pool"
    done
}

# pool_env VERSION: the shell commands by which tests learn of the running pool.
pool_env() {
    local state user
    state=$(pool_state "$1") || die "no pool $1 runs (Tests/run pool up $1)"
    # shellcheck disable=SC2016  # HTCondor writes a dollar sign
    pool_export VERSION "$(sed -n 's/^\$CondorVersion: \([0-9.]*\).*/\1/p' "$state/addresses/schedd")"
    pool_export STATE "$state"
    pool_export ROOT "$(<"$state/root")"
    pool_export CONFIG "$state/condor_config"
    pool_export CLIENT_CONFIG "$state/client_config"
    pool_export COLLECTOR "$(awk '$1 == "COLLECTOR_HOST" { print $3 }' "$state/condor_config")"
    pool_export SCHEDD_ADDRESS_FILE "$state/addresses/schedd"
    pool_export SCHEDD_NAME "$POOL_HOST"
    pool_export SPARE_SCHEDD "$state/spare-schedd"
    pool_export SPARE_SCHEDD_ADDRESS_FILE "$state/addresses/spare_schedd"
    pool_export SPARE_SCHEDD_NAME "spare@$POOL_HOST"
    pool_export TRUST_DOMAIN "$POOL_DOMAIN"
    pool_export UID_DOMAIN "$POOL_DOMAIN"
    pool_export SIGNING_KEY "$state/passwords/POOL"
    pool_export SECOND_KEY "$state/passwords/SECOND"
    pool_export LOG "$state/log"
    pool_export EXEC "$state/exec"
    pool_export PID "$(<"$state/pid")"
    for user in "${POOL_USERS[@]}"; do
        pool_export "TOKEN_${user^^}" "$state/tokens/$user/pool"
    done
}

pool_export() { printf 'export HTAPI_POOL_%s=%q\n' "$1" "$2"; }
