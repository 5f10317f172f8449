/* Live: all WebSockets, on one libwebsockets context on a libuv loop of its own thread. The door
 * hands over connections whose handshake is complete and harmless. So far there is one address:
 * /ws/events. */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include "server/app/house.h"

struct live;

enum err live_open(struct house *h, struct live **out) MUST_USE;
/* Takes a connection; any thread. */
void live_adopt(struct live *l, int fd);
int64_t live_connections(struct live *l);
/* Sends 1001 to all and waits for their answers, a second at most. NULL is fine. */
void live_drain(struct live *l);
void live_close(struct live *l); /* the pools of the house are still open; NULL is fine */

#endif
