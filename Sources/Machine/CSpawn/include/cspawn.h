#ifndef CSPAWN_H
#define CSPAWN_H

#include <stdint.h>

/* A process started under this name (argv[0]) becomes the spawner (see cspawn_main) instead of running its program. It reads commands from
   standard input (a SOCK_SEQPACKET socket, one cspawn_command per packet) and writes reports to standard output (a pipe, one cspawn_report each). */
#define CSPAWN_NAME "htapi-starter"

#define CSPAWN_MAGIC 0x4d504c31u

/* cspawn_plan.flags */
#define CSPAWN_DIE_WITH_SPAWNER 1u   /* the job is killed when the spawner ends, which ends with the scheduler */
#define CSPAWN_NEW_USER 2u           /* cloned into a user namespace: map its own ids to themselves */
#define CSPAWN_NEW_MOUNTS 4u         /* cloned into a mount namespace: hide and bind */
#define CSPAWN_NEW_PIDS 8u           /* cloned into a PID namespace: mount its own /proc */
#define CSPAWN_OUTPUT_OUTSIDE 16u    /* standard output is opened before anything is hidden and before privileges are dropped */
#define CSPAWN_ERROR_OUTSIDE 32u     /* likewise for standard error */
#define CSPAWN_NO_NEW_PRIVILEGES 64u /* PR_SET_NO_NEW_PRIVS for the job */
#define CSPAWN_NEW_HOSTNAME 128u     /* cloned into a UTS namespace: set the host name, if the plan has one */
#define CSPAWN_NEW_CGROUPS 256u      /* the job enters its own cgroup namespace once it has joined its group */

/* Added to the signal number that SIGUSR1 carries to a supervisor: the signal goes to the process group of the job's first process. */
#define CSPAWN_SIGNAL_GROUP 256

/* cspawn_plan.state and cspawn_report.kind */
enum { CSPAWN_PLANNED = 0, CSPAWN_STARTING = 1, CSPAWN_EXECUTING = 2, CSPAWN_EXITED = 3, CSPAWN_FAILED = 4 };

/* Where starting failed. */
enum {
    CSPAWN_AT_CLONE = 1, CSPAWN_AT_IDS, CSPAWN_AT_MOUNT, CSPAWN_AT_PROC, CSPAWN_AT_CGROUP, CSPAWN_AT_ACCOUNT, CSPAWN_AT_DIRECTORY,
    CSPAWN_AT_INPUT, CSPAWN_AT_OUTPUT, CSPAWN_AT_ERROR, CSPAWN_AT_LIMITS, CSPAWN_AT_EXECUTE, CSPAWN_AT_HOSTNAME
};

#define CSPAWN_LIMITS 6

/* The start of a plan file. It is followed by strings, each ended by NUL: program, working directory, standard input, output, error, the
   cgroup.procs to join, the scratch directory, the host name, then `hidden` paths, `binds` pairs (source, target), `arguments`, `environment`.
   An empty program means to end at once with success. An empty path means none (/dev/null for the streams).
   The supervisor holds a lock (flock) on the file while it is alive, and writes the fields after `job` itself. */
struct cspawn_plan {
    uint32_t magic;
    uint32_t flags;
    uint32_t uid, gid;               /* the job's account; not changed if it is the current one */
    uint32_t hidden, binds, arguments, environment;
    uint32_t limit_resource[CSPAWN_LIMITS]; /* RLIMIT_*, or UINT32_MAX for none */
    uint64_t limit_value[CSPAWN_LIMITS];
    uint64_t job;                    /* echoed in reports */
    uint32_t state;
    int32_t pid;                     /* the supervisor's, as the scheduler sees it */
    int32_t failed_at, error;        /* CSPAWN_AT_*, errno */
    int32_t status;                  /* of the job's first process, as returned by wait */
    uint32_t reserved;
    int64_t started, finished;       /* microseconds since 1970 */
    uint64_t user_time, system_time; /* microseconds, of all the job's processes */
    uint64_t max_resident;           /* KiB, of the largest process */
};

struct cspawn_command {
    uint64_t job;
    uint64_t clone_flags;            /* CLONE_NEW* */
    char plan[496];                  /* path, with NUL */
};

struct cspawn_report {
    uint64_t job;
    uint32_t kind;
    int32_t error;                   /* for CSPAWN_FAILED at CSPAWN_AT_CLONE, the only failure that is not in the plan file */
};

/* Call this first in main, while there is only one thread. In a process named CSPAWN_NAME it runs the spawner and does not return; otherwise it
   does nothing. */
void cspawn_main(int argc, char **argv);

/* From now until cspawn_resume, this thread accesses files as the account. Needs root. Returns 0 or an errno. */
int cspawn_assume(uint32_t uid, uint32_t gid);
void cspawn_resume(void);

#endif
