/* /ws/events: {noun, id, rev} to those whose audience keys hold the event's audience. The loop
 * compares with keys it keeps; it asks no database. A worker finds out who a new socket is, and
 * again when its rights changed or some time went by. V1: nothing is heard before the first answer.
 * V2: an answer that arrives while another change was told is asked again. V3: what is told while
 * a socket is asked again waits for the answer: nobody hears by rights he had. */
#include "server/live/live_int.h"

#include "server/app/ticket.h"
#include "server/app/viewer.h"
#include "server/app/worker.h"
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/mem.h"

#include <stdio.h>
#include <string.h>

struct asking {
    struct live *live;
    int64_t socket;                                                  /* L2 */
    char cookie[SECRET_MAX], bearer[SECRET_MAX], ticket[SECRET_MAX]; /* the first time */
    int64_t session, token;                                          /* and again */
    enum err answer;
    int64_t person, until, *keys;
    size_t keys_n;
};

/* ---- what a handshake shows */

static bool header(struct lws *wsi, enum lws_token_indexes which, char *out, int room)
{
    int n = lws_hdr_total_length(wsi, which);
    *out = 0;
    return n > 0 && n < room && lws_hdr_copy(wsi, out, room, which) > 0;
}

static void cookie_of(struct lws *wsi, char out[SECRET_MAX])
{
    char all[4096];
    struct str rest, part;
    *out = 0;
    if (!header(wsi, WSI_TOKEN_HTTP_COOKIE, all, sizeof all))
        return;
    rest = str_of(all);
    while (str_next(&rest, ';', &part)) {
        part = str_trim(part);
        size_t eq = str_chr(part, '=', 0);
        if (eq != SIZE_MAX && str_eqz(str_sub(part, 0, eq), COOKIE_SESSION))
            snprintf(out, SECRET_MAX, "%.*s", STR_ARG(str_sub(part, eq + 1, part.n)));
    }
}

static void bearer_of(struct lws *wsi, char out[SECRET_MAX])
{
    char value[SECRET_MAX + 8];
    *out = 0;
    if (header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, value, sizeof value) &&
        strncmp(value, "Bearer ", 7) == 0)
        snprintf(out, SECRET_MAX, "%.*s", STR_ARG(str_trim(str_of(value + 7))));
}

static void ticket_of(struct lws *wsi, char out[SECRET_MAX])
{
    const char *v = lws_get_urlarg_by_name(wsi, "ticket=", out, SECRET_MAX);
    if (!v)
        *out = 0;
    else if (v != out)
        memmove(out, v, strlen(v) + 1);
}

/* A cookie counts only with our own Origin; a program shows a Bearer or a ticket and needs none. */
bool events_admit(struct live *l, struct lws *wsi)
{
    char origin[512], host[512], path[64], cookie[SECRET_MAX], bearer[SECRET_MAX],
        ticket[SECRET_MAX];
    if (l->draining || !header(wsi, WSI_TOKEN_GET_URI, path, sizeof path) ||
        strcmp(path, "/ws/events") != 0)
        return false;
    bool has_origin = header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin);
    if (!header(wsi, WSI_TOKEN_HOST, host, sizeof host) ||
        (has_origin && site_judge(&l->house->site, str_of(origin), str_of(host))))
        return false;
    cookie_of(wsi, cookie);
    bearer_of(wsi, bearer);
    ticket_of(wsi, ticket);
    return *bearer || *ticket || !*cookie || has_origin;
}

/* ---- asking who it is */

static void read_keys(struct asking *a, const struct viewer *v)
{
    a->person = v->person;
    a->session = v->session;
    a->token = v->token;
    a->until = v->until;
    a->keys_n = v->keys_n;
    a->keys = mem_array(v->keys_n + 1, sizeof *a->keys);
    if (v->keys_n)
        memcpy(a->keys, v->keys, v->keys_n * sizeof *a->keys);
}

static enum err ask_first(struct call *c, struct asking *a)
{
    struct viewer_proof proof = { 0 };
    if (*a->ticket) {
        struct viewer before;
        enum err e = ticket_take(c->house, str_of(a->ticket), &before);
        a->session = before.session; /* a run that is repeated finds it used up */
        a->token = before.token;
        return e ? e : viewer_again(c, &before);
    }
    if (*a->bearer)
        proof.bearer = str_of(a->bearer);
    else
        proof.cookie = str_of(a->cookie);
    return viewer_resolve(c, &proof);
}

static enum err find_out(struct call *c, void *arg)
{
    struct asking *a = arg;
    struct viewer before = { .session = a->session, .token = a->token };
    enum err e = a->session || a->token ? viewer_again(c, &before) : ask_first(c, a);
    if (!e && c->viewer->person == 0)
        return E_LOGIN;
    return !e && c->viewer->must_change ? E_MUST_CHANGE : e;
}

static void run_ask(void *own, void *arg)
{
    struct asking *a = arg;
    struct call c;
    a->answer = worker_run(own, "events", &c, find_out, a);
    if (!a->answer)
        read_keys(a, c.viewer);
    live_note(a->live, &(struct note){ .kind = NOTE_ANSWER, .answer = a });
}

static void asking_free(struct asking *a)
{
    explicit_bzero(a, offsetof(struct asking, session));
    mem_free(a->keys);
    mem_free(a);
}

static void ask(struct socket *s, struct asking *a)
{
    struct live *l = s->live;
    a->live = l;
    a->socket = s->id;
    s->asking = true;
    s->ask_again = false;
    s->asked_at = clock_mono();
    atomic_fetch_add(&l->asking, 1);
    if (pool_submit(l->house->requests, run_ask, a) == E_OK)
        return;
    atomic_fetch_sub(&l->asking, 1);
    s->asking = false;
    asking_free(a);
    if (s->state == SOCK_ASKING)
        socket_end(s, CLOSE_LATER);
    else
        s->ask_again = true; /* the next beat tries */
}

void events_open(struct socket *s)
{
    struct asking *a = NEW(struct asking);
    cookie_of(s->wsi, a->cookie);
    bearer_of(s->wsi, a->bearer);
    ticket_of(s->wsi, a->ticket);
    ask(s, a);
}

static void ask_again(struct socket *s)
{
    if (s->state != SOCK_OPEN)
        return;
    if (s->asking) {
        s->ask_again = true;
        return;
    }
    struct asking *a = NEW(struct asking);
    a->session = s->session;
    a->token = s->token;
    ask(s, a);
}

/* ---- what waits for an answer (V3) */

struct held {
    struct held *next;
    struct frame *frame;
    int64_t audience;
};

static void hold(struct socket *s, struct frame *f, int64_t audience)
{
    struct held *h = NEW(struct held);
    if (!s->held)
        s->held_end = &s->held;
    h->frame = f;
    h->audience = audience;
    f->refs++;
    *s->held_end = h;
    s->held_end = &h->next;
    if (++s->held_n > QUEUE_MAX)
        socket_end(s, CLOSE_LATER);
}

static bool may_hear(const struct socket *s, int64_t audience)
{
    size_t low = 0, high = s->keys_n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (s->keys[mid] == audience)
            return true;
        if (s->keys[mid] < audience)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static void let_go(struct socket *s, bool say)
{
    while (s->held) {
        struct held *h = s->held;
        s->held = h->next;
        if (say && may_hear(s, h->audience))
            socket_send(s, h->frame);
        frame_unref(h->frame);
        mem_free(h);
    }
    s->held_n = 0;
}

void events_forget(struct socket *s)
{
    let_go(s, false);
    mem_free(s->keys);
}

/* ---- the answer */

static void admit(struct socket *s, struct asking *a)
{
    mem_free(s->keys);
    s->keys = a->keys;
    s->keys_n = a->keys_n;
    s->person = a->person;
    s->session = a->session;
    s->token = a->token;
    s->until = a->until;
    a->keys = NULL;
    if (s->state != SOCK_ASKING)
        return;
    struct frame *f = frame_text(S("{\"noun\":\"hello\",\"id\":0,\"rev\":0}"));
    s->state = SOCK_OPEN;
    socket_send(s, f);
    frame_unref(f);
}

static int close_code(enum err e)
{
    if (e == E_LOGIN)
        return CLOSE_LOGIN;
    return e == E_FORBIDDEN || e == E_MUST_CHANGE ? CLOSE_FORBIDDEN : CLOSE_LATER;
}

void events_answer(struct live *l, struct asking *a)
{
    struct socket *s = map_get(l->by_id, map_int_key(&a->socket));
    atomic_fetch_sub(&l->asking, 1);
    if (s && s->state != SOCK_CLOSING) {
        s->asking = false;
        if (a->answer)
            socket_end(s, close_code(a->answer));
        else
            admit(s, a);
        if (s->ask_again)
            ask_again(s);
        else
            let_go(s, true);
    }
    asking_free(a);
}

/* ---- what is heard */

/* Also while the first answer is under way: it may have read the rights before they changed. */
static void viewer_changed(struct live *l, int64_t person)
{
    for (struct socket *s = l->sockets; s; s = s->next)
        if (s->state == SOCK_ASKING)
            s->ask_again = true;
        else if (s->person == person)
            ask_again(s);
}

static struct frame *event_frame(const struct event *e)
{
    struct buf b;
    buf_init(&b, FRAME_MAX);
    buf_addz(&b, "{\"noun\":");
    buf_json(&b, str_of(e->noun));
    buf_fmt(&b, ",\"id\":%lld,\"rev\":%lld}", (long long)e->id, (long long)e->rev);
    struct frame *f = frame_text(buf_str(&b));
    buf_fini(&b);
    return f;
}

void events_hear(struct live *l, const struct event *e)
{
    if (strcmp(e->noun, "viewer") == 0)
        viewer_changed(l, e->id);
    if (e->audience == 0)
        return;
    struct frame *f = event_frame(e);
    for (struct socket *s = l->sockets; s; s = s->next)
        if (s->state == SOCK_OPEN && (s->asking || s->ask_again))
            hold(s, f, e->audience);
        else if (s->state == SOCK_OPEN && may_hear(s, e->audience))
            socket_send(s, f);
    frame_unref(f);
}

/* Once a second; a message goes to a twentieth of the sockets each time, so that not all are woken
 * at once. */
void events_beat(struct live *l)
{
    struct frame *f = frame_text(S("{\"noun\":\"beat\",\"id\":0,\"rev\":0}"));
    int64_t turn = l->beats++ % BEAT_S, now = clock_mono(), wall = clock_now();
    for (struct socket *s = l->sockets; s; s = s->next) {
        if (s->state != SOCK_OPEN)
            continue;
        if (s->until <= wall)
            ask_again(s);
        if (s->id % BEAT_S != turn)
            continue;
        socket_send(s, f);
        if (s->ask_again || now - s->asked_at > AGAIN_S * SECOND_MS)
            ask_again(s);
    }
    frame_unref(f);
}
