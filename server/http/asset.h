/* The web client: the files of one folder, named once at start, served from descriptors (sendfile).
 * A page path that is no file is the client's own route and gets index.html. */
#ifndef HTTP_ASSET_H
#define HTTP_ASSET_H

#include "server/base/str.h"

#include <microhttpd.h>

struct assets;
struct exchange;
struct house;

/* Looks for the folder (--web, or where program.h says) and opens its files.
 * Without a folder every page says in Chinese that the client is not built. */
struct assets *assets_open(const struct house *h);
void assets_close(struct assets *a); /* NULL is fine */
/* Queues the reply to a GET or HEAD. */
enum MHD_Result asset_queue(struct assets *a, struct exchange *x);

#endif
