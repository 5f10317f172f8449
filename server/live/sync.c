/* What guests say, in the notation of y-websocket (y-protocols): a kind, then what it needs. A
 * server sends its own step 1, or what somebody wrote without a line would be lost; but only to
 * those who may write. */
#include "server/live/room_int.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/crdt/in.h"

enum {
    APPLY_MAX = 64 * 1024,   /* bytes of an update; a larger one is an errand */
    ANSWER_MAX = 512 * 1024, /* bytes a document may take; of a larger one an answer is an errand */
    CLOSE_WRONG = 4400,      /* what was said is not Yjs: coming back would not help */
};

#define NOT_WRITER "您没有修改这份文档的权限，刚才的改动没有保存。"
#define TOO_LARGE "这份文档已经太大，刚才的改动没有保存。请把内容分到另一份文档里。"

static void put_bytes(struct buf *b, struct str s)
{
    buf_varuint(b, s.n);
    buf_add(b, s);
}

static struct frame *sync_frame(enum sync what, struct str bytes)
{
    struct buf b;
    buf_init(&b, 32);
    buf_varuint(&b, MSG_SYNC);
    buf_varuint(&b, what);
    buf_varuint(&b, bytes.n);
    struct frame *f = frame_bytes(buf_str(&b), bytes);
    buf_fini(&b);
    return f;
}

/* Counted: a step 2 that comes later brings what was refused along. */
static void denied(struct socket *s, const char *why)
{
    s->guest->refused++;
    struct buf b;
    buf_init(&b, 1024);
    buf_varuint(&b, MSG_AUTH);
    buf_varuint(&b, 0);
    put_bytes(&b, str_of(why));
    socket_say(s, buf_str(&b));
    buf_fini(&b);
}

static void wrong(struct socket *s, const char *what, size_t at)
{
    log_warn("doc.refused doc=%lld person=%lld what=\"%s\" at=%zu", (long long)s->doc,
             (long long)s->person, what, at);
    socket_end(s, CLOSE_WRONG);
}

void sync_welcome(struct socket *s)
{
    struct buf sv;
    presence_tell(s);
    if (s->live->rooms->failing)
        save_tell(s);
    if (s->guest->right != DOC_WRITE)
        return;
    buf_init(&sv, PAYLOAD_CAP);
    ydoc_state_vector(s->guest->room->ydoc, &sv);
    struct frame *f = sync_frame(SYNC_STEP1, buf_str(&sv));
    socket_send(s, f);
    frame_unref(f);
    buf_fini(&sv);
}

/* ---- step 1: what does he lack? */

static bool large(const struct ydoc *d)
{
    struct ydoc_stats st;
    ydoc_stats(d, &st);
    return st.memory > ANSWER_MAX;
}

/* Whoever has nothing gets the same as the last one did, while nothing changed. */
static bool has_nothing(struct str sv)
{
    return sv.n == 1 && sv.p[0] == 0;
}

void sync_answered(struct room *r, struct socket *s, struct str sv, struct str diff, enum err e)
{
    if (e && s && e == E_SYNTAX)
        wrong(s, "a state vector that is none", 0);
    else if (e && s)
        socket_end(s, CLOSE_LATER);
    if (e)
        return;
    struct frame *f = sync_frame(SYNC_STEP2, diff);
    if (s)
        socket_send(s, f);
    if (has_nothing(sv) && !r->whole)
        r->whole = f;
    else
        frame_unref(f);
}

static void answer(struct socket *s, const struct said *said)
{
    struct room *r = s->guest->room;
    struct buf diff;
    if (has_nothing(said->bytes) && r->whole) {
        socket_send(s, r->whole);
        return;
    }
    if (large(r->ydoc) && room_send(r, ERRAND_ANSWER, s, said))
        return;
    buf_init(&diff, PAYLOAD_CAP);
    enum err e = ydoc_diff(r->ydoc, said->bytes, &diff);
    sync_answered(r, s, said->bytes, buf_str(&diff), e);
    buf_fini(&diff);
}

/* ---- updates */

static void spread(struct room *r, struct socket *s, struct str update)
{
    struct frame *f = sync_frame(SYNC_UPDATE, update);
    room_broadcast(r, f, s);
    frame_unref(f);
    if (r->whole)
        frame_unref(r->whole);
    r->whole = NULL;
    if (!r->changed_at)
        r->changed_at = clock_mono();
}

void sync_news(struct room *r, struct str updates)
{
    struct in in = in_of(updates);
    while (in_left(&in))
        spread(r, NULL, in_bytes(&in));
}

/* A step 2 holds all that its author has, what was refused before included. */
static void count(struct guest *g, enum sync kind)
{
    g->taken++;
    if (kind != SYNC_STEP2)
        return;
    g->taken += g->refused;
    g->refused = 0;
}

void sync_applied(struct room *r, struct socket *s, const struct said *said, enum err e,
                  const struct ydoc_fault *why)
{
    if (e == E_TOO_LARGE && s)
        denied(s, TOO_LARGE);
    else if (e && s)
        wrong(s, why->what, why->at);
    if (e)
        return;
    if (s)
        count(s->guest, said->kind);
    if (ydoc_changed(r->ydoc)) {
        spread(r, s, said->bytes);
        save_add(r, said);
    }
    save_touch(r);
}

static void update_in(struct socket *s, const struct said *said)
{
    struct room *r = s->guest->room;
    struct ydoc_fault why = { "", 0 };
    if (s->guest->right != DOC_WRITE) {
        denied(s, NOT_WRITER);
        return;
    }
    if (said->bytes.n > APPLY_MAX && room_send(r, ERRAND_TAKE, s, said))
        return;
    enum err e = ydoc_apply(r->ydoc, said->bytes, &why);
    sync_applied(r, s, said, e, &why);
}

static void sync_in(struct socket *s, struct in *in)
{
    uint64_t what = in_uint(in);
    struct said said = { .person = s->person, .bytes = in_bytes(in) };
    if (in->what)
        wrong(s, in->what, 0);
    else if (what > SYNC_UPDATE)
        wrong(s, "a sync message of no kind", 1);
    if (s->state == SOCK_CLOSING)
        return;
    said.kind = (enum sync)what;
    if (said.kind == SYNC_STEP1)
        answer(s, &said);
    else
        update_in(s, &said);
}

static void presence_in(struct socket *s, struct in *in)
{
    struct str entries = in_bytes(in);
    const char *what = in->what ? in->what : presence_take(s, entries);
    if (what)
        wrong(s, what, 0);
}

void sync_take(struct socket *s, struct str message)
{
    struct in in = in_of(message);
    uint64_t kind = in_uint(&in);
    switch (kind) {
    case MSG_SYNC: sync_in(s, &in); break;
    case MSG_AWARENESS: presence_in(s, &in); break;
    case MSG_ASK_AWARENESS: presence_tell(s); break;
    case MSG_AUTH: break; /* the handshake said it */
    default: wrong(s, "a message of no kind", 0);
    }
}

/* What is asked for is dear, what is told goes to all. */
double sync_cost(const struct room *r, struct str message)
{
    bool asks = message.n > 1 && message.p[0] == MSG_SYNC && message.p[1] == SYNC_STEP1;
    if (asks || (message.n && message.p[0] == MSG_ASK_AWARENESS))
        return 100;
    return 1 + (double)message.n / 1024 + (double)r->guests_n / 4;
}
