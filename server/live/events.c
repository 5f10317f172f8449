/* /ws/events: {noun, id, rev} to those whose audience keys hold the event's audience; the loop
 * compares with keys it keeps. V3: what is told while a socket is asked again waits for the answer:
 * nobody hears by rights he had. */
#include "server/live/live_int.h"

#include "server/base/mem.h"

#include <string.h>

enum { HELD_MAX = 512 };

struct held {
    struct held *next;
    struct frame *frame;
    int64_t audience;
};

struct listener {
    int64_t *keys; /* ascending */
    size_t keys_n;
    struct held *held, **held_end; /* heard while it is asked again, oldest first */
    size_t held_n;
};

static bool may_hear(const struct listener *l, int64_t audience)
{
    size_t low = 0, high = l->keys_n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (l->keys[mid] == audience)
            return true;
        if (l->keys[mid] < audience)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static void hold(struct socket *s, struct frame *f, int64_t audience)
{
    struct listener *l = s->listener;
    struct held *h = NEW(struct held);
    if (!l->held)
        l->held_end = &l->held;
    h->frame = f;
    h->audience = audience;
    f->refs++;
    *l->held_end = h;
    l->held_end = &h->next;
    if (++l->held_n > HELD_MAX)
        socket_end(s, CLOSE_LATER);
}

static void let_go(struct socket *s, bool say)
{
    struct listener *l = s->listener;
    while (l->held) {
        struct held *h = l->held;
        l->held = h->next;
        if (say && may_hear(l, h->audience))
            socket_send(s, h->frame);
        frame_unref(h->frame);
        mem_free(h);
    }
    l->held_n = 0;
}

static void take_keys(struct listener *l, const struct asking *a)
{
    mem_free(l->keys);
    l->keys_n = a->keys_n;
    l->keys = mem_array(a->keys_n + 1, sizeof *l->keys);
    memcpy(l->keys, a->keys, a->keys_n * sizeof *l->keys);
}

static void join(struct socket *s, const struct asking *a)
{
    struct frame *f = frame_text(S("{\"noun\":\"hello\",\"id\":0,\"rev\":0}"));
    s->listener = NEW(struct listener);
    take_keys(s->listener, a);
    socket_send(s, f);
    frame_unref(f);
}

static void again(struct socket *s, const struct asking *a, bool last)
{
    take_keys(s->listener, a);
    if (last)
        let_go(s, true);
}

static void beat(struct socket *s)
{
    struct frame *f = frame_text(S("{\"noun\":\"beat\",\"id\":0,\"rev\":0}"));
    socket_send(s, f);
    frame_unref(f);
}

static void leave(struct socket *s)
{
    if (!s->listener)
        return;
    let_go(s, false);
    mem_free(s->listener->keys);
    mem_free(s->listener);
}

/* Nothing is to be said here; a stray "ping" is forgiven, a flood is not. */
static void take(struct socket *s, struct str message)
{
    (void)s;
    (void)message;
}

const struct topic events_topic = { .path = "/ws/events",
                                    .incoming = 1024,
                                    .queued = 512 * FRAME_MAX,
                                    .join = join,
                                    .again = again,
                                    .take = take,
                                    .beat = beat,
                                    .leave = leave };

static struct frame *event_frame(const struct event *e)
{
    struct buf b;
    buf_init(&b, FRAME_MAX);
    buf_json_open(&b, NULL, '{');
    buf_json_text(&b, "noun", str_of(e->noun));
    buf_json_int(&b, "id", e->id);
    buf_json_int(&b, "rev", e->rev);
    buf_char(&b, '}');
    struct frame *f = frame_text(buf_str(&b));
    buf_fini(&b);
    return f;
}

void events_hear(struct live *l, const struct event *e)
{
    if (strcmp(e->noun, "viewer") == 0)
        ask_viewer_changed(l, e->id);
    if (e->audience == 0)
        return;
    struct frame *f = event_frame(e);
    for (struct socket *s = l->sockets; s; s = s->next) {
        if (s->topic != &events_topic || s->state != SOCK_OPEN)
            continue;
        if (s->asking || s->ask_again)
            hold(s, f, e->audience);
        else if (may_hear(s->listener, e->audience))
            socket_send(s, f);
    }
    frame_unref(f);
}
