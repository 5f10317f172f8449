/* Repeated requests. The row is put before the work and filled after it, in transactions of their
 * own: a process that dies between the work and the reply leaves a row that nobody owns, and the
 * next try works again. */
#include "server/app/repeat.h"

#include "server/app/viewer.h"
#include "server/base/hash.h"
#include "server/base/log.h"
#include "storage/idem.h"

enum { KEY_MAX = 64 };

/* Of both sums, so that no byte of the path can be taken for one of the body. */
static struct str digest(struct call *c, const struct repeat *r)
{
    struct str path = sha256_hex(c->arena, r->path), body = sha256_hex(c->arena, r->body);
    return sha256_hex(c->arena, arena_fmt(c->arena, "%.*s%.*s", STR_ARG(path), STR_ARG(body)));
}

static struct idem row_of(struct call *c, const struct repeat *r)
{
    return (struct idem){
        .person = c->viewer->person,
        .route = str_of(r->route),
        .name = r->key,
        .request = digest(c, r),
        .process = str_of(c->house->process),
        .at = c->now,
    };
}

static bool good_key(struct str key)
{
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] <= ' ' || key.p[i] > '~')
            return false;
    return key.n <= KEY_MAX;
}

/* Somebody had the key before: an answer, or a reason to wait. */
static enum err met(struct call *c, const struct idem *mine, struct kept_reply *kept, bool *again)
{
    struct idem old;
    enum err e = idem_get(c->db, c->arena, mine->person, mine->route, mine->name, &old);
    if (e)
        return e == E_NOT_FOUND ? E_BUSY_KEY : e;
    if (!str_eq(old.request, mine->request))
        return E_KEY_REUSED;
    if (old.status) {
        *kept = (struct kept_reply){ (int)old.status, old.rev, old.reply };
        *again = true;
        return E_OK;
    }
    if (str_eq(old.process, mine->process))
        return E_BUSY_KEY;
    if ((e = idem_drop(c->db, mine->person, mine->route, mine->name)))
        return e;
    return idem_put(c->db, mine);
}

enum err repeat_begin(struct call *c, const struct repeat *r, struct kept_reply *kept, bool *again)
{
    *again = false;
    if (r->key.n == 0)
        return E_OK;
    if (!good_key(r->key))
        return fail(c, E_INPUT, "Idempotency-Key", "请求编号最多 64 个可见字符。");
    struct idem mine = row_of(c, r);
    enum err e = idem_put(c->db, &mine);
    return e == E_CONFLICT ? met(c, &mine, kept, again) : e;
}

void repeat_end(struct call *c, const struct repeat *r, enum err e, const struct kept_reply *reply)
{
    if (r->key.n == 0)
        return;
    struct idem mine = row_of(c, r);
    mine.status = reply->status;
    mine.rev = reply->rev;
    mine.reply = reply->body;
    enum err kept =
        e ? idem_drop(c->db, mine.person, mine.route, mine.name) : idem_done(c->db, &mine);
    if (kept)
        log_warn("repeat.not_kept route=%s error=%s", r->route, err_row(kept)->name);
}
