/* Branches (个案). B1: a branch has all of its base's history, item for item, so that what the
 * parent does later merges without a conflict. B2: what is mine is what the base does not know. */
#include "server/app/doc.h"

#include "server/app/audit.h"
#include "server/app/doc_log.h"
#include "server/app/viewer.h"
#include "server/base/id.h"
#include "server/crdt/ydoc.h"

enum { VECTOR_CAP = 16 << 20 };

/* The version a branch begins with: the newest named one, or the document as it is. */
static enum err begin_at(struct call *c, int64_t parent, int64_t *number)
{
    struct doc_version v = { .doc = parent };
    enum err e = doc_version_named(c->db, parent, number);
    if (!e && !*number)
        e = doc_version_whole(c->db, parent, number);
    if (e || *number)
        return e;
    e = doc_version_keep(c, &v);
    *number = v.number;
    return e;
}

enum err doc_branch(struct call *c, int64_t id, const struct doc_branch_new *in, int64_t *made)
{
    struct txn tx = { 0 };
    struct doc parent;
    struct doc_version v;
    struct str state;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = doc_need(c, id, DOC_READ, &parent)))
        goto done;
    struct doc d = { .kind = parent.kind,
                     .title = in->has_title ? str_trim(in->title) : parent.title,
                     .owner_noun = S("audience"),
                     .parent = id };
    d.read_key = d.write_key = AUDIENCE(AUD_PERSON, c->viewer->person);
    if (d.title.n == 0)
        e = fail(c, E_INPUT, "title", "请填写个案的标题。");
    if (e || (e = begin_at(c, id, &d.base)) ||
        (e = doc_version_get(c->db, c->arena, id, d.base, &v, &state)) || (e = doc_make(c, &d)) ||
        (e = doc_fill(c, &d, state)))
        goto done;
    *made = d.id;
done:
    return txn_end(&tx, e);
}

static enum err base_of(struct call *c, const struct doc *d, struct doc_base *out)
{
    struct doc_version v;
    struct str state;
    struct buf sv;
    struct ydoc_fault why;
    enum err e;
    *out = (struct doc_base){ .parent = d->parent, .version = d->base };
    if ((e = doc_version_get(c->db, c->arena, d->parent, d->base, &v, &state)) ||
        (e = doc_version_named(c->db, d->parent, &out->newest)))
        return e;
    buf_init(&sv, VECTOR_CAP);
    if (!(e = ydoc_state_vector_of(state, &sv, &why)))
        out->state_vector = base64_encode(c->arena, buf_str(&sv));
    buf_fini(&sv);
    return e;
}

static enum err branch_need(struct call *c, int64_t id, enum doc_right right, struct doc *d)
{
    enum err e = doc_need(c, id, right, d);
    if (e || d->parent)
        return e;
    return fail(c, E_STATE, NULL, "这不是个案，没有可以跟随的共案。");
}

enum err doc_base_get(struct call *c, int64_t id, struct doc_base *out)
{
    struct doc d;
    enum err e = branch_need(c, id, DOC_READ, &d);
    return e ? e : base_of(c, &d, out);
}

/* Whoever was shown the parent when he branched may have lost that since: then nothing follows. */
static enum err merge(struct call *c, struct doc *d, int64_t newest)
{
    struct doc parent;
    struct doc_version v, before = { .doc = d->id, .person = c->viewer->person };
    struct str state;
    enum err e;
    before.name = arena_fmt(c->arena, "跟随共案第 %lld 版之前", (long long)newest);
    if ((e = doc_need(c, d->parent, DOC_READ, &parent)) ||
        (e = doc_version_get(c->db, c->arena, d->parent, newest, &v, &state)) ||
        (e = doc_version_keep(c, &before)) || (e = doc_write(c, d->id, state)))
        return e;
    d->base = newest;
    d->changed_at = c->now;
    if ((e = doc_change(c->db, d)))
        return e;
    return audit_add(c, "doc.follow", "doc", d->id, STR_NONE);
}

enum err doc_follow(struct call *c, int64_t id, struct doc_base *out)
{
    struct txn tx = { 0 };
    struct doc d;
    int64_t newest;
    enum err e;
    if ((e = txn_begin(&tx, c->db)) || (e = branch_need(c, id, DOC_WRITE, &d)) ||
        (e = doc_version_named(c->db, d.parent, &newest)))
        goto done;
    if (newest > d.base && (e = merge(c, &d, newest)))
        goto done;
    e = base_of(c, &d, out);
done:
    return txn_end(&tx, e);
}
