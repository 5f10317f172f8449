/* Opens and closes the runner and the dispatcher, and lets every commit that matters wake them. */
#include "server/app/background.h"

#include "server/base/mem.h"
#include "storage/db.h"

struct background {
    struct house *house;
    struct runner *runner;
    struct dispatcher *dispatcher;
};

static void told(void *arg)
{
    background_wake(arg);
}

void background_wake(struct background *b)
{
    dispatcher_wake(b->dispatcher);
    runner_wake(b->runner);
}

enum err background_open(struct house *h, struct background **out)
{
    struct background *b = NEW(struct background);
    b->house = h;
    *out = NULL;
    enum err e = runner_open(h, &b->runner);
    if (e) {
        mem_free(b);
        return e;
    }
    b->dispatcher = dispatcher_open(h);
    store_listen(h->store, told, b);
    *out = b;
    return E_OK;
}

void background_close(struct background *b)
{
    if (!b)
        return;
    store_listen(b->house->store, NULL, NULL);
    runner_close(b->runner);
    dispatcher_close(b->dispatcher);
    mem_free(b);
}
