/* A worker's own things. */
#include "server/app/worker.h"

#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/mem.h"

void *worker_enter(void *house)
{
    struct worker *w = NEW(struct worker);
    w->house = house;
    w->arena = arena_new();
    if (db_open(w->house->store, &w->db))
        BUG("a worker cannot open the database");
    return w;
}

void worker_leave(void *own)
{
    struct worker *w = own;
    db_close(w->db);
    arena_free(w->arena);
    mem_free(w);
}

struct call worker_call(struct worker *w, const char *request)
{
    arena_reset(w->arena);
    return (struct call){
        .house = w->house,
        .db = w->db,
        .arena = w->arena,
        .viewer = &viewer_nobody,
        .now = clock_now(),
        .request = request,
    };
}
