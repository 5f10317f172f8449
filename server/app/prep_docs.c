/* The documents of a session. D1: those of a kind differ in their titles: two presses make one
 * common plan. */
#include "server/app/prep.h"

#include "server/app/dict.h"
#include "server/app/doc_template.h"
#include "storage/prep_doc.h"

#include <string.h>

enum err prep_docs_get(struct call *c, int64_t id, struct prep_docs *out)
{
    struct prep_access a;
    int64_t *ids;
    size_t n;
    enum err e = prep_for(c, id, &a);
    if (e || (e = prep_doc_list(c->db, c->arena, id, &ids, &n)))
        return e;
    out->items = arena_array(c->arena, n ? n : 1, sizeof *out->items);
    for (size_t i = 0; i < n && !e; i++)
        e = doc_show(c, ids[i], &out->items[out->items_n++]);
    return e;
}

/* D1 */
static enum err single(struct call *c, int64_t id, const struct doc *made)
{
    int64_t *ids;
    size_t n;
    struct doc d;
    enum err e = prep_doc_list(c->db, c->arena, id, &ids, &n);
    for (size_t i = 0; i < n && !e; i++)
        if (!(e = doc_get(c->db, c->arena, ids[i], &d)) && str_eq(d.kind, made->kind) &&
            str_eq(d.title, made->title))
            return fail(c, E_STATE, "title", "已有一份同名的，再建一份请写上另一个标题。");
    return e;
}

enum err prep_doc_put(struct call *c, int64_t id, const struct prep_doc_new *in, struct doc *out)
{
    struct prep_access a;
    enum err e = prep_to(c, id, PA_doc_add, &a);
    if (e)
        return e;
    *out = (struct doc){ .kind = in->kind,
                         .title = in->has_title ? str_trim(in->title) : a.row.title,
                         .owner_noun = S("prep"),
                         .owner_id = id,
                         .author = a.row.lead,
                         .read_key = AUDIENCE(AUD_DEPT, a.row.dept) };
    if (!out->title.n)
        return fail(c, E_INPUT, "title", "请填写标题。");
    if ((e = single(c, id, out)))
        return e;
    e = doc_make(c, out);
    return e ? e : prep_tell(c, &a.row, "prep", a.row.rev);
}

/* Those who take part, without guests, one after the other. */
static enum err names_of(struct call *c, int64_t id, struct str *out)
{
    struct prep_person *who;
    size_t n;
    enum err e = prep_people(c->db, c->arena, id, &who, &n);
    *out = S("");
    for (size_t i = 0; !e && i < n; i++)
        if (str_eqz(who[i].part, "participant"))
            *out = arena_fmt(c->arena, "%.*s%s%.*s", STR_ARG(*out), out->n ? "、" : "",
                             STR_ARG(who[i].name));
    return e;
}

/* What a session's documents begin with, so that nobody types again what was arranged. */
static enum err known_of(struct call *c, const struct prep_row *p, struct doc_facts *out)
{
    struct prep_spot *at;
    struct str names;
    size_t n;
    enum err e = prep_places(c->db, c->arena, p->id, &at, &n);
    if (e || (e = names_of(c, p->id, &names)))
        return e;
    struct str subject = dict_text(DICT_subject, dict_number(DICT_subject, p->subject));
    struct str grade = dict_text(DICT_grade, dict_number(DICT_grade, p->grade));
    const struct doc_fact all[] = {
        { S("课题"), p->title },
        { S("学科与年级"), arena_fmt(c->arena, "%.*s%.*s", STR_ARG(grade), STR_ARG(subject)) },
        { S("版本、册次与单元"), n ? at[0].path : S("") },
        { S("主备人"), p->lead_name },
        { S("参备教师"), names },
    };
    out->n = sizeof all / sizeof *all;
    memcpy(out->items, all, sizeof all);
    return E_OK;
}

enum err prep_doc_add(struct call *c, int64_t id, const struct prep_doc_new *in, int64_t *doc)
{
    struct txn tx = { 0 };
    struct prep_access a;
    struct doc_seed seed = { 0 };
    struct doc_facts known;
    struct doc d;
    enum err e = prep_to(c, id, PA_doc_add, &a);
    if (e || (e = known_of(c, &a.row, &known)) ||
        (e = doc_seed_open(c, in->kind, in->from, &known, &seed)) || (e = txn_begin(&tx, c->db)) ||
        (e = prep_doc_put(c, id, in, &d)) || (e = doc_seed_plant(c, &seed, &d)))
        goto done;
    *doc = d.id;
done:
    doc_seed_fini(&seed);
    return txn_end(&tx, e);
}
