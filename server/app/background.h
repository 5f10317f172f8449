/* What goes on without anybody asking: the runner of jobs (job_run.c) and the dispatcher of events
 * (dispatch.c). One thread each, woken by commits that wrote a job or an event, and every second.
 */
#ifndef APP_BACKGROUND_H
#define APP_BACKGROUND_H

#include "server/app/house.h"

struct background;
struct runner;
struct dispatcher;

/* After house_start; the pool for jobs runs what is due. Jobs that a killed process left running
 * wait again. */
enum err background_open(struct house *h, struct background **out) MUST_USE;
/* Before house_stop: nothing new begins, and what runs is waited for. A long job looks at
 * house->stopping now and then. NULL is fine. */
void background_close(struct background *b);
void background_wake(struct background *b); /* looks for work at once, from any thread */

/* The two halves, for background.c. */
enum err runner_open(struct house *h, struct runner **out) MUST_USE;
void runner_wake(struct runner *r);
void runner_close(struct runner *r);
struct dispatcher *dispatcher_open(struct house *h);
void dispatcher_wake(struct dispatcher *d);
void dispatcher_close(struct dispatcher *d);

#endif
