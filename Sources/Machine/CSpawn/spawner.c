/* The process that starts jobs, and the supervisor of each job. Single-threaded, without allocation and without Swift, so that forking is safe. */
#define _GNU_SOURCE
#include "cspawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMANDS = 0, REPORTS = 1 };

static struct cspawn_plan *plan;
static char *cursor, *end;
/* cgroup.kill of the job's group, or -1. Opened early, because its path may be hidden later. */
static int group_kill = -1;

static pid_t duplicate(unsigned long flags) { return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0); }

/* Uses the system call: glibc reserves two signals, which would stay ignored if our parent ignored them. */
static void default_signals(void) {
    static const unsigned long default_action[4];
    for (int i = 1; i < NSIG; i++) syscall(SYS_rt_sigaction, i, default_action, NULL, 8);
}

static int64_t now(void) {
    struct timeval time;
    gettimeofday(&time, NULL);
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

/* Returns whether the scheduler still exists to read it. */
static int report(uint64_t job, uint32_t kind, int32_t error) {
    struct cspawn_report message = {job, kind, error};
    return write(REPORTS, &message, sizeof message) == sizeof message;
}

static void fail(int stage, int error) {
    plan->failed_at = stage;
    plan->error = error;
    __atomic_store_n(&plan->state, CSPAWN_FAILED, __ATOMIC_RELEASE);
    report(plan->job, CSPAWN_FAILED, 0);
    _exit(1);
}

static char *next_string(void) {
    char *string = cursor;
    if (string >= end) fail(CSPAWN_AT_EXECUTE, E2BIG);
    cursor += strlen(string) + 1;
    return string;
}

static void skip_strings(uint32_t count) {
    while (count-- > 0) next_string();
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t length = (ssize_t)strlen(text);
    if (file < 0) return -1;
    ssize_t written = write(file, text, (size_t)length);
    close(file);
    return written == length ? 0 : -1;
}

static void map_ids(uid_t uid, gid_t gid) {
    char line[64];
    snprintf(line, sizeof line, "%u %u 1", uid, uid);
    if (write_file("/proc/self/uid_map", line) || write_file("/proc/self/setgroups", "deny")) fail(CSPAWN_AT_IDS, errno);
    snprintf(line, sizeof line, "%u %u 1", gid, gid);
    if (write_file("/proc/self/gid_map", line)) fail(CSPAWN_AT_IDS, errno);
}

static void make_directories(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0755);
        *slash = '/';
    }
    mkdir(path, 0755);
}

/* Hides the scheduler's own files, but keeps the scratch directory visible at its path. */
static void arrange_mounts(char *scratch) {
    char source[32];
    struct stat status;
    int directory = open(scratch, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL)) fail(CSPAWN_AT_MOUNT, errno);
    char *hidden = cursor;
    skip_strings(plan->hidden);
    for (uint32_t i = 0; i < plan->binds; i++) {
        char *from = next_string(), *to = next_string();
        int failed = *from ? mount(from, to, NULL, MS_BIND, NULL) : mount("tmpfs", to, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
        if (failed && errno != ENOENT) fail(CSPAWN_AT_MOUNT, errno);
    }
    char *after = cursor;
    for (int pass = 0; pass < 2; pass++) {
        cursor = hidden;
        for (uint32_t i = 0; i < plan->hidden; i++) {
            char *path = next_string();
            if (lstat(path, &status)) continue;
            if (!S_ISDIR(status.st_mode)) {
                if (pass == 0 && mount("/dev/null", path, NULL, MS_BIND, NULL)) fail(CSPAWN_AT_MOUNT, errno);
            } else if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | (pass ? MS_REMOUNT | MS_RDONLY : 0), "mode=755,size=64k")) {
                /* A directory in the old /tmp was hidden already, but was recreated as a plain directory on the path to the scratch directory. */
                if (pass == 0 || errno != EINVAL) fail(CSPAWN_AT_MOUNT, errno);
            }
        }
        if (pass == 0) {
            make_directories(scratch);
            snprintf(source, sizeof source, "/proc/self/fd/%d", directory);
            if (mount(source, scratch, NULL, MS_BIND, NULL)) fail(CSPAWN_AT_MOUNT, errno);
        }
    }
    cursor = after;
    close(directory);
    if ((plan->flags & CSPAWN_NEW_PIDS) && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
        fail(CSPAWN_AT_PROC, errno);
}

static int open_stream(const char *path, int flags, int target) {
    int file = open(*path ? path : "/dev/null", flags | O_CLOEXEC, 0644);
    return file < 0 ? -1 : dup3(file, target, 0) < 0 ? -1 : 0;
}

/* The job's first process, from here to execve. Failures are reported through `errors`. */
static void become_job(char **paths, int cgroup, const int *outside, int errors) {
    static char *argv[65536], *envp[65536];
    int problem[2] = {0, 0};
    const int creating = O_WRONLY | O_CREAT | O_TRUNC;
    sigset_t none;
    default_signals();
    setsid();
    do {
        problem[0] = CSPAWN_AT_CGROUP;
        if (cgroup >= 0 && write(cgroup, "0", 1) != 1) break;
        if ((plan->flags & CSPAWN_NEW_CGROUPS) && unshare(CLONE_NEWCGROUP)) break;
        problem[0] = CSPAWN_AT_LIMITS;
        int i = 0;
        for (; i < CSPAWN_LIMITS && plan->limit_resource[i] != UINT32_MAX; i++) {
            struct rlimit limit = {plan->limit_value[i], plan->limit_value[i]};
            if (setrlimit((int)plan->limit_resource[i], &limit)) break;
        }
        if (i < CSPAWN_LIMITS && plan->limit_resource[i] != UINT32_MAX) break;
        problem[0] = CSPAWN_AT_ACCOUNT;
        if (plan->uid != geteuid()
            && (setgroups(0, NULL) || setresgid(plan->gid, plan->gid, plan->gid) || setresuid(plan->uid, plan->uid, plan->uid))) break;
        if ((plan->flags & CSPAWN_NO_NEW_PRIVILEGES) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) break;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        problem[0] = CSPAWN_AT_DIRECTORY;
        if (chdir(paths[1])) break;
        umask(022);
        problem[0] = CSPAWN_AT_INPUT;
        if (open_stream(paths[2], O_RDONLY, 0)) break;
        problem[0] = CSPAWN_AT_OUTPUT;
        if (outside[0] >= 0 ? dup3(outside[0], 1, 0) < 0 : open_stream(paths[3], creating, 1)) break;
        problem[0] = CSPAWN_AT_ERROR;
        if (outside[1] >= 0 ? dup3(outside[1], 2, 0) < 0 : strcmp(paths[3], paths[4]) ? open_stream(paths[4], creating, 2) : dup3(1, 2, 0) < 0) break;
        if (!*paths[0]) _exit(0);
        problem[0] = CSPAWN_AT_EXECUTE;
        errno = E2BIG;
        if (plan->arguments > 65535 || plan->environment > 65535) break;
        for (uint32_t n = 0; n < plan->arguments; n++) argv[n] = next_string();
        for (uint32_t n = 0; n < plan->environment; n++) envp[n] = next_string();
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(paths[0], argv, envp);
    } while (0);
    problem[1] = errno;
    _exit(write(errors, problem, sizeof problem) == sizeof problem);
}

/* Kills the job's remaining processes. In the first process of a PID namespace these are all others. Otherwise they are all children, and
   grandchildren, which become children as their parents die (this process is their reaper). `job` is 0 once that process has been reaped. */
static void kill_everything(pid_t job) {
    char list[4096];
    if (group_kill >= 0 && write(group_kill, "1", 1) != 1) group_kill = -1; /* does not exist before Linux 5.14 */
    if (getpid() == 1) {
        kill(-1, SIGKILL);
        return;
    }
    if (job > 0) kill(-job, SIGKILL);
    int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, list, sizeof list - 1);
    if (file >= 0) close(file);
    if (length <= 0) return;
    list[length] = 0;
    if (length == sizeof list - 1 && strrchr(list, ' ')) *strrchr(list, ' ') = 0;
    char *word = list;
    for (long pid = strtol(word, &word, 10); pid > 1; pid = strtol(word, &word, 10)) kill((pid_t)pid, SIGKILL);
}

/* A control group, identified by its parent directory, because the path itself may be hidden later. */
struct cgroup {
    int parent;
    char name[64];
};

/* The job's group and its parent, from the path of the job's cgroup.procs. */
static void open_group(const char *file, struct cgroup *groups) {
    char path[4096];
    if (!*file || strlen(file) >= sizeof path) return;
    strcpy(path, file);
    char *slash = strrchr(path, '/');
    for (int i = 0; i < 2 && slash; i++) {
        *slash = 0;
        slash = strrchr(path, '/');
        if (!slash || strlen(slash + 1) >= sizeof groups[i].name) return;
        strcpy(groups[i].name, slash + 1);
        *slash = 0;
        groups[i].parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        *slash = '/';
    }
    if (groups[0].parent < 0) return;
    int group = openat(groups[0].parent, groups[0].name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (group < 0) return;
    group_kill = openat(group, "cgroup.kill", O_WRONLY | O_CLOEXEC);
    close(group);
}

/* Runs one job, from its plan to its end. */
static void supervise(const char *path, uid_t uid, gid_t gid) {
    char *paths[8], link[32] = "";
    int errors[2], outside[2] = {-1, -1}, problem[2], status = 0;
    struct stat size;
    struct rusage usage;
    sigset_t wanted;
    siginfo_t signal_info;
    struct cgroup groups[2] = {{-1, ""}, {-1, ""}};
    close(COMMANDS);
    signal(SIGCHLD, SIG_DFL);
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    /* A withdrawn plan is unlinked or missing. */
    if (file < 0 || flock(file, LOCK_EX) || fstat(file, &size) || size.st_nlink == 0 || size.st_size <= (off_t)sizeof *plan) _exit(0);
    plan = mmap(NULL, (size_t)size.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    end = (char *)plan + size.st_size;
    cursor = (char *)(plan + 1);
    if (plan == MAP_FAILED || plan->magic != CSPAWN_MAGIC || end[-1] != 0) _exit(1);
    if (plan->flags & CSPAWN_DIE_WITH_SPAWNER) prctl(PR_SET_PDEATHSIG, SIGTERM);
    /* Read from the scheduler's /proc, hence the scheduler's number for this process. */
    if (readlink("/proc/self", link, sizeof link - 1) > 0) plan->pid = atoi(link);
    plan->state = CSPAWN_STARTING;
    if (plan->flags & CSPAWN_NEW_USER) {
        prctl(PR_SET_DUMPABLE, 1);
        map_ids(uid, gid);
        prctl(PR_SET_DUMPABLE, 0);
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int i = 0; i < 8; i++) paths[i] = next_string();
    if (*paths[7] && (plan->flags & CSPAWN_NEW_HOSTNAME) && sethostname(paths[7], strlen(paths[7]))) fail(CSPAWN_AT_HOSTNAME, errno);
    int cgroup = *paths[5] ? open(paths[5], O_WRONLY | O_CLOEXEC) : -1;
    if (*paths[5] && cgroup < 0) fail(CSPAWN_AT_CGROUP, errno);
    open_group(paths[5], groups);
    for (int i = 0; i < 2; i++) {
        if (!(plan->flags & (i ? CSPAWN_ERROR_OUTSIDE : CSPAWN_OUTPUT_OUTSIDE))) continue;
        outside[i] = open(paths[3 + i], O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (outside[i] < 0) fail(CSPAWN_AT_OUTPUT + i, errno);
    }
    if (plan->flags & CSPAWN_NEW_MOUNTS) arrange_mounts(paths[6]);
    else skip_strings(plan->hidden + 2 * plan->binds);

    if (pipe2(errors, O_CLOEXEC)) fail(CSPAWN_AT_EXECUTE, errno);
    pid_t job = duplicate(0);
    if (job == 0) become_job(paths, cgroup, outside, errors[1]);
    if (job < 0) fail(CSPAWN_AT_EXECUTE, errno);
    close(errors[1]);
    if (read(errors[0], problem, sizeof problem) == sizeof problem) fail(problem[0], problem[1]);
    plan->started = now();
    __atomic_store_n(&plan->state, CSPAWN_EXECUTING, __ATOMIC_RELEASE);
    if (!report(plan->job, CSPAWN_EXECUTING, 0) && (plan->flags & CSPAWN_DIE_WITH_SPAWNER)) kill_everything(job);

    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    sigaddset(&wanted, SIGUSR1); /* carries a signal for the job's first process, or for its process group */
    sigaddset(&wanted, SIGUSR2); /* kill everything */
    sigaddset(&wanted, SIGTERM); /* the spawner has ended: kill everything too */
    for (int running = 1; running;) {
        int number = sigwaitinfo(&wanted, &signal_info);
        if (number == SIGUSR1) {
            int value = signal_info.si_value.sival_int;
            kill(value & CSPAWN_SIGNAL_GROUP ? -job : job, value & ~CSPAWN_SIGNAL_GROUP);
        }
        if (number == SIGUSR2 || number == SIGTERM) kill_everything(job);
        for (pid_t child; (child = wait4(-1, &status, WNOHANG, NULL)) > 0;) {
            if (child != job) continue;
            plan->status = status;
            running = 0;
        }
    }
    plan->finished = now();
    do kill_everything(0);
    while (wait4(-1, &status, 0, NULL) > 0);
    if (getrusage(RUSAGE_CHILDREN, &usage) == 0) {
        plan->user_time = (uint64_t)usage.ru_utime.tv_sec * 1000000 + (uint64_t)usage.ru_utime.tv_usec;
        plan->system_time = (uint64_t)usage.ru_stime.tv_sec * 1000000 + (uint64_t)usage.ru_stime.tv_usec;
        plan->max_resident = (uint64_t)usage.ru_maxrss;
    }
    __atomic_store_n(&plan->state, CSPAWN_EXITED, __ATOMIC_RELEASE);
    if (!report(plan->job, CSPAWN_EXITED, 0) && (plan->flags & CSPAWN_DIE_WITH_SPAWNER)) {
        /* Nobody else is left to clean up. The scheduler's own group is removed with the last job. */
        for (int i = 0; i < 2; i++)
            if (groups[i].parent >= 0) unlinkat(groups[i].parent, groups[i].name, AT_REMOVEDIR);
    }
    _exit(0);
}

void cspawn_main(int argc, char **argv) {
    struct cspawn_command command;
    sigset_t all;
    if (argc < 1 || strcmp(argv[0], CSPAWN_NAME)) return;
    default_signals();
    signal(SIGCHLD, SIG_IGN); /* so that supervisors leave no zombies */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    close_range(3, ~0U, 0);
    prctl(PR_SET_DUMPABLE, 0);
    if (chdir("/")) _exit(1);
    uid_t uid = geteuid();
    gid_t gid = getegid();
    while (recv(COMMANDS, &command, sizeof command, 0) == sizeof command) {
        command.plan[sizeof command.plan - 1] = 0;
        pid_t pid = duplicate(command.clone_flags);
        if (pid == 0) supervise(command.plan, uid, gid);
        if (pid < 0) report(command.job, CSPAWN_FAILED, errno);
    }
    _exit(0);
}
