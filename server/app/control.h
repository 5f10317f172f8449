/* The control socket DIR/control: commands of the same machine and user ask the serving process.
 * One connection, one line in ("ping", "log debug"), text out, end. The answer's first line is "ok"
 * or "error " and a sentence. */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "server/app/house.h"
#include "server/base/buf.h"

struct control;

/* What may be asked is a table, control.def: CONTROL(name, summary) and
 * enum err control_NAME(struct house *h, struct str rest, struct buf *answer). It runs on the
 * control thread, one at a time, and may block a while. */
enum err control_open(struct house *h, struct control **out) MUST_USE;
void control_close(struct control *c); /* NULL is fine */

/* Asks the process that serves this data folder and waits for the whole answer, without its first
 * line. E_NOT_FOUND: no process serves it; E_INPUT: it refused, answer holds the sentence. */
enum err control_ask(const char *data, struct str line, struct buf *answer) MUST_USE;

#define CONTROL(name, text)                                                                        \
    enum err control_##name(struct house *h, struct str rest, struct buf *answer);
#include "server/app/control.def"
#undef CONTROL

#endif
