/* One body of bytes for an upload, between the network thread that brings it and the spool that
 * keeps it. At most so many at once for a person; the count is this process's own, like the bodies.
 */
#include "server/app/upload_int.h"

#include "server/app/setting.h"
#include "server/base/map.h"
#include "server/base/mem.h"

#include <pthread.h>

struct upload_body {
    struct spool *spool;
    struct stream *stream;
    int64_t person;
    char id[33];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct map *open_of; /* person → how many bodies, as a pointer's value */

/* Counts one more body of a person, unless there are `most`. */
static bool count_in(int64_t person, int64_t most)
{
    pthread_mutex_lock(&lock);
    if (!open_of)
        open_of = map_new();
    uintptr_t n = (uintptr_t)map_get(open_of, map_int_key(&person));
    bool ok = (int64_t)n < most;
    if (ok)
        map_put(open_of, map_int_key(&person), (void *)(n + 1));
    pthread_mutex_unlock(&lock);
    return ok;
}

static void count_out(int64_t person)
{
    pthread_mutex_lock(&lock);
    uintptr_t n = (uintptr_t)map_get(open_of, map_int_key(&person));
    if (n > 1)
        map_put(open_of, map_int_key(&person), (void *)(n - 1));
    else
        map_drop(open_of, map_int_key(&person));
    pthread_mutex_unlock(&lock);
}

/* The length of an upload that began without one is put down; once it is, it stays. */
static enum err tell_length(struct call *c, const struct upload *u)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e && !(e = upload_room(c, u->id, u->length)))
        e = upload_length(c->db, u->id, u->length);
    return txn_end(&tx, e);
}

static enum err open_stream(struct call *c, const struct upload *u, const struct upload_piece *p,
                            struct upload_body *b)
{
    int64_t max;
    enum err e = setting_number(c->db, SET_upload_max_mib, &max);
    if (e)
        return e;
    int64_t most = u->length >= 0 ? u->length : max * 1024 * 1024;
    if (p->offset > most || (p->announced >= 0 && p->announced > most - p->offset))
        return fail(c, E_TOO_LARGE, NULL, "数据超过了文件的长度。");
    struct stream_setup s = { .offset = (uint64_t)p->offset,
                              .limit = (uint64_t)(most - p->offset),
                              .expected = p->announced > 0 ? (uint64_t)p->announced : 0,
                              .whole = u->length >= 0 ? (uint64_t)u->length : UINT64_MAX,
                              .checked = p->checked,
                              .kind = p->kind,
                              .resume = p->resume,
                              .cut = p->cut,
                              .arg = p->arg };
    __builtin_memcpy(s.want, p->want, sizeof s.want);
    return stream_open(b->spool, &s, &b->stream);
}

enum err upload_body_open(struct call *c, struct str id, const struct upload_piece *p,
                          struct upload_body **out)
{
    struct upload u;
    int64_t most;
    enum err e = upload_of_mine(c, id, &u);
    if (e || (e = upload_still(c, &u)) || (e = setting_number(c->db, SET_upload_parallel, &most)))
        return e;
    if (u.state != UPLOAD_RECEIVING)
        return p->offset == u.length ? E_STATE : E_OFFSET;
    bool told = u.length < 0 && p->length >= 0;
    if (told)
        u.length = p->length;
    else if (p->length >= 0 && p->length != u.length)
        return fail(c, E_INPUT, "Upload-Length", "文件长度已定，不能更改。");
    /* An older body of the same upload is about to end, so one more may be counted for a moment. */
    if (!count_in(u.person, most + 1))
        return fail(c, E_BUSY, NULL, "同时上传的文件太多，请稍等前面的传完。");
    struct upload_body *b = NEW(struct upload_body);
    b->person = u.person;
    __builtin_memcpy(b->id, u.id.p, 32);
    b->spool = spool_ref(c->house->spools, u.id);
    /* Only what fits what is there already is put down. */
    if ((e = open_stream(c, &u, p, b)) || (told && (e = tell_length(c, &u)))) {
        upload_body_unref(b);
        b = NULL;
    }
    *out = b;
    return e;
}

size_t upload_body_take(struct upload_body *b, const char *p, size_t n)
{
    return stream_take(b->stream, p, n);
}

void upload_body_done(struct upload_body *b, bool whole, void (*ready)(void *arg), void *arg)
{
    stream_done(b->stream, whole, ready, arg);
}

void upload_body_unref(struct upload_body *b)
{
    if (b->stream)
        stream_unref(b->stream);
    spool_unref(b->spool);
    count_out(b->person);
    mem_free(b);
}

enum err upload_body_end(struct call *c, struct upload_body *b, struct upload_now *out)
{
    struct upload u;
    uint64_t offset;
    enum err kept = stream_result(b->stream, &offset);
    enum err e = upload_get(c->db, c->arena, str_of(b->id), &u);
    if (kept || e)
        return kept ? kept : e;
    *out = (struct upload_now){ u.id, (int64_t)offset, u.length, u.expires_at, u.metadata };
    return u.length == (int64_t)offset && u.state == UPLOAD_RECEIVING ? upload_finish(c, &u) : E_OK;
}
