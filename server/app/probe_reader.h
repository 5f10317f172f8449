/* Processes in the jail that sniff the files of one person one after another, so that many small
 * files need no process each. After a file one is kept for a moment, for the same person's next;
 * never for another's. For probe.c alone. */
#ifndef APP_PROBE_READER_H
#define APP_PROBE_READER_H

#include "server/app/probe_nest.h"

#include <stdint.h>

struct reader;

/* One for a file of this person (person.id; 0: nobody's, it is new and not kept), as niced as the
 * calling thread. Errors: probe_hatch's. */
enum err reader_take(const char *path, int64_t person, struct reader **out) MUST_USE;
bool reader_is_new(const struct reader *r); /* it saw no file yet */
/* It sniffs fd, answers on out (server/probe/out.h) and closes it. False: it is gone. */
bool reader_show(struct reader *r, int fd, struct str name, int out) MUST_USE;
/* After its answer; r is no more the caller's. Kept when it said all, and soon. Gives probe_reap's
 * answer, 0 for one that is kept. */
int reader_give(struct reader *r, enum probe_end how, bool soon);

void readers_rest(void);  /* those nobody needed for a moment end */
void readers_close(void); /* all that nobody has taken end */
/* One of us died in the file it read: those forked before see no more files. */
void readers_renew(void);

#endif
