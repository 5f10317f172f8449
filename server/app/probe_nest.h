/* Where the processes come from that look into one file each: a jibei-probe that was started once,
 * has its tables loaded and forks (server/probe/main.c). One for threads of ordinary priority and
 * one for niced ones, started when first asked, started again when it died. For probe.c alone. */
#ifndef APP_PROBE_NEST_H
#define APP_PROBE_NEST_H

#include "server/base/err.h"
#include "server/base/str.h"

#include <stdbool.h>
#include <sys/types.h>

/* A process that looks at fd as `verb` says, answers on out and ends: a child of ours in a group of
 * its own, as niced as the calling thread. E_IO: jibei-probe cannot be started. E_SYNTAX: it starts
 * but makes none. */
enum err probe_hatch(const char *path, const char *verb, int fd, struct str name, int out,
                     pid_t *pid) MUST_USE;
bool probe_niced(void); /* is the calling thread? */
/* A message to a jibei-probe, or to a process of it that sits: look at fds[0], answer on fds[1].
 * name ≤ 8 KiB. False: nobody is there. */
bool probe_send(int line, const char *verb, struct str name, const int fds[2]) MUST_USE;

/* How what a process says came to its end: with the end line, without, or it was not waited for. */
enum probe_end { PROBE_SAID_ALL, PROBE_SILENT, PROBE_GIVEN_UP };
/* Its end, and that of its group before the number can be used again; a silent one gets a second to
 * end by itself. Gives how it ended, as waitpid does; 0 when it said all. */
int probe_reap(pid_t pid, enum probe_end how);

/* One of this thread's died in the file it read: the next ones get other addresses, so that nobody
 * learns ours by trying. */
void probe_nest_renew(void);
/* No process forks any more until the next is asked for. */
void probe_nests_close(void);

#endif
