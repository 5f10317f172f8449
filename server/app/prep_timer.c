/* The agenda's timer; see prep_timer.h. */
#include "server/app/prep_timer.h"

#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "storage/prep_timer.h"

#define FORGOTTEN_MS (2 * HOUR_MS)
#define LONGEST_MS (8 * HOUR_MS)

/* E_NOT_FOUND: none that is still shown. */
static enum err running(struct call *c, const struct prep_row *p, struct prep_timer_row *t)
{
    enum err e = prep_timer_get(c->db, c->arena, p->id, t);
    if (e)
        return e;
    bool forgotten = c->now - t->began_at > t->ms + FORGOTTEN_MS; /* T2 */
    return forgotten || !prep_legal(p->stage, PA_timer) ? E_NOT_FOUND : E_OK;
}

static struct prep_timer shown(const struct call *c, const struct prep_timer_row *t)
{
    int64_t passed = c->now - t->began_at; /* the machine's clock may have been set back */
    return (struct prep_timer){ .words = t->words, .ms = t->ms, .passed = passed > 0 ? passed : 0 };
}

enum err prep_timer_show(struct call *c, int64_t id, struct prep_timer *out)
{
    struct prep_access a;
    struct prep_timer_row t;
    enum err e = prep_for(c, id, &a);
    if (e)
        return e;
    e = running(c, &a.row, &t);
    *out = e ? (struct prep_timer){ .words = S("") } : shown(c, &t);
    return e == E_NOT_FOUND ? E_OK : e;
}

static enum err longer(struct call *c, const struct prep_row *p, int64_t ms,
                       struct prep_timer_row *t)
{
    enum err e = running(c, p, t);
    if (e)
        return e == E_NOT_FOUND ? fail(c, E_STATE, NULL, "现在没有在计时，请先开始一项议程。") : e;
    int64_t passed = shown(c, t).passed;
    t->ms = (passed > t->ms ? passed : t->ms) + ms;
    return t->ms <= LONGEST_MS ? E_OK : fail(c, E_INPUT, "minutes", "一项议程最长 8 小时。");
}

enum err prep_timer_start(struct call *c, int64_t id, const struct prep_timer_new *in,
                          struct prep_timer *out)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct prep_timer_row t = { .began_at = c->now, .ms = in->minutes * MINUTE_MS };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = prep_to(c, id, PA_timer, &a)))
        goto done;
    if (!in->has_words)
        e = longer(c, &a.row, in->minutes * MINUTE_MS, &t);
    else if (!(t.words = str_trim(in->words)).n)
        e = fail(c, E_INPUT, "words", "请写明这段时间做什么。");
    if (e || (e = prep_timer_set(c->db, id, &t)) || (e = prep_here(c, id, c->viewer->person)) ||
        (e = prep_tell(c, &a.row, "prep_timer", a.row.rev)))
        goto done;
    *out = shown(c, &t);
done:
    return txn_end(&tx, e);
}

enum err prep_timer_stop(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    struct prep_access a;
    enum err e = txn_begin(&tx, c->db);
    if (!e && !(e = prep_to(c, id, PA_timer, &a)) && !(e = prep_timer_end(c->db, id)))
        e = prep_tell(c, &a.row, "prep_timer", a.row.rev);
    return txn_end(&tx, e);
}
