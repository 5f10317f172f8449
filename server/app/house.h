/* The house: what main opened, shared by all threads until the end. Nothing here changes after
 * start but through its own functions. */
#ifndef APP_HOUSE_H
#define APP_HOUSE_H

#include "server/base/queue.h"
#include "server/base/str.h"

#include <stdatomic.h>

struct store;
struct bus;

struct house {
    const char *data; /* the data folder, absolute */
    const char
        *public_url; /* "http://host:port" without a slash at the end: Origin must equal it */
    const char *db_url;
    struct store *store;
    struct bus *bus;
    struct pool *requests, *passwords, *jobs;
    unsigned char secret[32]; /* of this data folder: signs links; DIR/secret */
    const char *process;      /* this process's name in rows that belong to it (uploads) */
    const char *probe;        /* path of jibei-probe */
    atomic_bool stopping;
    int64_t started; /* ms UTC */
};

#endif
