/* Group commit: writers leave the gate when their rows stand in SQLite's log, and wait here until
 * the log is on the disk. One of those who wait syncs it for all whose rows were in it when it
 * began.
 *
 * C1: nobody leaves before a sync that began after his commit has ended. C2: one sync at a time. A
 * sync that fails cannot be repeated: the kernel forgets what it could not write, and a second try
 * would succeed with a hole in the log. So we stop, and the log is read anew from the disk. */
#include "storage/db_int.h"

#include "server/base/mem.h"

#include <stdbool.h>

struct settling {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    uint64_t written, synced; /* commits */
    bool syncing;
};

struct settling *settling_new(void)
{
    struct settling *s = NEW(struct settling);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->ended, NULL);
    return s;
}

void settling_free(struct settling *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->ended);
    mem_free(s);
}

/* Called and left with the lock. */
static void sync_for_all(struct settling *s, struct db *db)
{
    uint64_t upto = s->written;
    s->syncing = true;
    pthread_mutex_unlock(&s->lock);
    if (db->engine->sync(db))
        BUG("the database's log cannot be brought to the disk");
    pthread_mutex_lock(&s->lock);
    s->syncing = false;
    s->synced = upto;
    pthread_cond_broadcast(&s->ended);
}

void settle(struct settling *s, struct db *db)
{
    pthread_mutex_lock(&s->lock);
    uint64_t mine = ++s->written;
    while (s->synced < mine) {
        if (s->syncing)
            pthread_cond_wait(&s->ended, &s->lock);
        else
            sync_for_all(s, db);
    }
    pthread_mutex_unlock(&s->lock);
}
