/* The bus: who tells whom inside. app posts what changed, live and http subscribe. Within one
 * process it is a list of functions; between processes it is a hint only, the database is the log.
 *
 * A subscriber's function runs on the poster's thread, under the bus's lock: it copies the event
 * into a queue of its own and returns. It must not post, subscribe or unsubscribe. */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include "server/base/err.h"

#include <stdint.h>

enum { EVENT_NOUN = 24 };

/* Something changed. Those whose audience keys hold `audience` may know; 0: nobody but the house
 * itself. The noun "viewer" (id = person) also says that this person's rights, keys or sessions
 * changed: open sockets are asked again who they are. */
struct event {
    char noun[EVENT_NOUN];
    int64_t id, rev, audience;
};

struct bus;
struct bus_ear;

/* url: "" is the bus of one process, the only kind so far; anything else is E_INPUT. */
enum err bus_open(const char *url, struct bus **out) MUST_USE;
void bus_close(struct bus *b); /* NULL is fine; all have unsubscribed */

struct event event_of(const char *noun, int64_t id, int64_t rev, int64_t audience);
void bus_post(struct bus *b, const struct event *e); /* any thread */
struct bus_ear *bus_subscribe(struct bus *b, void (*hear)(void *arg, const struct event *e),
                              void *arg);
/* After this returns, hear() is not running and never runs again. NULL is fine. */
void bus_unsubscribe(struct bus *b, struct bus_ear *ear);

#endif
