/* The house: what main opened, shared by all threads until the end. Nothing here changes after
 * start but through its own functions.
 *
 * serve: house_open, house_start, …, house_stop, house_close. Other commands: house_open and
 * house_close; they use db_open(h->store, …) on their own thread. */
#ifndef APP_HOUSE_H
#define APP_HOUSE_H

#include "server/base/queue.h"
#include "server/base/site.h"
#include "server/base/str.h"

#include <stdatomic.h>

struct store;
struct db;
struct bus;
struct blobs;
struct spools;
struct tickets;
struct pauses;
struct config;

struct house {
    const struct config *config;
    const char *data; /* the data folder, absolute */
    struct site site; /* the address people type; serve only */
    const char *db_url;
    struct store *store;
    struct bus *bus;
    struct blobs *blobs;                      /* stored contents */
    struct spools *spools;                    /* uploads on their way; NULL outside of serve */
    struct tickets *tickets;                  /* app/ticket.h */
    struct pauses *pauses;                    /* app/doc_pause.h */
    struct pool *requests, *passwords, *jobs; /* NULL outside of serve */
    unsigned char secret[32];                 /* of this data folder: signs links; DIR/secret */
    const char *process; /* this process's name in rows that belong to it (uploads) */
    const char *probe;   /* path of jibei-probe */
    const char *office;  /* where LibreOffice is installed, or "" (app/office.h) */
    atomic_bool stopping;
    int64_t started; /* ms UTC */
    int lock;        /* descriptor of DIR/lock, -1 when the folder is not ours alone */
};

/* What a command is to the data folder, and so what it does where the schema is not this program's:
 * one that is newer is refused by all, and nothing in the folder is changed. */
enum house_use {
    HOUSE_BESIDE,  /* works beside a serving process or without one; the schema must be ours */
    HOUSE_ALONE,   /* holds DIR/lock; the schema must be ours */
    HOUSE_FOUND,   /* beside; where there is no house yet, one is made */
    HOUSE_UPGRADE, /* holds DIR/lock; makes what is missing, and an older schema is brought up to
                      date after a backup into DIR/backups */
};

/* Opens the store and what belongs to it; with PostgreSQL as well as with SQLite the folder holds
 * what is local. Says on standard error, in Chinese, what does not work and what to do. E_CONFLICT:
 * another process has the folder; E_STATE: the schema is not the one it must be, or could not be
 * brought up to date (then all is as before). */
enum err house_open(const struct config *config, enum house_use use, struct house **out) MUST_USE;
/* E_OK while the database answers and its schema is this program's; E_DB, E_STATE. */
enum err house_ready(struct db *db) MUST_USE;
/* Opens the spools and the pools of workers; an error of the disk, or of an address that is none,
 * is said on standard error. listening: the address of the port, for when none was configured. */
enum err house_start(struct house *h, const char *listening) MUST_USE;
/* Takes no more work, ends what runs. */
void house_stop(struct house *h);
void house_close(struct house *h); /* NULL is fine */

/* Does `name` in the folder `dir` belong to whoever runs us, or is it not there? E_STATE: no, said
 * on standard error. */
enum err house_mine(int dir, const char *name, const char *data) MUST_USE;

#endif
