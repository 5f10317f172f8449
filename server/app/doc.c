/* Live documents. R1: whoever may not read a document gets E_NOT_FOUND, as if it were not there. */
#include "server/app/doc.h"

#include "server/app/audit.h"
#include "server/app/cursor.h"
#include "server/app/dict.h"
#include "server/app/doc_log.h"
#include "server/app/doc_template.h"
#include "server/app/may.h"
#include "server/app/prep.h"
#include "server/crdt/ydoc.h"
#include "storage/outbox.h"
#include "storage/person.h"

const char *const doc_right_words[] = { "none", "read", "comment", "write" };

/* ---- rights */

/* Whoever holds the write key writes, whoever holds the read key reads and comments. */
static enum err doc_right_of_audience(struct call *c, const struct doc *d, struct doc_rights *out)
{
    struct place written = { .owner = d->author, .audience = d->write_key };
    struct place seen = { .owner = d->author, .audience = d->read_key };
    if (may_at(c->viewer, CAP_doc_write, &written))
        out->right = DOC_WRITE;
    else if (may_at(c->viewer, CAP_doc_read, &seen))
        out->right = DOC_COMMENT;
    return E_OK;
}

static const struct {
    const char *noun;
    enum err (*right)(struct call *c, const struct doc *d, struct doc_rights *out);
} owners[] = {
#define DOC_OWNER(noun, function) { #noun, function },
#include "server/app/doc_owners.def"
#undef DOC_OWNER
};

static enum err rights_of(struct call *c, const struct doc *d, struct doc_rights *out)
{
    enum err e = E_OK;
    size_t i = 0;
    *out = (struct doc_rights){ 0 };
    while (i < sizeof owners / sizeof *owners && !str_eqz(d->owner_noun, owners[i].noun))
        i++;
    if (i < sizeof owners / sizeof *owners)
        e = owners[i].right(c, d, out);
    out->offer |= out->right == DOC_WRITE;
    return e;
}

/* E_NOT_FOUND: R1. */
static enum err rights_to(struct call *c, int64_t id, struct doc *d, struct doc_rights *out)
{
    enum err e;
    if ((e = doc_get(c->db, c->arena, id, d)) || (e = rights_of(c, d, out)))
        return e;
    return out->right == DOC_NONE ? E_NOT_FOUND : E_OK;
}

enum err doc_right(struct call *c, int64_t id, struct doc *d, enum doc_right *right)
{
    struct doc_rights r;
    enum err e = rights_to(c, id, d, &r);
    *right = e ? DOC_NONE : r.right;
    return e;
}

static enum err refused(struct call *c)
{
    return fail(c, E_FORBIDDEN, NULL, "您可以阅读这份文档，但不能修改它。需要时请联系作者。");
}

enum err doc_need(struct call *c, int64_t id, enum doc_right least, struct doc *out)
{
    enum doc_right right;
    enum err e = doc_right(c, id, out, &right);
    return e || right >= least ? e : refused(c);
}

/* ---- reading */

static struct doc_view view_of(const struct doc *d, struct doc_rights r)
{
    return (struct doc_view){
        .id = d->id,
        .rev = d->rev,
        .owner_id = d->owner_id,
        .author = d->author,
        .made_at = d->made_at,
        .changed_at = d->changed_at,
        .kind = d->kind,
        .title = d->title,
        .right = str_of(doc_right_words[r.right]),
        .owner_noun = d->owner_noun,
        .parent = d->parent,
        .base = d->base,
        .author_name = d->author_name,
        .school = d->school_name,
        .template = d->template,
        .offers = r.offer,
    };
}

static enum err views_of(struct call *c, const struct doc *list, size_t n, struct doc_page *out)
{
    struct doc_rights r;
    enum err e = E_OK;
    out->items = arena_array(c->arena, n + 1, sizeof *out->items);
    for (size_t i = 0; i < n && !e; i++)
        if (!(e = rights_of(c, &list[i], &r)) && r.right != DOC_NONE)
            out->items[out->items_n++] = view_of(&list[i], r);
    return e;
}

enum err doc_find(struct call *c, const struct doc_query *q, struct doc_page *out)
{
    struct doc_filter f = { .person = c->viewer->person,
                            .owner_noun = q->owner_noun,
                            .owner_id = q->owner_id,
                            .parent = q->parent,
                            .templates = q->template };
    size_t limit = q->has_limit ? (size_t)q->limit : PAGE_STANDARD, n;
    struct doc *list;
    struct str key;
    enum err e = cursor_read(c, "docs", q->cursor, &key, &f.before_id);
    if (e)
        return e;
    if (key.n && !str_int(key, &f.before_at))
        return E_INPUT;
    if ((e = doc_list(c->db, c->arena, &f, limit + 1, &list, &n)))
        return e;
    if (n > limit) {
        n = limit;
        out->has_next = true;
        key = arena_fmt(c->arena, "%lld", (long long)list[n - 1].changed_at);
        out->next = cursor_make(c->arena, "docs", key, list[n - 1].id);
    }
    return views_of(c, list, n, out);
}

enum err doc_show(struct call *c, int64_t id, struct doc_view *out)
{
    struct doc d;
    struct doc_rights r;
    enum err e = rights_to(c, id, &d, &r);
    if (!e)
        *out = view_of(&d, r);
    return e;
}

enum err doc_state(struct call *c, int64_t id, struct buf *out)
{
    struct doc d;
    struct ydoc *y;
    enum err e;
    if ((e = doc_need(c, id, DOC_READ, &d)) || (e = doc_open(c, id, &y, NULL, NULL)))
        return e;
    e = ydoc_diff(y, STR_NONE, out);
    ydoc_free(y);
    return e;
}

/* The colour is the person's everywhere. */
enum err doc_card(struct call *c, struct buf *out)
{
    static const char *const colours[] = { "#1559c9", "#1a7f43", "#9a6700", "#c0362c",
                                           "#7b3fb5", "#0b7285", "#b3307a", "#5c5f00" };
    size_t n = sizeof colours / sizeof *colours;
    struct person p;
    enum err e = person_get(c->db, c->arena, c->viewer->person, &p);
    if (e)
        return e;
    buf_clear(out);
    buf_json_open(out, NULL, '{');
    buf_json_int(out, "id", p.id);
    buf_json_text(out, "name", p.name);
    buf_json_text(out, "school", p.school_name);
    buf_json_text(out, "color", str_of(colours[(size_t)p.id % n]));
    buf_char(out, '}');
    return out->err;
}

/* ---- making and changing */

int64_t doc_audience(const struct doc *d)
{
    return d->read_key ? d->read_key : AUDIENCE(AUD_PERSON, d->author);
}

static enum err told(struct call *c, const struct doc *d)
{
    return outbox_add(c->db, "doc", d->id, d->rev, doc_audience(d));
}

enum err doc_make(struct call *c, struct doc *d)
{
    d->author = d->author ? d->author : c->viewer->person;
    d->school = d->school ? d->school : c->viewer->school;
    d->made_at = d->changed_at = c->now;
    enum err e = doc_put(c->db, d);
    if (e || (e = told(c, d)))
        return e;
    return audit_add(c, "doc.create", "doc", d->id, STR_NONE);
}

enum err doc_fill(struct call *c, const struct doc *d, struct str update)
{
    enum err e = update.n ? doc_write(c, d->id, update) : E_OK;
    return e ? e : doc_index_stored(c, d);
}

static enum err scope_in(struct call *c, const struct doc_new *in, int64_t *key)
{
    int64_t kind = in->has_scope ? dict_number(DICT_scope, in->scope) : AUD_PERSON;
    if (kind == 0 || kind == AUD_COUNTY)
        return fail(c, E_INPUT, "scope", "请选择与谁一起写：只有自己、备课组、本校或集团。");
    if (kind == AUD_PERSON)
        *key = AUDIENCE(AUD_PERSON, c->viewer->person);
    else
        *key = in->has_scope_ref ? AUDIENCE(kind, in->scope_ref)
                                 : viewer_only_key(c->viewer, (enum audience_kind)kind);
    if (*key < 0)
        return fail(c, E_INPUT, "scope_ref", "您属于不止一个这样的组，请选择是哪一个。");
    if (!*key || !viewer_has_key(c->viewer, *key))
        return fail(c, E_INPUT, "scope", "只能与您所在的备课组、学校或集团一起写，请重新选择。");
    return E_OK;
}

static enum err title_in(struct call *c, struct str in, struct str *title)
{
    *title = str_trim(in);
    return title->n ? E_OK : fail(c, E_INPUT, "title", "请填写标题，如课题的名称。");
}

enum err doc_asked(struct call *c, const struct doc_new *in, struct doc *d)
{
    enum err e;
    *d = (struct doc){ .kind = in->kind, .owner_noun = S("audience") };
    if ((e = title_in(c, in->title, &d->title)) || (e = scope_in(c, in, &d->read_key)))
        return e;
    d->write_key = in->readonly ? AUDIENCE(AUD_PERSON, c->viewer->person) : d->read_key;
    return E_OK;
}

enum err doc_create(struct call *c, const struct doc_new *in, int64_t *id)
{
    struct txn tx = { 0 };
    struct doc d;
    struct doc_seed seed = { 0 };
    enum err e;
    if ((e = doc_asked(c, in, &d)) || (e = doc_seed_open(c, in->kind, in->from, NULL, &seed)) ||
        (e = txn_begin(&tx, c->db)) || (e = doc_make(c, &d)) || (e = doc_seed_plant(c, &seed, &d)))
        goto done;
    *id = d.id;
done:
    doc_seed_fini(&seed);
    return txn_end(&tx, e);
}

enum err doc_update(struct call *c, int64_t id, int64_t rev, const struct doc_edit *in,
                    struct doc_view *out)
{
    struct txn tx = { 0 };
    struct doc d;
    struct doc_rights r;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = rights_to(c, id, &d, &r)))
        goto done;
    if (in->has_template && !in->has_title ? !r.offer : r.right != DOC_WRITE) {
        e = refused(c);
        goto done;
    }
    if (in->has_title && (e = title_in(c, in->title, &d.title)))
        goto done;
    d.template = in->has_template ? in->template : d.template;
    d.rev = rev;
    d.changed_at = c->now;
    if ((e = doc_change(c->db, &d)) || (e = told(c, &d)) || (e = doc_index_stored(c, &d)))
        goto done;
    *out = view_of(&d, r);
done:
    return txn_end(&tx, e);
}
