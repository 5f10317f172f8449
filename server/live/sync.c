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
    buf_init(&b, PAYLOAD_CAP);
    buf_varuint(&b, MSG_SYNC);
    buf_varuint(&b, what);
    put_bytes(&b, bytes);
    struct frame *f = frame_bytes(buf_str(&b));
    buf_fini(&b);
    return f;
}

void sync_denied(struct socket *s, const char *why)
{
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
    if (s->guest->room->failing)
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

void sync_answered(struct socket *s, enum err e, struct str diff)
{
    if (e) {
        wrong(s, "a state vector that is none", 0);
        return;
    }
    struct frame *f = sync_frame(SYNC_STEP2, diff);
    socket_send(s, f);
    frame_unref(f);
}

static bool large(const struct ydoc *d)
{
    struct ydoc_stats st;
    ydoc_stats(d, &st);
    return st.memory > ANSWER_MAX;
}

/* Whoever has nothing gets the same as the last one did, while nothing changed. */
static void answer_whole(struct socket *s, struct room *r, struct str sv)
{
    struct buf diff;
    buf_init(&diff, PAYLOAD_CAP);
    if (!r->whole && !ydoc_diff(r->ydoc, sv, &diff))
        r->whole = sync_frame(SYNC_STEP2, buf_str(&diff));
    buf_fini(&diff);
    if (r->whole)
        socket_send(s, r->whole);
    else
        socket_end(s, CLOSE_LATER);
}

static void answer(struct socket *s, struct str sv)
{
    struct room *r = s->guest->room;
    struct buf diff;
    bool whole = sv.n == 1 && sv.p[0] == 0;
    if (!(whole && r->whole) && large(r->ydoc) && room_send(r, ERRAND_ANSWER, s, sv))
        return;
    if (whole) {
        answer_whole(s, r, sv);
        return;
    }
    buf_init(&diff, PAYLOAD_CAP);
    enum err e = ydoc_diff(r->ydoc, sv, &diff);
    sync_answered(s, e, buf_str(&diff));
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

void sync_applied(struct room *r, struct socket *s, struct str update, enum err e,
                  const struct ydoc_fault *why)
{
    if (e == E_TOO_LARGE && s)
        sync_denied(s, TOO_LARGE);
    else if (e && s)
        wrong(s, why->what, why->at);
    if (e)
        return;
    if (s)
        s->guest->taken++;
    if (ydoc_changed(r->ydoc)) {
        spread(r, s, update);
        save_add(r, s, update);
    }
    save_touch(r);
}

static void update_in(struct socket *s, struct str update)
{
    struct room *r = s->guest->room;
    struct ydoc_fault why = { "", 0 };
    if (s->guest->right != DOC_WRITE) {
        sync_denied(s, NOT_WRITER);
        return;
    }
    if (update.n > APPLY_MAX && room_send(r, ERRAND_TAKE, s, update))
        return;
    enum err e = ydoc_apply(r->ydoc, update, &why);
    sync_applied(r, s, update, e, &why);
}

static void sync_in(struct socket *s, struct in *in)
{
    uint64_t what = in_uint(in);
    struct str bytes = in_bytes(in);
    if (in->what)
        wrong(s, in->what, 0);
    else if (what == SYNC_STEP1)
        answer(s, bytes);
    else if (what == SYNC_STEP2 || what == SYNC_UPDATE)
        update_in(s, bytes);
    else
        wrong(s, "a sync message of no kind", 1);
}

void sync_take(struct socket *s, struct str message)
{
    struct in in = in_of(message);
    uint64_t kind = in_uint(&in);
    switch (kind) {
    case MSG_SYNC: sync_in(s, &in); break;
    case MSG_AWARENESS: presence_take(s, in_bytes(&in)); break;
    case MSG_ASK_AWARENESS: presence_tell(s); break;
    case MSG_AUTH: break; /* the handshake said it */
    default: wrong(s, "a message of no kind", 0);
    }
}
