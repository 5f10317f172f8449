/* Who a socket is. A worker finds out, and again when its rights changed or some time went by; the
 * loop asks no database. V1: nothing is heard or read before the first answer. V2: an answer that
 * arrives while another change was told is asked again. */
#include "server/live/live_int.h"

#include "server/app/prep.h"
#include "server/app/ticket.h"
#include "server/app/viewer.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "server/base/mem.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_LEN = 64, CARD_CAP = 2048 };

static const struct topic *const topics[] = { &events_topic, &doc_topic };

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

static const struct topic *topic_of(struct lws *wsi, int64_t *doc)
{
    char path[PATH_MAX_LEN];
    *doc = 0;
    if (!header(wsi, WSI_TOKEN_GET_URI, path, sizeof path))
        return NULL;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        size_t n = strlen(topics[i]->path);
        bool numbered = topics[i]->path[n - 1] == '/';
        if (!numbered && strcmp(path, topics[i]->path) == 0)
            return topics[i];
        if (numbered && strncmp(path, topics[i]->path, n) == 0 && str_int(str_of(path + n), doc) &&
            *doc > 0)
            return topics[i];
    }
    return NULL;
}

/* A cookie counts only with our own Origin; a program shows a Bearer or a ticket and needs none. */
bool ask_admit(struct live *l, struct lws *wsi)
{
    char origin[512], host[512], cookie[SECRET_MAX], bearer[SECRET_MAX], ticket[SECRET_MAX];
    int64_t doc;
    if (l->draining || !topic_of(wsi, &doc))
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

/* ---- on a worker */

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

/* An API token that may only read, reads. */
static enum err ask_doc(struct call *c, struct asking *a)
{
    struct doc d;
    enum err e = doc_right(c, a->doc, &d, &a->right);
    if (a->right > DOC_READ && !(c->viewer->scopes & TOKEN_WRITE))
        a->right = DOC_READ;
    if (!e)
        e = prep_seen(c, &d, c->viewer->person);
    return e ? e : doc_card(c, &a->card);
}

static enum err find_out(struct call *c, void *arg)
{
    struct asking *a = arg;
    struct viewer before = { .session = a->session, .token = a->token };
    enum err e = a->session || a->token ? viewer_again(c, &before) : ask_first(c, a);
    if (!e && c->viewer->person == 0)
        return E_LOGIN;
    if (!e && c->viewer->must_change)
        return E_MUST_CHANGE;
    return !e && a->doc ? ask_doc(c, a) : e;
}

static void run_ask(void *own, void *arg)
{
    struct asking *a = arg;
    struct call c;
    a->answer = worker_run(own, "live", &c, find_out, a);
    if (!a->answer)
        read_keys(a, c.viewer);
    live_note(a->live, &(struct note){ .kind = NOTE_ANSWER, .answer = a });
}

/* ---- on the loop */

static struct asking *asking_new(struct socket *s)
{
    struct asking *a = NEW(struct asking);
    a->live = s->live;
    a->socket = s->id;
    a->doc = s->doc;
    buf_init(&a->card, CARD_CAP);
    return a;
}

static void asking_free(struct asking *a)
{
    explicit_bzero(a, offsetof(struct asking, session));
    buf_fini(&a->card);
    mem_free(a->keys);
    mem_free(a);
}

static void ask(struct socket *s, struct asking *a)
{
    s->asking = true;
    s->ask_again = false;
    s->asked_at = clock_mono();
    if (live_send(s->live, run_ask, a) == E_OK)
        return;
    s->asking = false;
    asking_free(a);
    if (s->state == SOCK_ASKING)
        socket_end(s, CLOSE_LATER);
    else
        s->ask_again = true; /* the next beat tries */
}

void ask_open(struct socket *s)
{
    s->topic = topic_of(s->wsi, &s->doc);
    struct asking *a = asking_new(s);
    cookie_of(s->wsi, a->cookie);
    bearer_of(s->wsi, a->bearer);
    ticket_of(s->wsi, a->ticket);
    socket_pause(s, true); /* nobody sends much before it is known who he is */
    ask(s, a);
}

void ask_again(struct socket *s)
{
    if (s->state == SOCK_CLOSING)
        return;
    if (s->asking || s->state == SOCK_ASKING) {
        s->ask_again = true; /* the first answer may have read the rights before they changed */
        return;
    }
    struct asking *a = asking_new(s);
    a->session = s->session;
    a->token = s->token;
    ask(s, a);
}

static int close_code(const struct socket *s, enum err e)
{
    if (e == E_LOGIN)
        return CLOSE_LOGIN;
    if (e == E_NOT_FOUND)
        return s->state == SOCK_ASKING ? CLOSE_NOT_FOUND : CLOSE_FORBIDDEN;
    return e == E_FORBIDDEN || e == E_MUST_CHANGE ? CLOSE_FORBIDDEN : CLOSE_LATER;
}

static void admit(struct socket *s, struct asking *a)
{
    bool first = s->state == SOCK_ASKING;
    s->person = a->person;
    s->session = a->session;
    s->token = a->token;
    s->until = a->until;
    s->state = SOCK_OPEN;
    if (first) {
        socket_pause(s, false);
        s->topic->join(s, a);
    } else {
        s->topic->again(s, a, !s->ask_again);
    }
}

void ask_answer(struct live *l, struct asking *a)
{
    struct socket *s = socket_find(l, a->socket);
    atomic_fetch_sub(&l->away, 1);
    if (s) {
        s->asking = false;
        if (a->answer)
            socket_end(s, close_code(s, a->answer));
        else
            admit(s, a);
        if (s->ask_again)
            ask_again(s);
    }
    asking_free(a);
    if (l->stopping)
        rooms_stop(l);
}

void ask_viewer_changed(struct live *l, int64_t person)
{
    for (struct socket *s = l->sockets; s; s = s->next)
        if (s->state == SOCK_ASKING || s->person == person)
            ask_again(s);
}

/* A message goes to a twentieth of the sockets each time, so that not all are woken at once. */
void ask_beat(struct live *l)
{
    int64_t turn = l->beats++ % BEAT_S, now = clock_mono(), wall = clock_now();
    for (struct socket *s = l->sockets; s; s = s->next) {
        if (s->state != SOCK_OPEN)
            continue;
        if (s->until <= wall || (s->ask_again && !s->asking))
            ask_again(s);
        if (s->id % BEAT_S != turn)
            continue;
        s->topic->beat(s);
        if (now - s->asked_at > AGAIN_S * SECOND_MS)
            ask_again(s);
    }
}
