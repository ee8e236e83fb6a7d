/* Switches the account of one thread; glibc's functions would change that of the whole process. */
#define _GNU_SOURCE
#include "cspawn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static __thread gid_t groups[256];
static __thread int group_count;
static __thread uid_t own_uid;
static __thread gid_t own_gid;

int cspawn_assume(uint32_t uid, uint32_t gid) {
    own_uid = geteuid();
    own_gid = getegid();
    group_count = getgroups(256, groups);
    if (group_count < 0 || syscall(SYS_setgroups, 0, NULL)) return errno;
    if (syscall(SYS_setresgid, -1, gid, -1) == 0 && syscall(SYS_setresuid, -1, uid, -1) == 0) return 0;
    int error = errno;
    cspawn_resume();
    return error;
}

void cspawn_resume(void) {
    /* A thread must not continue if it cannot restore its own permissions, or if it would keep too many. */
    if (syscall(SYS_setresuid, -1, own_uid, -1) || syscall(SYS_setresgid, -1, own_gid, -1) || syscall(SYS_setgroups, group_count, groups)) abort();
}
