/* Tickets: one-use, 30 seconds, for WebSocket clients that can send neither cookie nor
 * Authorization. A ticket stands for the session or token it was made in. They live in memory: a
 * ticket is taken in the process that made it, and a restart forgets them. */
#ifndef APP_TICKET_H
#define APP_TICKET_H

#include "server/app/viewer.h"

enum { TICKET_SECONDS = 30 };

struct tickets;

struct ticket {
    struct str ticket;
    int64_t expires_at; /* ms UTC */
};

struct tickets *tickets_new(void);
void tickets_free(struct tickets *t); /* NULL is fine */

/* A ticket for whoever c is, in c's arena. E_LOGIN for nobody; E_BUSY: too many are open. */
enum err ticket_make(struct call *c, struct ticket *out) MUST_USE;
/* Uses it up; sets session and token of before, for viewer_again(). E_LOGIN the second time, or
 * later than 30 s. */
enum err ticket_take(struct house *h, struct str ticket, struct viewer *before) MUST_USE;

#endif
