#ifndef CSPAWN_H
#define CSPAWN_H

#include <stdint.h>

/* The name a process is started under (argv[0]) to become the spawner (see cspawn_main) instead of running its program: commands on standard input
   (SOCK_SEQPACKET: a cspawn_command each), reports on standard output (a pipe: a cspawn_report each). */
#define CSPAWN_NAME "htapi-starter"

#define CSPAWN_MAGIC 0x4d504c31u

/* cspawn_plan.flags */
#define CSPAWN_DIE_WITH_SPAWNER 1u   /* the job is killed when the spawner ends, which ends with the scheduler */
#define CSPAWN_NEW_USER 2u           /* was cloned into a user namespace: map the own ids to themselves */
#define CSPAWN_NEW_MOUNTS 4u         /* was cloned into a mount namespace: hide and bind */
#define CSPAWN_NEW_PIDS 8u           /* was cloned into a PID namespace: mount its own /proc */
#define CSPAWN_OUTPUT_OUTSIDE 16u    /* standard output is opened before anything is hidden and before privileges are dropped */
#define CSPAWN_ERROR_OUTSIDE 32u     /* the same for standard error */
#define CSPAWN_NO_NEW_PRIVILEGES 64u /* PR_SET_NO_NEW_PRIVS for the job */
#define CSPAWN_NEW_HOSTNAME 128u     /* was cloned into a UTS namespace: set the host name, if the plan has one */
#define CSPAWN_NEW_CGROUPS 256u      /* the job enters a cgroup namespace of its own once it has joined its group */

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

/* The start of a plan file. The strings follow, each with a NUL: program, working directory, standard input, output, error, the
   cgroup.procs to join, the scratch directory, the host name, then `hidden` paths, `binds` pairs (source, target), `arguments`, `environment`.
   An empty program means: end at once with success; an empty path: nothing of the kind (/dev/null for the streams).
   The supervisor holds a lock (flock) on the file as long as it lives, and writes what comes after `job` itself. */
struct cspawn_plan {
    uint32_t magic;
    uint32_t flags;
    uint32_t uid, gid;               /* the job's account; not changed when it is the own one */
    uint32_t hidden, binds, arguments, environment;
    uint32_t limit_resource[CSPAWN_LIMITS]; /* RLIMIT_*, or UINT32_MAX for none */
    uint64_t limit_value[CSPAWN_LIMITS];
    uint64_t job;                    /* echoed in reports */
    uint32_t state;
    int32_t pid;                     /* the supervisor's, as the scheduler sees it */
    int32_t failed_at, error;        /* CSPAWN_AT_*, errno */
    int32_t status;                  /* of the job's first process, as wait gives it */
    uint32_t reserved;
    int64_t started, finished;       /* microseconds since 1970 */
    uint64_t user_time, system_time; /* microseconds, of all the job's processes */
    uint64_t max_resident;           /* KiB, of the largest of them */
};

struct cspawn_command {
    uint64_t job;
    uint64_t clone_flags;            /* CLONE_NEW* */
    char plan[496];                  /* path, with NUL */
};

struct cspawn_report {
    uint64_t job;
    uint32_t kind;
    int32_t error;                   /* for CSPAWN_FAILED at CSPAWN_AT_CLONE, the only failure the plan file does not tell */
};

/* To be called first in main, while there is one thread. Under the name CSPAWN_NAME it makes the process the spawner and does not return; under any other
   name it does nothing. */
void cspawn_main(int argc, char **argv);

/* From here on this thread accesses files as the account, until cspawn_resume. Needs root. Returns 0 or an errno. */
int cspawn_assume(uint32_t uid, uint32_t gid);
void cspawn_resume(void);

#endif
