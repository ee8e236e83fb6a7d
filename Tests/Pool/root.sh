# shellcheck shell=bash
# A root file system with HTCondor in it, made by debootstrap in the cache folder. Sourced after demo/common.sh.

# The number changes with the recipe below, so that a root made by an older one is made anew.
ROOT_RECIPE=1

# root_suite VERSION, root_package VERSION: the Debian release that has this HTCondor, and the package's name there.
root_suite() {
    case $1 in
        25.14) echo forky ;;
        23.9) echo trixie ;;
        *) die "no HTCondor $1: known are 25.14 and 23.9" ;;
    esac
}

root_package() {
    case $1 in
        25.14) echo condor ;;
        23.9) echo htcondor ;;
    esac
}

# ensure_root VERSION: prints the path of a complete root, making it first where there is none.
ensure_root() {
    local version=$1 root="$HTAPI_TEST_CACHE/roots/$1" lock
    root_suite "$version" >/dev/null
    mkdir -p "$HTAPI_TEST_CACHE/roots"
    exec {lock}>"$HTAPI_TEST_CACHE/roots/$version.lock"
    flock "$lock"
    if ! root_is_complete "$root"; then
        make_root "$version" "$root"
    fi
    exec {lock}>&-
    printf '%s\n' "$root"
}

root_is_complete() {
    [[ $(cat "$1/.htapi-recipe" 2>/dev/null) == "$ROOT_RECIPE" && -x $1/usr/sbin/condor_master ]]
}

# A root comes into being under another name; its last step is the recipe mark, then it is renamed. What an
# interrupted run left under that other name is thrown away.
make_root() {
    local version=$1 root=$2 partial="$2.partial" suite package mirror script
    ((EUID == 0)) || die "an HTCondor root can only be made by the superuser"
    suite=$(root_suite "$version")
    package=$(root_package "$version")
    install_packages debootstrap curl
    mirror=$(debian_mirror "$suite")
    script=/usr/share/debootstrap/scripts/$suite
    [[ -e $script ]] || script=/usr/share/debootstrap/scripts/sid

    say "making a root with HTCondor $version ($suite, package $package) in $root"
    mkdir -p "$HTAPI_TEST_CACHE/packages"
    retry 4 bootstrap_root "$suite" "$partial" "$mirror" "$script" || die "debootstrap of $suite failed"
    printf '#!/bin/sh\nexit 101\n' >"$partial/usr/sbin/policy-rc.d"
    chmod 755 "$partial/usr/sbin/policy-rc.d"
    retry 5 in_root "$partial" apt-get update || die "apt-get update failed in $partial"
    retry 5 in_root "$partial" apt-get install --no-install-recommends "$package" || die "cannot install $package in $partial"
    in_root "$partial" apt-get clean
    printf '%s\n' "$ROOT_RECIPE" >"$partial/.htapi-recipe"
    remove_tree "$root"
    mv "$partial" "$root"
}

bootstrap_root() {
    local suite=$1 partial=$2 mirror=$3 script=$4 log="$2.log" include=()
    [[ $mirror == https:* ]] && include=(--include=ca-certificates)
    remove_tree "$partial"
    if ! unshare --mount --propagation private debootstrap --variant=minbase "${include[@]}" \
        --cache-dir="$HTAPI_TEST_CACHE/packages" "$suite" "$partial" "$mirror" "$script" </dev/null >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        return 1
    fi
    rm -f "$log"
}

# in_root ROOT COMMAND…: runs apt-get and the like in a root, with /proc and /dev of its own mount namespace.
in_root() {
    local root=$1
    shift
    # shellcheck disable=SC2016  # expanded by the inner shell
    DEBIAN_FRONTEND=noninteractive unshare --mount --propagation private bash -c '
        set -e
        root=$1
        shift
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/run"
        cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
        cp /etc/hosts "$root/etc/hosts"
        command=$1
        shift
        # A mirror that stands still for a while is as good as any here: signatures are checked, the date is not.
        [[ $command == apt-get ]] && set -- -qq -y -o Acquire::Retries=5 -o Acquire::Check-Valid-Until=false \
            -o APT::Sandbox::User=root "$@"
        # The folder in TMPDIR need not exist in the root, and mktemp would fail there.
        unset TMPDIR
        exec chroot "$root" "$command" "$@"
    ' in_root "$root" "$@" </dev/null >/dev/null
}

# debian_mirror SUITE: the first archive of this machine's own apt sources that carries the suite.
debian_mirror() {
    local suite=$1 uri probe
    if [[ -n ${HTAPI_DEBIAN_MIRROR:-} ]]; then
        printf '%s\n' "$HTAPI_DEBIAN_MIRROR"
        return
    fi
    [[ -n $(apt_archives) ]] || retry 5 apt_get update || die "apt-get update failed"
    probe=$(mktemp)
    for uri in $(apt_archives); do
        if retry 3 curl -fsSL --max-time 60 -o "$probe" "${uri%/}/dists/$suite/InRelease" 2>/dev/null; then
            rm -f "$probe"
            printf '%s\n' "${uri%/}"
            return
        fi
    done
    rm -f "$probe"
    die "none of this machine's apt sources is a Debian archive with $suite; name one in HTAPI_DEBIAN_MIRROR"
}

apt_archives() {
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $2 !~ /security/ && !seen[$2]++ { print $2 }'
}

# remove_tree PATH: removes a folder of ours, never reaching into another file system.
remove_tree() {
    [[ -n $1 && $1 != / ]] || die "remove_tree: refused"
    rm -rf --one-file-system -- "$1"
}
