# shellcheck shell=bash
# Messages, retries, and packages for builds. Sourced by demo/run, demo/build and Tests/run.

say() { printf '==> %s\n' "$*" >&2; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# retry COUNT COMMAND…: runs the command until it succeeds, at most COUNT times, waiting longer each time.
# For steps that depend on the network and can simply be repeated.
retry() {
    local count=$1 attempt status=0
    shift
    for ((attempt = 1; attempt <= count; attempt++)); do
        status=0
        "$@" && return 0 || status=$?
        ((attempt == count)) && break
        say "failed (attempt $attempt of $count): $1; trying again in $((attempt * 3)) s"
        sleep $((attempt * 3))
    done
    return "$status"
}

# install_packages PACKAGE…: makes sure that the machine has these Debian packages.
install_packages() {
    local package missing=()
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    ((${#missing[@]} == 0)) && return 0
    ((EUID == 0)) || die "missing packages: ${missing[*]} (run as root, or: sudo apt-get install ${missing[*]})"
    say "installing ${missing[*]}"
    if ! apt_get install --no-install-recommends "${missing[@]}"; then
        retry 5 apt_get update || die "apt-get update failed"
        retry 3 apt_get install --no-install-recommends "${missing[@]}" || die "cannot install ${missing[*]}"
    fi
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300 "$@" \
        </dev/null >/dev/null
}

# prepare_build PACKAGE: installs what the package needs to be built, and fetches its dependencies.
prepare_build() {
    command -v swift >/dev/null || die "no Swift compiler (6.2 or newer) in PATH"
    if command -v apt-get >/dev/null; then
        install_packages libarchive-dev zlib1g-dev libssl-dev libpcre2-dev libsqlite3-dev pkg-config curl
    fi
    say "resolving dependencies"
    retry 5 swift package --package-path "$1" resolve >/dev/null || die "cannot resolve the dependencies"
}
