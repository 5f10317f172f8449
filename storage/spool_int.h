/* What the two files of spools share: spool.c has the files and what is known of them,
 * spool_stream.c the bodies that come in. All fields of a spool and its stream are guarded by the
 * spool's lock, except what only the runner touches while it runs: the descriptors, hash, size,
 * synced. */
#ifndef STORAGE_SPOOL_INT_H
#define STORAGE_SPOOL_INT_H

#include "storage/spool.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { SPOOL_ID = 64 };

struct spools {
    pthread_mutex_t lock; /* of the map, the idle count and refs */
    struct map *map;
    size_t idle;
    int dir;
    struct pool *pool;    /* runners */
    struct pool *writers; /* write what a runner hashes meanwhile; they wait for nobody */
    atomic_int streams;
};

struct buffer {
    char *p;
    size_t lead, n; /* the bytes begin at p + lead */
};

/* A buffer that a writer brings to the file. Until it is settled the spool's size counts its bytes
 * already. */
struct writing {
    struct spool *sp;
    struct buffer buf;
    uint64_t at;
    struct hash *before; /* as it was at that offset */
    enum err err;
    bool busy;
    sem_t done;
};

struct stream {
    struct spool *sp;
    struct stream_setup setup;
    struct buffer fill, drain;
    struct writing behind;
    size_t room; /* of each */
    struct digest *digest;
    struct hash *before; /* the spool's hash at the begin, for S5 */
    uint64_t taken, dropped;
    enum err err;
    bool running, refused, ending, whole, ended, cut;
    bool fast;     /* brought more than we could take */
    bool attached; /* the functions given may be called */
    int refs;      /* the opener's and the runner's */
    void (*ready)(void *arg);
    void *ready_arg;
};

struct spool {
    struct spools *all;
    int refs; /* under all->lock */
    char id[SPOOL_ID];
    char mark[SPOOL_ID + 4];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct stream *active;
    bool loading, warm, dropped;
    bool named;              /* the folder was synced since the file was made */
    int64_t used, synced_at; /* ms, monotonic */
    int fd, past;            /* past: the second descriptor, -1 until it is needed */
    struct hash *hash;
    uint64_t size, synced, marked, hurried;
};

/* By whoever has the spool for himself, without its lock. */
enum err spool_sync(struct spool *sp) MUST_USE; /* S1, without the mark; after a failure S4 */
enum err spool_mark(struct spool *sp, uint64_t at) MUST_USE;
/* Back to an offset: the file shorter, the hash as it was there (given and taken, or made again).
 * When even that fails the spool is cold, and loading it goes back to the mark. */
void spool_back(struct spool *sp, uint64_t at, struct hash *hash);
/* Has the spool for itself and ready to be written at its end; marked: what is there is durable
 * too. Called and left with the lock. */
enum err spool_ready(struct spool *sp, bool marked) MUST_USE;
/* S6, by whoever has the spool for himself and is about to give it back. Called and left with the
 * lock. */
void spool_let_go(struct spool *sp);

#endif
