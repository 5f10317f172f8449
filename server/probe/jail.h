/* The jail. Order: load every table and open every descriptor, jail_ready once, then, in the
 * process that looks, jail_enter; there is no way out.
 *
 * J1: inside, only memory, the descriptors already open and the clock are left: an allow-list of
 * system calls, all others end the process; opening a file gives EACCES. J2: Landlock forbids all
 * paths besides, where the kernel has it. J3: memory, processor time and files are limited by
 * rlimits; wall time by whoever spawned us. */
#ifndef PROBE_JAIL_H
#define PROBE_JAIL_H

#include "server/base/err.h"

#include <stddef.h>

enum { JAIL_MEMORY = 1 << 30, JAIL_CPU_SECONDS = 30 };

/* Makes the rules, which whoever is forked from here enters by. E_FORBIDDEN: this machine cannot
 * hold them (no seccomp). */
enum err jail_ready(void) MUST_USE;
/* E_FORBIDDEN: not ready, or the kernel refused. */
enum err jail_enter(void) MUST_USE;

/* For a program of poppler's, between fork and exec: reads and maps what is under /usr, /lib and
 * the few files of /etc it needs, writes nothing, starts nothing, reaches no network, dies with its
 * parent. E_FORBIDDEN without Landlock or seccomp: then it must not be run. */
enum err jail_enter_program(void) MUST_USE;

enum { OFFICE_MEMORY_MB = 2048, OFFICE_CPU_SECONDS = 60, OFFICE_FILE_MB = 256 };
/* For LibreOffice, between fork and exec (jail_office.c). folder: open, where it may write; tree:
 * where it is installed, which it reads. E_FORBIDDEN without Landlock or seccomp: then it must not
 * be run. */
enum err jail_enter_office(int folder, const char *tree) MUST_USE;

#endif
