/* What guests of a live document say. A room without a loop: three guests (two write, one reads)
 * whose messages are the input, cut at 0xFF 0xFF; the first byte of each says who speaks. What
 * libwebsockets would do is left out. Whatever is said: the document stays sound, what waits for a
 * guest are whole frames of kinds a server says, and what went to the log makes the same document.
 */
#include "tests/fuzz/fuzz.h"

#include "server/app/config.h"
#include "server/app/house.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/queue.h"
#include "server/crdt/in.h"
#include "server/live/room_int.h"

#include <unistd.h>

enum { GUESTS = 3, OUT_MAX = 64 << 20 };

static struct house house;
static struct live live;
static struct rooms rooms;

/* In place of libwebsockets': there is no connection. */
void lws_set_timeout(struct lws *wsi, enum pending_timeout why, int seconds)
{
    (void)wsi, (void)why, (void)seconds;
}
void lws_cancel_service(struct lws_context *context)
{
    (void)context;
}
int lws_rx_flow_control(struct lws *wsi, int on)
{
    (void)wsi, (void)on;
    return 0;
}

static void stay(void *own, void *arg)
{
    (void)own, (void)arg;
    pause();
}

/* A pool that takes nothing: errands are done on the spot. */
static void begin(void)
{
    log_level("error");
    uv_loop_init(&live.loop);
    uv_timer_init(&live.loop, &rooms.save);
    rooms.by_doc = map_new();
    rooms.batch = (struct batch *)&rooms; /* the writer is busy for ever: nothing is handed over */
    live.house = &house;
    live.rooms = &rooms;
    live.by_id = map_new();
    house.requests = pool_open(&(struct pool_setup){ .name = "busy", .threads = 1, .limit = 1 });
    while (pool_submit(house.requests, stay, NULL) == E_OK)
        ;
}

static struct socket *guest_new(struct room *r, int k)
{
    struct socket *s = NEW(struct socket);
    struct guest *g = NEW(struct guest);
    s->live = &live;
    s->topic = &doc_topic;
    s->id = k + 1;
    s->person = k == 1 ? 1 : k + 1; /* two of them are one person */
    s->state = SOCK_OPEN;
    s->guest = g;
    g->room = r;
    g->right = k == 2 ? DOC_COMMENT : DOC_WRITE;
    buf_init(&g->card, 64);
    buf_addz(&g->card, "{\"id\":1,\"name\":\"x\"}");
    g->next = r->guests;
    if (g->next)
        g->next->guest->prev = s;
    r->guests = s;
    r->guests_n++;
    return s;
}

static void guest_free(struct socket *s)
{
    for (size_t i = 0; i < s->n; i++)
        frame_unref(s->queue[(s->head + i) % s->room]);
    mem_free(s->queue);
    buf_fini(&s->guest->card);
    mem_free(s->guest);
    mem_free(s);
}

/* ---- what must hold */

static struct str message_of(const struct frame *f)
{
    struct str s = { (const char *)f->p, f->n };
    size_t head = f->p[1] < 126 ? 2 : f->p[1] == 126 ? 4 : 10;
    MUST((f->p[0] == 0x82 || f->p[0] == 0x88) && f->n >= head);
    return str_sub(s, head, s.n);
}

static void look_at_frame(const struct frame *f)
{
    struct in in = in_of(message_of(f));
    if (f->p[0] == 0x88)
        return;
    uint64_t kind = in_uint(&in), what = kind == MSG_AWARENESS ? 0 : in_uint(&in);
    MUST(kind == MSG_SYNC || kind == MSG_AWARENESS || kind == MSG_AUTH || kind >= MSG_SAVED);
    if (kind < MSG_SAVED)
        in_bytes(&in);
    MUST(!in.what && in_left(&in) == 0 && (kind != MSG_SYNC || what <= SYNC_UPDATE));
}

static void look_at_log(const struct room *r)
{
    struct ydoc *d = ydoc_new(NULL);
    struct in in = in_of(buf_str(&r->log));
    struct buf a, b;
    while (in_left(&in) && !in.what)
        MUST(ydoc_apply(d, in_bytes(&in), NULL) == E_OK);
    buf_init(&a, OUT_MAX);
    buf_init(&b, OUT_MAX);
    MUST(ydoc_diff(d, STR_NONE, &a) == E_OK && ydoc_diff(r->ydoc, STR_NONE, &b) == E_OK);
    MUST(!in.what && str_eq(buf_str(&a), buf_str(&b)));
    buf_fini(&a);
    buf_fini(&b);
    ydoc_free(d);
}

static void look(const struct room *r, struct socket *const guests[GUESTS])
{
    MUST(ydoc_check(r->ydoc) == NULL);
    look_at_log(r);
    for (int k = 0; k < GUESTS; k++)
        for (size_t i = 0; i < guests[k]->n; i++)
            look_at_frame(guests[k]->queue[(guests[k]->head + i) % guests[k]->room]);
    MUST(guests[2]->guest->taken == 0);
}

/* ---- one input */

static void say(struct socket *const guests[GUESTS], struct str piece)
{
    struct socket *s = piece.n ? guests[(unsigned char)piece.p[0] % GUESTS] : NULL;
    if (s && s->state == SOCK_OPEN)
        sync_take(s, str_sub(piece, 1, piece.n));
}

static void end(struct room *r, struct socket *const guests[GUESTS])
{
    for (int k = 0; k < GUESTS; k++)
        presence_leave(guests[k]);
    MUST(r->present_n == 0);
    if (r->whole)
        frame_unref(r->whole);
    for (int k = 0; k < GUESTS; k++)
        guest_free(guests[k]);
    buf_fini(&r->log);
    mem_free(r->clients);
    mem_free(r->recorded);
    ydoc_free(r->ydoc);
    rooms.dirty = NULL;
    live.dirty = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n };
    struct room r = { .live = &live, .doc = 1 };
    struct socket *guests[GUESTS];
    if (!live.house)
        begin();
    r.ydoc = ydoc_new(NULL);
    buf_init(&r.log, PAYLOAD_CAP);
    for (int k = 0; k < GUESTS; k++)
        guests[k] = guest_new(&r, k);
    while (in.n) {
        size_t cut = str_find(in, S("\xff\xff"), 0);
        say(guests, str_sub(in, 0, cut));
        in = cut == SIZE_MAX ? STR_NONE : str_sub(in, cut + 2, in.n);
    }
    look(&r, guests);
    end(&r, guests);
    return 0;
}
