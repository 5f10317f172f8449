/* The write gate: a queue of tickets. SQLite lets one writer in at a time and gives the rest no
 * order; with the gate nobody starves and nobody sees BUSY. G1: at most one thread is inside. G2:
 * threads enter in the order in which they called gate_enter. */
#include "storage/db_int.h"

#include "server/base/clock.h"
#include "server/base/mem.h"

#include <pthread.h>

struct waiter {
    struct waiter *next;
    pthread_cond_t turn;
};

struct gate {
    pthread_mutex_t lock;
    struct waiter *head, **tail;
    bool taken;
    int64_t since, passed, longest;
};

struct gate *gate_new(void)
{
    struct gate *g = NEW(struct gate);
    pthread_mutex_init(&g->lock, NULL);
    g->tail = &g->head;
    return g;
}

void gate_free(struct gate *g)
{
    if (!g)
        return;
    pthread_mutex_destroy(&g->lock);
    mem_free(g);
}

void gate_enter(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    if (g->taken || g->head) { /* also behind one who was called but has not come in yet */
        struct waiter w = { .next = NULL };
        pthread_cond_init(&w.turn, NULL);
        *g->tail = &w;
        g->tail = &w.next;
        while (g->taken || g->head != &w)
            pthread_cond_wait(&w.turn, &g->lock);
        if (!(g->head = w.next))
            g->tail = &g->head;
        pthread_cond_destroy(&w.turn);
    }
    g->taken = true;
    g->passed++;
    g->since = clock_mono_us();
    pthread_mutex_unlock(&g->lock);
}

void gate_leave(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    int64_t held = clock_mono_us() - g->since;
    if (held > g->longest)
        g->longest = held;
    g->taken = false;
    if (g->head)
        pthread_cond_signal(&g->head->turn);
    pthread_mutex_unlock(&g->lock);
}

void gate_stats(struct gate *g, int64_t *passed, int64_t *longest_us)
{
    pthread_mutex_lock(&g->lock);
    *passed = g->passed;
    *longest_us = g->longest;
    pthread_mutex_unlock(&g->lock);
}
