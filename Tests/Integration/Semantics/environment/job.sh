#!/bin/sh
for name in PLAIN SPACES QUOTES EMPTY DOLLAR BACK; do
    eval "printf '%s=[%s]\n' $name \"\$$name\""
done
# What the starter tells the job.
for name in _CONDOR_SCRATCH_DIR _CONDOR_JOB_AD _CONDOR_MACHINE_AD _CONDOR_JOB_IWD _CONDOR_SLOT OMP_NUM_THREADS TMPDIR TEMP TMP BATCH_SYSTEM; do
    eval "value=\${$name-}"
    case $value in
        "") printf '%s is not set\n' "$name" ;;
        "$_CONDOR_SCRATCH_DIR") printf '%s is the scratch directory\n' "$name" ;;
        "$_CONDOR_SCRATCH_DIR"/*) printf '%s is %s in the scratch directory\n' "$name" "${value#"$_CONDOR_SCRATCH_DIR"/}" ;;
        *) printf '%s=%s\n' "$name" "$value" ;;
    esac
done
[ "$(pwd -P)" = "$(cd "$_CONDOR_SCRATCH_DIR" && pwd -P)" ] && echo "it starts in the scratch directory"
grep -c '^ClusterId = ' "$_CONDOR_JOB_AD"
grep -c '^Cpus = 1' "$_CONDOR_MACHINE_AD"
