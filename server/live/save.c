/* The log: what was applied goes to one writer, which brings what all rooms have together in one
 * transaction, every SAVE_EVERY_MS at most. Only then is the author told. One batch is under way
 * at a time. When it fails (a full disk), editing goes on in memory, everybody is told that saving
 * does not work, and the same batch is tried until it does. */
#include "server/live/room_int.h"

#include "server/app/worker.h"
#include "server/base/log.h"
#include "server/base/mem.h"

#include <string.h>

enum { SAVE_EVERY_MS = 20, RETRY_MS = 1000, LAST_TRIES = 3 };

struct batch {
    struct live *live;
    struct doc_batch *items;
    struct buf *logs; /* of the items */
    size_t n;
    int tries;
    enum err answer;
};

bool save_pending(const struct room *r)
{
    return r->dirty || r->writing;
}

/* ---- on the writer */

static enum err commit(struct call *c, void *arg)
{
    struct batch *b = arg;
    return doc_commit(c, b->items, b->n);
}

static void run_batch(void *own, void *arg)
{
    struct batch *b = arg;
    struct call c;
    b->answer = worker_run(own, "live-log", &c, commit, b);
    live_note(b->live, &(struct note){ .kind = NOTE_SAVED, .batch = b });
}

/* ---- on the loop */

static void say(struct socket *s, enum message kind, uint64_t n)
{
    struct buf b;
    buf_init(&b, 32);
    buf_varuint(&b, kind);
    buf_varuint(&b, n);
    socket_say(s, buf_str(&b));
    buf_fini(&b);
}

/* Whether it was recorded lately; it is from now on. */
static bool recorded(struct room *r, uint64_t client)
{
    if (!r->recorded)
        r->recorded = mem_array(RECORDED, sizeof *r->recorded);
    uint64_t *slot = &r->recorded[client % RECORDED];
    bool was = *slot == client + 1;
    *slot = client + 1;
    return was;
}

/* Whose the clients are that the update brought something of. */
static void note_clients(struct room *r, int64_t person)
{
    uint64_t client;
    for (size_t k = 0; ydoc_wrote(r->ydoc, k, &client); k++) {
        if (recorded(r, client))
            continue;
        if (r->clients_n == r->clients_room) {
            r->clients_room = r->clients_room ? 2 * r->clients_room : 4;
            r->clients = mem_grow(r->clients, r->clients_room, sizeof *r->clients);
        }
        r->clients[r->clients_n++] =
            (struct doc_client){ .client = (int64_t)client, .person = person };
    }
}

void save_add(struct room *r, const struct said *said)
{
    buf_varuint(&r->log, said->bytes.n);
    buf_add(&r->log, said->bytes);
    note_clients(r, said->person);
}

static void on_save(uv_timer_t *t)
{
    save_now(t->data);
}

void save_touch(struct room *r)
{
    struct rooms *rs = r->live->rooms;
    if (r->dirty)
        return;
    r->dirty = true;
    r->next_dirty = rs->dirty;
    rs->dirty = r;
    if (!rs->batch && !uv_is_active((uv_handle_t *)&rs->save))
        uv_timer_start(&rs->save, on_save, SAVE_EVERY_MS, 0);
}

static void tell_saved(struct room *r)
{
    for (struct socket *s = r->guests; s; s = s->guest->next) {
        struct guest *g = s->guest;
        if (g->writing <= g->saved)
            continue;
        g->saved = g->writing;
        say(s, MSG_SAVED, g->saved);
    }
}

void save_tell(struct socket *s)
{
    say(s, MSG_SAVING, s->live->rooms->failing);
}

/* Everybody in every room: there is one writer, and what it cannot bring to the disk all wait for.
 */
static void tell_failing(struct live *l, bool failing)
{
    if (l->rooms->failing == failing)
        return;
    l->rooms->failing = failing;
    for (struct room *r = l->rooms->list; r; r = r->next) {
        room_settle(r);
        for (struct socket *s = r->guests; s; s = s->guest->next)
            save_tell(s);
    }
}

static void hand_over(struct live *l, struct batch *b)
{
    if (pool_submit(l->rooms->writer, run_batch, b))
        BUG("the writer does not take a batch");
}

static void batch_add(struct batch *b, struct room *r)
{
    struct doc_batch *item = &b->items[b->n];
    b->logs[b->n] = r->log;
    *item = (struct doc_batch){
        .doc = r->doc, .updates = buf_str(&r->log), .clients = r->clients, .clients_n = r->clients_n
    };
    b->n++;
    buf_init(&r->log, PAYLOAD_CAP);
    r->clients = NULL;
    r->clients_n = r->clients_room = 0;
    r->writing = true;
}

static size_t dirty_rooms(const struct rooms *rs)
{
    size_t n = 0;
    for (const struct room *r = rs->dirty; r; r = r->next_dirty)
        n++;
    return n;
}

/* What repeats only what is there already was saved with it. */
static void give(struct batch *b, struct room *r)
{
    r->dirty = false;
    for (struct socket *s = r->guests; s; s = s->guest->next)
        s->guest->writing = s->guest->taken;
    if (r->log.n)
        batch_add(b, r);
    else
        tell_saved(r);
}

static void batch_free(struct batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        buf_fini(&b->logs[i]);
        mem_free((void *)b->items[i].clients);
    }
    mem_free(b->items);
    mem_free(b->logs);
    mem_free(b);
}

/* Stopping: when nothing is left and nobody is away, the loop may end. */
static void end_when_done(struct live *l)
{
    if (l->stopping && !l->rooms->batch && !l->rooms->dirty && atomic_load(&l->away) == 0)
        live_stop(l);
}

void save_now(struct live *l)
{
    struct rooms *rs = l->rooms;
    if (rs->batch && rs->retry) {
        rs->retry = false;
        hand_over(l, rs->batch);
    }
    if (rs->batch)
        return;
    struct batch *b = NEW(struct batch);
    size_t n = dirty_rooms(rs);
    b->live = l;
    b->items = mem_array(n + 1, sizeof *b->items);
    b->logs = mem_array(n + 1, sizeof *b->logs);
    while (rs->dirty) {
        struct room *r = rs->dirty;
        rs->dirty = r->next_dirty;
        give(b, r);
    }
    if (b->n) {
        rs->batch = b;
        hand_over(l, b);
        return;
    }
    batch_free(b);
    end_when_done(l);
}

static void failed(struct live *l, struct batch *b)
{
    log_error("doc.save err=%s documents=%zu tries=%d", err_row(b->answer)->code, b->n, ++b->tries);
    tell_failing(l, true);
    if (l->stopping && b->tries > LAST_TRIES) {
        l->rooms->batch = NULL;
        batch_free(b);
        live_stop(l);
        return;
    }
    l->rooms->retry = true;
    uv_timer_start(&l->rooms->save, on_save, RETRY_MS, 0);
}

static void committed(struct room *r, const struct doc_batch *item)
{
    r->writing = false;
    if (item->seq == 0) { /* it is not there any more */
        for (struct socket *s = r->guests; s; s = s->guest->next)
            ask_again(s);
        return;
    }
    if (item->seq == r->seq + 1)
        r->seq = item->seq;
    r->top = item->seq > r->top ? item->seq : r->top; /* R4: others may have been between */
    tell_saved(r);
}

void rooms_saved(struct live *l, struct batch *b)
{
    if (b->answer) {
        failed(l, b);
        return;
    }
    l->rooms->batch = NULL;
    tell_failing(l, false);
    for (size_t i = 0; i < b->n; i++) {
        struct room *r = room_find(l, b->items[i].doc);
        if (r) {
            committed(r, &b->items[i]);
            room_settle(r);
        }
    }
    batch_free(b);
    if (l->rooms->dirty)
        uv_timer_start(&l->rooms->save, on_save, l->stopping ? 0 : SAVE_EVERY_MS, 0);
    else
        end_when_done(l);
}
