/* Who is there: the awareness of y-protocols. Each client number belongs to the socket that brought
 * its newest clock, and only another socket of the same person takes it over (he came back by
 * another line); what clients say of others is not heeded. Who a person is says the server,
 * whatever the client says. P1: what leaves with a socket is told to the others. P2: what was not
 * renewed for PRESENT_S goes by itself, as it does in clients. */
#include "server/live/room_int.h"

#include "server/base/clock.h"
#include "server/base/mem.h"
#include "server/crdt/in.h"

#include <jansson.h>
#include <string.h>

enum { PRESENT_S = 30, STATE_MAX = 16 * 1024, CARD_ROOM = 4096, ENTRIES_MAX = 512, OWN_MAX = 8 };

static struct present *find(struct room *r, uint64_t client)
{
    for (size_t i = 0; i < r->present_n; i++)
        if (r->present[i].client == client)
            return &r->present[i];
    return NULL;
}

static struct present *add(struct room *r, uint64_t client)
{
    if (r->present_n == r->present_room) {
        r->present_room = r->present_room ? 2 * r->present_room : 4;
        r->present = mem_grow(r->present, r->present_room, sizeof *r->present);
    }
    struct present *p = &r->present[r->present_n++];
    *p = (struct present){ .client = client };
    return p;
}

static void drop(struct room *r, struct present *p)
{
    buf_fini(&p->state);
    *p = r->present[--r->present_n];
    if (r->present_n)
        return;
    mem_free(r->present);
    r->present = NULL;
    r->present_room = 0;
}

void presence_free(struct room *r)
{
    while (r->present_n)
        drop(r, r->present);
}

/* ---- telling */

struct telling {
    struct buf entries;
    size_t n;
};

static void tell(struct telling *t, const struct present *p, struct str state)
{
    if (t->n++ == 0)
        buf_init(&t->entries, PAYLOAD_CAP);
    buf_varuint(&t->entries, p->client);
    buf_varuint(&t->entries, p->clock);
    buf_varuint(&t->entries, state.n);
    buf_add(&t->entries, state);
}

static struct frame *told(struct telling *t)
{
    struct buf count, b;
    buf_init(&count, 16);
    buf_varuint(&count, t->n);
    buf_init(&b, 32);
    buf_varuint(&b, MSG_AWARENESS);
    buf_varuint(&b, count.n + t->entries.n);
    buf_add(&b, buf_str(&count));
    struct frame *f = frame_bytes(buf_str(&b), buf_str(&t->entries));
    buf_fini(&t->entries);
    buf_fini(&count);
    buf_fini(&b);
    return f;
}

/* Its author hears it, too: a socket without messages is given up after 30 s. */
static void tell_all(struct room *r, struct telling *t)
{
    if (t->n == 0)
        return;
    struct frame *f = told(t);
    room_broadcast(r, f, NULL);
    frame_unref(f);
}

void presence_tell(struct socket *s)
{
    struct room *r = s->guest->room;
    struct telling t = { .n = 0 };
    for (size_t i = 0; i < r->present_n; i++)
        tell(&t, &r->present[i], buf_str(&r->present[i].state));
    if (t.n == 0)
        return;
    struct frame *f = told(&t);
    socket_send(s, f);
    frame_unref(f);
}

/* ---- hearing */

/* The state with the person's card as its "user"; false: no JSON object, or too large a one. */
static bool with_card(struct buf *out, struct str state, struct str card)
{
    json_t *o = state.n <= STATE_MAX ? json_loadb(state.p, state.n, 0, NULL) : NULL;
    if (!json_is_object(o)) {
        json_decref(o);
        return false;
    }
    json_object_del(o, "user");
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    if (!text)
        return false;
    struct str rest = str_sub(str_of(text), 1, SIZE_MAX);
    buf_addz(out, "{\"user\":");
    buf_add(out, card);
    if (rest.n > 1)
        buf_char(out, ',');
    buf_add(out, rest);
    free(text);
    return !out->err;
}

static size_t owned(const struct room *r, const struct socket *s)
{
    size_t n = 0;
    for (size_t i = 0; i < r->present_n; i++)
        n += r->present[i].socket == s->id;
    return n;
}

static void renew(struct socket *s, struct present *p, uint64_t clock, struct buf *state)
{
    buf_fini(&p->state);
    p->state = *state;
    p->clock = clock;
    p->socket = s->id;
    p->person = s->person;
    p->seen_at = clock_mono();
}

/* Only the newest clock counts, and only of whom it is. */
static bool may_say(const struct socket *s, const struct present *p, uint64_t clock)
{
    return p->socket == s->id ? clock >= p->clock : p->person == s->person && clock > p->clock;
}

static void entry_in(struct socket *s, uint64_t client, uint64_t clock, struct str state,
                     struct telling *t)
{
    struct room *r = s->guest->room;
    struct present *p = find(r, client);
    struct buf new;
    if (p ? !may_say(s, p, clock) : owned(r, s) >= OWN_MAX)
        return;
    if (str_eqz(state, "null")) {
        if (!p || p->socket != s->id)
            return;
        p->clock = clock;
        tell(t, p, state);
        drop(r, p);
        return;
    }
    buf_init(&new, STATE_MAX + CARD_ROOM);
    if (!with_card(&new, state, buf_str(&s->guest->card))) {
        buf_fini(&new);
        return;
    }
    if (!p)
        p = add(r, client);
    renew(s, p, clock, &new);
    tell(t, p, buf_str(&p->state));
}

const char *presence_take(struct socket *s, struct str entries)
{
    struct telling t = { .n = 0 };
    struct in in = in_of(entries);
    uint64_t n = in_uint(&in);
    for (uint64_t i = 0; i < n && i < ENTRIES_MAX && !in.what; i++) {
        uint64_t client = in_uint(&in), clock = in_uint(&in);
        struct str state = in_bytes(&in);
        if (!in.what)
            entry_in(s, client, clock, state, &t);
    }
    tell_all(s->guest->room, &t);
    return in.what;
}

/* ---- leaving */

static void gone(struct room *r, struct telling *t, size_t i)
{
    tell(t, &r->present[i], S("null"));
    drop(r, &r->present[i]);
}

void presence_leave(struct socket *s)
{
    struct room *r = s->guest->room;
    struct telling t = { .n = 0 };
    for (size_t i = r->present_n; i-- > 0;)
        if (r->present[i].socket == s->id)
            gone(r, &t, i);
    tell_all(r, &t);
}

void presence_beat(struct room *r)
{
    struct telling t = { .n = 0 };
    int64_t old = clock_mono() - PRESENT_S * SECOND_MS;
    for (size_t i = r->present_n; i-- > 0;)
        if (r->present[i].seen_at < old)
            gone(r, &t, i);
    tell_all(r, &t);
}
