/* The transport: two libmicrohttpd daemons that turn connections into requests, requests into jobs
 * of the pools, and replies into bytes. One daemon serves the API and the pages, the other the
 * content of files, so that a cold disk stalls no call; both know all routes. Connections come from
 * the door by server_add. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "server/app/house.h"

#include <sys/socket.h>

struct server;

enum err server_open(struct house *h, struct server **out) MUST_USE;
/* Takes a non-blocking connection whose first bytes are there to be read. */
void server_add(struct server *s, int fd, const struct sockaddr *from, socklen_t n, bool content);
/* Does the head of a request, as far as it is here, ask for a route with CONTENT? */
bool server_is_content(struct str head);
int64_t server_connections(struct server *s);
/* Once a second: ends connections that send a head or a small body too slowly. */
void server_tick(struct server *s);
/* Replies say Connection: close from now on; waits until no request is open or until (clock_mono).
 */
void server_drain(struct server *s, int64_t until);
/* Ends what is open and stops. The pools of the house are still open. NULL is fine. */
void server_close(struct server *s);

#endif
