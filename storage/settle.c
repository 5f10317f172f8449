/* Group commit: writers leave the gate when their rows stand in SQLite's log, and wait here until
 * the log is on the disk. One of those who wait syncs it for all whose rows were in it when it
 * began.
 *
 * C1: nobody leaves before a sync that began after his commit has ended. C2: one sync at a time.
 * C3: a sync that ended wakes those whose rows it had, and of the others one, who does the next. A
 * sync that fails cannot be repeated: the kernel forgets what it could not write, and a second try
 * would succeed with a hole in the log. So we stop, and the log is read anew from the disk. */
#include "storage/db_int.h"

#include "server/base/mem.h"

#include <stdbool.h>

struct waiter {
    struct waiter *next;
    uint64_t mine; /* his commit */
    bool settled, leads;
    pthread_cond_t turn;
};

struct settling {
    pthread_mutex_t lock;
    struct waiter *head, **tail; /* in the order of their commits */
    uint64_t written;            /* commits */
    bool syncing;
};

struct settling *settling_new(void)
{
    struct settling *s = NEW(struct settling);
    pthread_mutex_init(&s->lock, NULL);
    s->tail = &s->head;
    return s;
}

void settling_free(struct settling *s)
{
    if (!s)
        return;
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}

/* With the lock: waits until his rows are on the disk (true) or it is his turn to sync. */
static bool wait_for(struct settling *s, uint64_t mine)
{
    struct waiter w = { .mine = mine };
    pthread_cond_init(&w.turn, NULL);
    *s->tail = &w;
    s->tail = &w.next;
    while (!w.settled && !w.leads)
        pthread_cond_wait(&w.turn, &s->lock);
    pthread_cond_destroy(&w.turn);
    return w.settled;
}

/* The first of those who wait is told that he is settled, or that he leads. */
static void tell(struct settling *s, bool settled)
{
    struct waiter *w = s->head;
    if (!(s->head = w->next))
        s->tail = &s->head;
    w->settled = settled;
    w->leads = !settled;
    pthread_cond_signal(&w->turn);
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
    while (s->head && s->head->mine <= upto)
        tell(s, true);
    s->syncing = s->head != NULL;
    if (s->head)
        tell(s, false);
}

void settle(struct settling *s, struct db *db)
{
    pthread_mutex_lock(&s->lock);
    uint64_t mine = ++s->written;
    if (!s->syncing || !wait_for(s, mine))
        sync_for_all(s, db);
    pthread_mutex_unlock(&s->lock);
}
