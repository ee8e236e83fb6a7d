# shellcheck shell=bash
# The parts of a test run and the account of what passed and failed. Sourced by Tests/run after the other files.

PASSED=0
FAILED=0
FAILURES=()
STARTED_POOLS=()

# run_parts "PART ARGUMENT…"…: prepares, runs each part and prints the account; the status tells whether anything failed.
run_parts() {
    local part words
    RESULTS=$(mktemp -d)
    trap 'stop_started_pools; rm -rf "$RESULTS"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    for part in "$@"; do
        read -ra words <<<"$part"
        "part_${words[0]}" "${words[@]:1}"
    done
    report
}

# failed TEXT [COUNT]: enters a failure, or so many of a kind, into the account.
failed() {
    FAILURES+=("$1")
    FAILED=$((FAILED + ${2:-1}))
}

report() {
    local failure
    printf '\n'
    for failure in "${FAILURES[@]}"; do
        printf 'failed: %s\n' "$failure"
    done
    printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
    ((FAILED == 0))
}

stop_started_pools() {
    local version
    for version in "${STARTED_POOLS[@]}"; do
        pool_down "$version"
    done
    STARTED_POOLS=()
}

# The package and its tests, built for debugging; a warning in our own sources is a failure.
prepare() {
    local log="$RESULTS/build"
    prepare_build .
    say "building"
    if ! swift build --build-tests 2>&1 | tee "$log" | tail -n 1; then
        grep -E 'error:' "$log" >&2 || tail -n 30 "$log" >&2
        die "the build failed"
    fi
    if grep -E '/(Sources|Tests)/[^:]*\.swift:[0-9]+:[0-9]+: warning:' "$log" | grep -v '/checkouts/' | sort -u >"$log.warnings"; then
        cat "$log.warnings" >&2
        failed "build: $(wc -l <"$log.warnings") warnings in our own sources"
    fi
}

# prepare, unless this run has done so.
PREPARED=false
prepare_tests() {
    $PREPARED || prepare
    PREPARED=true
}

# Tests of servers with deadlines and of real processes run one after the other: the others' work looks to them like a peer that does not answer.
SERVER_TESTS='^(HTTP[A-Za-z]*|MiniCondor|JobExecution)Tests\.'

part_unit() {
    prepare_tests
    if [[ -n ${1:-} ]]; then
        say "unit tests: $1"
        swift_test unit --no-parallel --skip '^IntegrationTests\.' --filter "$1"
        return
    fi
    say "unit tests"
    swift_test unit --skip '^IntegrationTests\.' --skip "$SERVER_TESTS"
    say "unit tests of servers"
    swift_test "unit servers" --no-parallel --filter "$SERVER_TESTS"
}

# The form of the code: swift-format for Swift, shellcheck for scripts.
part_lint() {
    local scripts=()
    say "swift format lint"
    if swift format lint --strict --parallel --recursive Package.swift Sources Tests; then
        PASSED=$((PASSED + 1))
    else
        failed "lint: swift-format has something to say, see above"
    fi
    command -v shellcheck >/dev/null || install_packages shellcheck
    say "shellcheck"
    mapfile -t scripts < <(git ls-files -- ':!Tests/Integration/Semantics' | while read -r file; do
        [[ -f $file ]] && head -c 64 "$file" | grep -aqE '^#!.*\b(ba)?sh\b|^# shellcheck shell=bash' && printf '%s\n' "$file"
    done)
    if shellcheck --external-sources --severity=warning "${scripts[@]}"; then
        PASSED=$((PASSED + 1))
    else
        failed "lint: shellcheck has something to say, see above"
    fi
    say "lines of more than 150 columns"
    if ! git ls-files -- '*.swift' '*.[ch]' '*.js' '*.css' '*.md' '*.sh' '*.py' ':!*/Fixtures/*' |
        LC_ALL=C.UTF-8 xargs -d '\n' grep -nHE '^.{151}'; then
        PASSED=$((PASSED + 1))
    else
        failed "lint: a line has more than 150 columns, see above"
    fi
}

part_integration() {
    local version=$1 filter=${2:-}
    prepare_tests
    # One after the other: a test that blocks a thread while another one's queue transaction is open would stop the whole scheduler.
    with_pool "$version" "integration $version" \
        swift_test "integration $version" --no-parallel --filter "${filter:-^IntegrationTests\\.}"
}

# The mini scheduler in trouble: killed at random moments, asked by the wrong people, started and ended again and again.
part_mini() {
    local kills=${1:-50} rounds=${2:-20} program
    prepare_tests
    prepare_python
    program=$(swift build --show-bin-path)/htapi
    say "the mini scheduler is killed $kills times"
    script_part kill --program "$program" --python "$HTAPI_ORACLE_PYTHON" --kills "$kills"
    say "what users and jobs must not be able to do"
    script_part security --program "$program" --python "$HTAPI_ORACLE_PYTHON"
    say "the demo is started and ended $rounds times"
    script_part leftovers --program "$program" --rounds "$rounds"
    say "what the demo prints to try"
    script_part pasted "$program" --demo --listen 127.0.0.1:0
}

# script_part NAME OPTION…: one of the scripts in Tests/Tools/MiniCondor, which counts as one test.
script_part() {
    local name=$1
    shift
    if python3 "Tests/Tools/MiniCondor/$name.py" "$@" </dev/null; then
        PASSED=$((PASSED + 1))
    else
        failed "mini: $name"
    fi
}

# The demo as a newcomer starts it, built for release, which takes as long as much of the rest.
part_demo() {
    say "demo/run, and what it prints to try"
    python3 Tests/Tools/MiniCondor/pasted.py demo/run --listen 127.0.0.1:0 </dev/null | tee "$RESULTS/demo" || true
    if [[ $(tail -n 1 "$RESULTS/demo") =~ ^pasted:\ ([0-9]+)\ work,\ ([0-9]+)\ do\ not$ ]]; then
        PASSED=$((PASSED + BASH_REMATCH[1]))
        ((BASH_REMATCH[2] == 0)) || failed "demo: ${BASH_REMATCH[2]} of what it prints to try" "${BASH_REMATCH[2]}"
    else
        failed "demo: demo/run does not start"
    fi
}

# The table of HTCondor's own clients against the demo.
part_clients() {
    local roots=() version
    if ((EUID != 0)); then
        say "skipped: the stock clients need root"
        [[ ${CI:-} != true ]] || failed "clients: skipped"
        return 0
    fi
    prepare_tests
    prepare_python
    for version in 25.14 23.9; do
        roots+=("$(pool_root "$version")") || die "no HTCondor $version"
    done
    say "stock clients against htapi --demo"
    python3 Tests/Tools/MiniCondor/table.py --program "$(swift build --show-bin-path)/htapi" --python "$HTAPI_ORACLE_PYTHON" "${roots[@]}" \
        </dev/null 2>&1 | tee "$RESULTS/clients" || true
    if [[ $(tail -n 1 "$RESULTS/clients") =~ ^clients:\ ([0-9]+)\ work,\ ([0-9]+)\ do\ not$ ]]; then
        PASSED=$((PASSED + BASH_REMATCH[1]))
        ((BASH_REMATCH[2] == 0)) || failed "clients: ${BASH_REMATCH[2]} cells of the table" "${BASH_REMATCH[2]}"
    else
        failed "clients: ended without results"
    fi
}

# The corpora of results recorded from HTCondor, or those in another folder.
part_conformance() {
    local folder=${1:-Tests/Conformance} line
    prepare_build .
    say "building the conformance runner"
    swift build -c release --product ConformanceRunner >"$RESULTS/conformance.build" 2>&1 ||
        { tail -n 30 "$RESULTS/conformance.build" >&2; die "the build failed"; }
    "$(swift build -c release --product ConformanceRunner --show-bin-path)/ConformanceRunner" "$folder" </dev/null |
        tee "$RESULTS/conformance" || true
    while read -r line; do
        if [[ $line =~ ^(.*\.jsonl):\ ([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
            PASSED=$((PASSED + BASH_REMATCH[2]))
            ((BASH_REMATCH[3] == 0)) || failed "conformance ${BASH_REMATCH[1]}: ${BASH_REMATCH[3]} cases" "${BASH_REMATCH[3]}"
        elif [[ $line =~ ^[^\ ]*\.jsonl: ]]; then
            failed "conformance $line"
        fi
    done <"$RESULTS/conformance"
    grep -q '\.jsonl: ' "$RESULTS/conformance" || failed "conformance: no results"
}

# The figures, beside the stock client's, of a release build.
part_bench() {
    prepare_build .
    install_packages wrk
    prepare_python
    say "building for release"
    RELEASE_PROGRAM=$(demo/build 2>"$RESULTS/release.build") || { tail -n 30 "$RESULTS/release.build" >&2; die "the build failed"; }
    with_pool 25.14 bench measure "$@"
}

measure() {
    if "$HTAPI_ORACLE_PYTHON" Tests/Tools/Benchmarks/measure.py --program "$RELEASE_PROGRAM" "$@"; then
        PASSED=$((PASSED + 1))
    else
        failed "bench: a bound was missed, see above"
    fi
}

# The running gateway against the document it serves.
part_api() {
    prepare_tests
    prepare_contract_python
    with_pool 25.14 api contract "$@"
}

contract() {
    local examples=${1:-100} seed=${2:-}
    "$CONTRACT_PYTHON" Tests/Tools/Contract/contract.py --program "$(swift build --show-bin-path)/htapi" \
        --examples "$examples" ${seed:+--seed "$seed"} |
        tee "$RESULTS/api" || true
    if [[ $(tail -n 1 "$RESULTS/api") =~ ^api:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        PASSED=$((PASSED + BASH_REMATCH[1]))
        ((BASH_REMATCH[2] == 0)) || failed "api: ${BASH_REMATCH[2]} checks, see above" "${BASH_REMATCH[2]}"
    else
        failed "api: ended without results"
    fi
}

# A Python of our own with what reads OpenAPI documents, and makes requests and clients of them.
prepare_contract_python() {
    local folder="$HTAPI_TEST_CACHE/contract-python"
    CONTRACT_PYTHON=$folder/bin/python
    "$CONTRACT_PYTHON" -c 'import schemathesis, openapi_spec_validator, openapi_python_client, yaml' 2>/dev/null && return 0
    prepare_venv "$folder"
    say "installing schemathesis, openapi-spec-validator and openapi-python-client in $folder"
    retry 5 "$folder/bin/pip" install --quiet --disable-pip-version-check 'schemathesis>=4.32,<5' 'openapi-spec-validator<1' \
        'openapi-python-client>=0.29,<1' pyyaml || die "cannot install them from PyPI"
}

# An empty Python environment in that folder.
prepare_venv() {
    command -v python3 >/dev/null || install_packages python3
    python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    mkdir -p "$HTAPI_TEST_CACHE"
    remove_tree "$1"
    python3 -m venv "$1"
}

# Random input, our results against those of HTCondor's own library: every program in Tests/Tools/Differential that is one.
# A seed that nobody used before; with CI=true the same one for the same sources, so that a failure comes again.
new_seed() {
    local tree
    if [[ ${CI:-} == true ]] && tree=$(git rev-parse --verify --quiet 'HEAD^{tree}' 2>/dev/null); then
        echo $((16#${tree:0:7}))
    else
        echo $((RANDOM << 15 | RANDOM))
    fi
}

# part_differential [COUNT [SEED [SUBMIT_SEED]]]; a seed of `-` is a new one.
part_differential() {
    local count=${1:-} seed=${2:--} submit_seed=${3:-} name
    [[ $seed != - ]] || seed=$(new_seed)
    say "differential: seed $seed"
    prepare_build .
    prepare_python
    for name in classad submit config; do
        if [[ $name == submit && -n $submit_seed ]]; then
            compare submit "$count" "$submit_seed"
            compare submit 25 "$seed"
        else
            # No count is the program's own.
            compare "$name" "$count" "$seed"
        fi
    done
}

# compare LANGUAGE COUNT SEED: random input, our results against HTCondor's.
compare() {
    local name=$1 status=0
    say "differential: $name"
    "Tests/Tools/Differential/$name" "$2" "$3" </dev/null 2>&1 | tee "$RESULTS/$name" || status=$?
    if [[ $(tail -n 1 "$RESULTS/$name") =~ ^$name:\ ([0-9]+)\ compared,\ ([0-9]+)\ different ]]; then
        PASSED=$((PASSED + BASH_REMATCH[1] - BASH_REMATCH[2]))
        ((BASH_REMATCH[2] == 0)) || failed "differential $name: ${BASH_REMATCH[2]} differences" "${BASH_REMATCH[2]}"
    elif ((status != 0)); then
        failed "differential $name: ended with status $status and without results"
    fi
}

# Input made to take time or memory, or to break what reads it: each in a process of its own.
part_hostile() {
    prepare_build .
    say "building the hostile inputs"
    swift build -c release --product Hostile >"$RESULTS/hostile.build" 2>&1 ||
        { tail -n 30 "$RESULTS/hostile.build" >&2; die "the build failed"; }
    "$(swift build -c release --product Hostile --show-bin-path)/Hostile" </dev/null | tee "$RESULTS/hostile" || true
    if [[ $(tail -n 1 "$RESULTS/hostile") =~ ^hostile:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        PASSED=$((PASSED + BASH_REMATCH[1]))
        ((BASH_REMATCH[2] == 0)) || failed "hostile: ${BASH_REMATCH[2]} inputs, see above" "${BASH_REMATCH[2]}"
    else
        failed "hostile: no results"
    fi
}

# A Python of our own with HTCondor's stock client library, which also is the oracle of the differential tests.
prepare_python() {
    local folder="$HTAPI_TEST_CACHE/python"
    export HTAPI_ORACLE_PYTHON=${HTAPI_ORACLE_PYTHON:-$folder/bin/python}
    "$HTAPI_ORACLE_PYTHON" -c 'import htcondor2' 2>/dev/null && return 0
    [[ $HTAPI_ORACLE_PYTHON == "$folder/bin/python" ]] || die "$HTAPI_ORACLE_PYTHON has no htcondor2"
    prepare_venv "$folder"
    say "installing HTCondor's Python library in $folder"
    retry 5 "$folder/bin/pip" install --quiet --disable-pip-version-check 'htcondor==25.14.*' ||
        die "cannot install htcondor from PyPI"
}

# with_pool VERSION LABEL COMMAND…: runs the command with the pool's variables exported: of the pool that runs, else of one
# that is started for it. Where there can be none, that is said, and a failure in CI.
with_pool() {
    local version=$1 label=$2
    shift 2
    if ! pool_state "$version" >/dev/null; then
        if ((EUID != 0)); then
            say "skipped: $label needs root, or a pool that runs already (Tests/run pool up)"
            [[ ${CI:-} != true ]] || failed "$label: skipped"
            return 0
        fi
        STARTED_POOLS+=("$version")
        if ! (pool_up "$version" $$); then
            failed "$label: the pool did not start"
            return 0
        fi
    fi
    say "$label: with the pool $version"
    eval "$(pool_env "$version")"
    "$@"
    unset "${!HTAPI_POOL_@}"
    stop_started_pools
}

# swift_test LABEL ARGUMENT…: one run of the test program; adds its results to the account.
swift_test() {
    local label=$1 results xml status=0 tests skipped failures name
    shift
    results="$RESULTS/${label// /-}"
    xml="$results-swift-testing.xml"
    swift test --skip-build --xunit-output "$results.xml" "$@" </dev/null >"$results.log" 2>&1 || status=$?
    # What passed is only counted; everything else is shown.
    grep -Ev '^[◇✔↳]|^Test Suite |Executed 0 tests|^\[[0-9]+/[0-9]+\]|^Build complete' "$results.log" || true
    if [[ ! -s $xml ]]; then
        failed "$label: the test program ended with status $status and without results"
        return 0
    fi
    tests=$(grep -c '<testcase ' "$xml" || true)
    skipped=$(grep -c '<skipped' "$xml" || true)
    mapfile -t failures < <(failed_tests "$xml")
    for name in "${failures[@]}"; do
        failed "$label: $name"
    done
    PASSED=$((PASSED + tests - skipped - ${#failures[@]}))
    if ((skipped > 0)); then
        say "$label: $skipped tests skipped"
        [[ ${CI:-} == true ]] && failed "$label: $skipped tests skipped"
    fi
    if ((status != 0 && ${#failures[@]} == 0)); then
        failed "$label: the test program ended with status $status"
    fi
}

# The names of the test cases in a results file that have a failure in them.
failed_tests() {
    awk '
        /<testcase / {
            match($0, /classname="[^"]*"/); suite = substr($0, RSTART + 11, RLENGTH - 12)
            match($0, / name="[^"]*"/); test = substr($0, RSTART + 7, RLENGTH - 8)
        }
        /<failure/ { if (!seen[suite "." test]++) print suite "." test }
    ' "$1"
}
