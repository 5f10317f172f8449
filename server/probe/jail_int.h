/* What both jails are made of: jail.c and jail_office.c. */
#ifndef PROBE_JAIL_INT_H
#define PROBE_JAIL_INT_H

#include "server/probe/jail.h"

#include <seccomp.h>
#include <stdint.h>

/* Rights of a path, as Landlock numbers them. */
enum {
    LL_EXECUTE = 1 << 0,
    LL_WRITE_FILE = 1 << 1,
    LL_READ_FILE = 1 << 2,
    LL_READ_DIR = 1 << 3,
    LL_REMOVE_DIR = 1 << 4,
    LL_REMOVE_FILE = 1 << 5,
    LL_MAKE_DIR = 1 << 7,
    LL_MAKE_REG = 1 << 8,
    LL_MAKE_SOCK = 1 << 9,
    LL_TRUNCATE = 1 << 14
};

/* A ruleset that handles all this kernel knows, ports too; -1 without Landlock. */
int landlock_new(void);
int landlock_version(void); /* below 1: none */
/* 0, or -1: the rule is none this kernel takes. */
int landlock_allow(int paths, int fd, uint64_t rights);
void landlock_allow_path(int paths, const char *path, uint64_t rights); /* where it is there */
/* Enters and closes; 0, or -1: the kernel refused. */
int landlock_lock(int fd);

void jail_limit(int what, uint64_t v);
/* 0, or less: a call this libseccomp does not know. */
int jail_allow(scmp_filter_ctx f, const int *calls, size_t n);
#define ALLOW(f, calls) jail_allow(f, calls, sizeof calls / sizeof *calls)

/* What every program that is started needs. How it maps memory, asks whether files are there and
 * sees limits is each one's own affair. */
int jail_allow_common(scmp_filter_ctx f);

#endif
