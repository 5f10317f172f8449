/* The front door: one port, one thread. It accepts, waits until the head of the first request is
 * there (peeking, never reading), and hands the connection over: complete WebSocket handshakes for
 * /ws/ to live, everything else to http. It never touches a connection it has handed over. */
#ifndef DOOR_DOOR_H
#define DOOR_DOOR_H

#include "server/base/err.h"

#include <stdint.h>

struct door;
struct server;
struct live;

struct door_setup {
    struct server *http;
    struct live *live;
    const struct site *site; /* whose pages may open WebSockets; borrowed */
    int64_t connections;     /* of all kinds; guests beyond get a 503 */
    int64_t head_ms;         /* how long a guest may take to send the head of its first request */
};

/* Listens on "ADDR:PORT" ("127.0.0.1:8080", "[::]:80", ":8080" for all IPv4 addresses; port 0: the
 * system chooses). Connections wait in the kernel until door_open. Says in Chinese what does not
 * work; E_INPUT, E_IO. */
enum err door_bind(const char *listen, struct door **out) MUST_USE;
/* "http://127.0.0.1:8080"; lives as long as the door. */
const char *door_address(const struct door *d);
void door_open(struct door *d, const struct door_setup *setup);
/* Stops listening and closes what was not handed over. NULL is fine. */
void door_close(struct door *d);

#endif
