/* Rooms open with their first guest and close when nobody came for a while. Opening, big pastes,
 * answers of big documents and folding are errands: a worker has the document meanwhile, only this
 * room waits. */
#include "server/live/room_int.h"

#include "server/app/config.h"
#include "server/app/doc_pause.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/metric.h"

#include <string.h>

enum {
    FOLD_ROWS = 5000,      /* of log: then it is folded while people write */
    RATE = 20000,          /* work a second for one guest, and as much at once */
    ROOM_RATE = 10 * RATE, /* for all in a room together */
};

struct waiting {
    struct waiting *next;
    size_t n;
    char p[];
};

/* ---- rooms */

struct room *room_find(struct live *l, int64_t doc)
{
    return map_get(l->rooms->by_doc, map_int_key(&doc));
}

static struct room *room_new(struct live *l, int64_t doc)
{
    struct rooms *rs = l->rooms;
    struct room *r = NEW(struct room);
    r->live = l;
    r->doc = doc;
    r->next = rs->list;
    if (r->next)
        r->next->prev = r;
    rs->list = r;
    map_put(rs->by_doc, map_int_key(&doc), r);
    r->allowance = (struct allowance){ ROOM_RATE, clock_mono() };
    buf_init(&r->log, PAYLOAD_CAP);
    atomic_fetch_add(&rs->open, 1);
    return r;
}

static void room_free(struct room *r)
{
    struct rooms *rs = r->live->rooms;
    *(r->prev ? &r->prev->next : &rs->list) = r->next;
    if (r->next)
        r->next->prev = r->prev;
    map_drop(rs->by_doc, map_int_key(&r->doc));
    presence_free(r);
    if (r->whole)
        frame_unref(r->whole);
    buf_fini(&r->log);
    mem_free(r->clients);
    mem_free(r->recorded);
    ydoc_free(r->ydoc);
    mem_free(r);
    atomic_fetch_sub(&rs->open, 1);
}

void room_broadcast(struct room *r, struct frame *f, const struct socket *but)
{
    for (struct socket *s = r->guests; s; s = s->guest->next)
        if (s != but)
            socket_send(s, f);
}

/* Everybody is sent away, and nothing of this room is worth saving. */
static void room_fail(struct room *r, int code)
{
    for (struct socket *s = r->guests, *next; s; s = next) {
        next = s->guest->next;
        socket_end(s, code);
    }
    r->empty_at = clock_mono();
}

/* ---- errands */

static enum err do_errand(struct call *c, void *arg)
{
    struct errand *e = arg;
    switch (e->errand) {
    case ERRAND_OPEN: return doc_open(c, e->doc, &e->ydoc, &e->seq, &e->folded);
    case ERRAND_TAKE: return ydoc_apply(e->ydoc, e->said.bytes, &e->fault);
    case ERRAND_ANSWER: buf_clear(&e->out); return ydoc_diff(e->ydoc, e->said.bytes, &e->out);
    case ERRAND_ADVANCE:
        buf_clear(&e->out);
        return doc_advance(c, e->doc, e->ydoc, &e->seq, &e->out);
    case ERRAND_REST: return doc_rest(c, e->doc, e->ydoc, e->seq);
    }
    return E_INTERNAL;
}

static void run_errand(void *own, void *arg)
{
    struct errand *e = arg;
    struct call c;
    e->answer = worker_run(own, "live", &c, do_errand, e);
    live_note(e->live, &(struct note){ .kind = NOTE_ROOM, .errand = e });
}

static void errand_free(struct errand *e)
{
    buf_fini(&e->in);
    buf_fini(&e->out);
    mem_free(e);
}

bool room_send(struct room *r, enum errand_kind errand, const struct socket *s,
               const struct said *said)
{
    struct errand *e = NEW(struct errand);
    *e = (struct errand){ .live = r->live,
                          .errand = errand,
                          .doc = r->doc,
                          .socket = s ? s->id : 0,
                          .ydoc = r->ydoc,
                          .seq = r->seq };
    buf_init(&e->in, PAYLOAD_CAP);
    buf_init(&e->out, PAYLOAD_CAP);
    if (said) {
        buf_add(&e->in, said->bytes);
        e->said = (struct said){ said->kind, said->person, buf_str(&e->in) };
    }
    if (live_send(r->live, run_errand, e)) {
        errand_free(e);
        return false;
    }
    r->ydoc = NULL;
    r->away = true;
    return true;
}

/* ---- what waits */

static void wait_in_line(struct socket *s, struct str message)
{
    struct guest *g = s->guest;
    struct waiting *w = mem_new(sizeof *w + message.n);
    w->n = message.n;
    memcpy(w->p, message.p, message.n);
    if (!g->waiting)
        g->waiting_end = &g->waiting;
    *g->waiting_end = w;
    g->waiting_end = &w->next;
    g->waiting_bytes += w->n;
    if (g->waiting_bytes > WAITING_MAX && !g->paused) {
        g->paused = true;
        socket_pause(s, true);
    }
}

static struct waiting *next_in_line(struct guest *g)
{
    struct waiting *w = g->waiting;
    g->waiting = w->next;
    g->waiting_bytes -= w->n;
    return w;
}

static bool has_some(struct allowance *a, double rate)
{
    int64_t now = clock_mono();
    a->left += (double)(now - a->at) * rate / SECOND_MS;
    a->at = now;
    if (a->left > rate)
        a->left = rate;
    return a->left > 0;
}

/* One may ask while anything is left, and pays by what it comes to: about microseconds. */
static bool allowed(struct guest *g, struct str message)
{
    if (!has_some(&g->allowance, RATE) || !has_some(&g->room->allowance, ROOM_RATE))
        return false;
    double cost = sync_cost(g->room, message);
    g->allowance.left -= cost;
    g->room->allowance.left -= cost;
    return true;
}

/* R2, R5 */
static bool can_listen(const struct guest *g)
{
    return g->room && g->room->ydoc && !g->room->pause && !g->unsure;
}

/* What a guest said while nobody could listen. */
static void catch_up(struct socket *s)
{
    struct guest *g = s->guest;
    while (g->waiting && can_listen(g) && s->state == SOCK_OPEN &&
           allowed(g, (struct str){ g->waiting->p, g->waiting->n })) {
        struct waiting *w = next_in_line(g);
        sync_take(s, (struct str){ w->p, w->n });
        mem_free(w);
    }
    if (g->paused && g->waiting_bytes <= WAITING_MAX && !g->waiting) {
        g->paused = false;
        socket_pause(s, false);
    }
}

static void catch_up_all(struct room *r)
{
    for (struct socket *s = r->guests; s && r->ydoc; s = s->guest->next)
        catch_up(s);
}

/* ---- back from a worker */

static void opened(struct room *r, struct errand *e)
{
    if (e->answer) {
        room_fail(r, e->answer == E_NOT_FOUND ? CLOSE_NOT_FOUND : CLOSE_LATER);
        return;
    }
    r->seq = e->seq;
    r->folded = e->folded;
    for (struct socket *s = r->guests; s; s = s->guest->next)
        sync_welcome(s);
}

/* Somebody else than a guest wrote. */
static void advanced(struct room *r, struct errand *e)
{
    if (e->answer) {
        log_warn("doc.advance id=%lld err=%s", (long long)r->doc, err_row(e->answer)->code);
        room_fail(r, CLOSE_LATER); /* and it is opened anew */
        ydoc_free(r->ydoc);
        r->ydoc = NULL;
        return;
    }
    r->seq = e->seq > r->seq ? e->seq : r->seq;
    sync_news(r, buf_str(&e->out));
}

static void advance(struct room *r)
{
    if (r->ydoc && r->top > r->seq)
        room_send(r, ERRAND_ADVANCE, NULL, NULL); /* or the next beat tries */
}

static void rested(struct room *r, const struct errand *e)
{
    if (!e->answer)
        r->folded = e->seq;
    else
        log_warn("doc.rest id=%lld err=%s", (long long)r->doc, err_row(e->answer)->code);
    r->empty_at = e->answer ? clock_mono() : r->empty_at; /* and then once more */
}

void rooms_back(struct live *l, struct errand *e)
{
    struct room *r = room_find(l, e->doc);
    struct socket *s = socket_find(l, e->socket);
    atomic_fetch_sub(&l->away, 1);
    r->ydoc = e->ydoc;
    r->away = false;
    switch (e->errand) {
    case ERRAND_OPEN: opened(r, e); break;
    case ERRAND_TAKE: sync_applied(r, s, &e->said, e->answer, &e->fault); break;
    case ERRAND_ANSWER: sync_answered(r, s, e->said.bytes, buf_str(&e->out), e->answer); break;
    case ERRAND_ADVANCE: advanced(r, e); break;
    case ERRAND_REST: rested(r, e); break;
    }
    errand_free(e);
    advance(r);
    room_settle(r);
    if (r->ydoc)
        catch_up_all(r);
    if (l->stopping)
        rooms_stop(l);
}

/* ---- guests */

static struct guest *guest_of(struct socket *s)
{
    if (s->guest)
        return s->guest;
    s->guest = NEW(struct guest);
    s->guest->allowance = (struct allowance){ RATE, clock_mono() };
    return s->guest;
}

static void enter(struct socket *s, struct room *r)
{
    struct guest *g = s->guest;
    g->room = r;
    g->next = r->guests;
    if (g->next)
        g->next->guest->prev = s;
    r->guests = s;
    r->guests_n++;
}

static void join(struct socket *s, const struct asking *a)
{
    struct live *l = s->live;
    struct guest *g = guest_of(s);
    struct room *r = room_find(l, s->doc);
    g->right = a->right;
    g->unsure = s->ask_again;
    buf_init(&g->card, a->card.n + 1);
    buf_add(&g->card, buf_str(&a->card));
    if (!r)
        r = room_new(l, s->doc);
    enter(s, r);
    if (!r->ydoc && !r->away && !room_send(r, ERRAND_OPEN, NULL, NULL))
        socket_end(s, CLOSE_LATER);
    if (!r->ydoc)
        return;
    sync_welcome(s);
    catch_up(s);
}

static void again(struct socket *s, const struct asking *a, bool last)
{
    struct guest *g = s->guest;
    bool may_write_now = a->right == DOC_WRITE && g->right != DOC_WRITE;
    g->right = a->right;
    g->unsure = !last;
    if (may_write_now && g->room && g->room->ydoc)
        sync_welcome(s); /* what was written without the right may come */
    if (g->room)
        catch_up(s);
}

static void take(struct socket *s, struct str message)
{
    struct guest *g = guest_of(s);
    if (!g->waiting && can_listen(g) && allowed(g, message))
        sync_take(s, message);
    else
        wait_in_line(s, message);
}

static void beat(struct socket *s)
{
    socket_say(s, (struct str){ "\x01\x01\x00", 3 }); /* nobody's presence */
}

static void leave(struct socket *s)
{
    struct guest *g = s->guest;
    if (!g)
        return;
    struct room *r = g->room;
    if (r) {
        *(g->prev ? &g->prev->guest->next : &r->guests) = g->next;
        if (g->next)
            g->next->guest->prev = g->prev;
        if (--r->guests_n == 0)
            r->empty_at = clock_mono();
        presence_leave(s);
    }
    while (g->waiting)
        mem_free(next_in_line(g));
    buf_fini(&g->card);
    mem_free(g);
}

const struct topic doc_topic = { .path = "/ws/doc/",
                                 .incoming = MESSAGE_MAX,
                                 .queued = 4 * 1024 * 1024,
                                 .join = join,
                                 .again = again,
                                 .take = take,
                                 .beat = beat,
                                 .leave = leave };

/* ---- all of them */

/* Of those on their way in, too: the answer they wait for may be of before. */
static void rights_changed(struct live *l, int64_t doc)
{
    for (struct socket *s = l->sockets; s; s = s->next) {
        if (s->topic != &doc_topic || s->doc != doc)
            continue;
        if (s->state == SOCK_OPEN && s->guest)
            s->guest->unsure = true;
        ask_again(s);
    }
}

void room_settle(struct room *r)
{
    bool saved = !save_pending(r);
    if (r->pause && !r->away && (saved || r->live->rooms->failing))
        doc_paused(r->live->house, r->doc, r->pause, saved);
}

/* A room is made for it where there is none: who comes now waits in it. */
static void on_pause(struct live *l, int64_t doc, int64_t number)
{
    struct room *r = room_find(l, doc);
    if (!r) {
        r = room_new(l, doc);
        r->empty_at = clock_mono();
    }
    r->pause = number;
    room_settle(r);
}

static void on_resume(struct live *l, int64_t doc)
{
    struct room *r = room_find(l, doc);
    if (r)
        r->pause = 0;
    if (r && !r->guests && !r->ydoc && !r->away)
        room_free(r);
    rights_changed(l, doc);
}

static void on_log(struct live *l, const struct event *e)
{
    struct room *r = room_find(l, e->id);
    if (!r)
        return;
    r->top = e->rev > r->top ? e->rev : r->top;
    advance(r);
}

void rooms_hear(struct live *l, const struct event *e)
{
    if (strcmp(e->noun, "doc") == 0)
        rights_changed(l, e->id);
    else if (strcmp(e->noun, "doc_log") == 0)
        on_log(l, e);
    else if (strcmp(e->noun, EVENT_PAUSE) == 0)
        on_pause(l, e->id, e->rev);
    else if (strcmp(e->noun, EVENT_RESUME) == 0)
        on_resume(l, e->id);
}

/* Nobody came for a while. */
static bool deserted(const struct room *r, int64_t now)
{
    return r->guests_n == 0 && !r->pause &&
           now - r->empty_at >= r->live->house->config->rest_seconds * SECOND_MS;
}

static void room_beat(struct room *r, int64_t now)
{
    presence_beat(r);
    catch_up_all(r);
    advance(r);
    if (r->away || save_pending(r))
        return;
    if (!r->ydoc || r->seq == r->folded) {
        if (deserted(r, now))
            room_free(r);
    } else if (deserted(r, now) || r->seq - r->folded > FOLD_ROWS ||
               (r->changed_at && now - r->changed_at > DOC_VERSION_EVERY_S * SECOND_MS)) {
        r->changed_at = 0;
        room_send(r, ERRAND_REST, NULL, NULL); /* or the next beat tries */
    }
}

/* While it stops nothing is begun that a worker would come back with. */
void rooms_beat(struct live *l)
{
    int64_t now = clock_mono();
    if (l->draining)
        return;
    for (struct room *r = l->rooms->list, *next; r; r = next) {
        next = r->next;
        room_beat(r, now);
    }
}

bool rooms_any(const struct live *l)
{
    return l->rooms->list;
}

static int64_t read_atomic(void *counter)
{
    return atomic_load((_Atomic int64_t *)counter);
}

void rooms_open(struct live *l)
{
    struct rooms *rs = NEW(struct rooms);
    l->rooms = rs;
    rs->by_doc = map_new();
    uv_timer_init(&l->loop, &rs->save);
    rs->save.data = l;
    rs->writer = pool_open(&(struct pool_setup){ .name = "live-log",
                                                 .threads = 1,
                                                 .enter = worker_enter,
                                                 .leave = worker_leave,
                                                 .arg = l->house });
    metric_add(&(struct metric){ "jibei_live_documents", NULL, "Open documents.", METRIC_GAUGE,
                                 read_atomic, &rs->open });
}

void rooms_stop(struct live *l)
{
    l->stopping = true;
    save_now(l);
}

void rooms_close(struct live *l)
{
    metric_drop(&l->rooms->open);
    while (l->rooms->list)
        room_free(l->rooms->list);
    uv_close((uv_handle_t *)&l->rooms->save, NULL);
}

void rooms_free(struct live *l)
{
    pool_close(l->rooms->writer);
    map_free(l->rooms->by_doc);
    mem_free(l->rooms);
}
