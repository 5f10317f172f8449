/* A call: one thing somebody asks of the program, from HTTP, a job or the command line. It carries
 * all a function of app needs, runs on one worker and is over when it returns. Everything that must
 * outlive it is in the database. On E_RETRY the whole call is run again with an empty arena: do
 * nothing outside the database that cannot be done twice. */
#ifndef APP_CALL_H
#define APP_CALL_H

#include "server/app/house.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "storage/db.h"

struct viewer; /* app/viewer.h: who asks, roles and audience keys */

/* What a person is told when it did not work: a sentence that says what to do, and the field. */
struct fault_note {
    struct str text; /* Chinese; empty: the sentence of the error's table row */
    struct str field;
};

struct call {
    struct house *house;
    struct db *db;
    struct arena *arena;
    const struct viewer *viewer; /* never NULL; viewer->person is 0 for nobody */
    int64_t now;                 /* ms UTC, the same for the whole call */
    const char *request;         /* its name in the log */
    struct str ip, agent, host;  /* empty for jobs and commands */
    struct fault_note fault;
};

/* Says why and gives e back: return fail(c, E_INPUT, "title", "请填写标题。"); field may be NULL.
 */
enum err fail(struct call *c, enum err e, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
