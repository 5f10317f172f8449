/* What is indexed of a resource, and the jobs that keep the index up.
 *
 * Title and head text change in the transaction that changes the resource; the text of its files
 * follows by a job, slice by slice, so that nobody waits for the write gate. */
#include "server/app/search.h"

#include "server/app/dict.h"
#include "server/app/doc.h"
#include "server/app/job.h"
#include "server/app/resource_state.h"
#include "server/app/search_terms.h"
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "storage/file.h"
#include "storage/resource.h"
#include "storage/taxon.h"

#include <inttypes.h>

enum { HEAD_CAP = 512 * 1024, FILL = 20, FILL_BULK = 8000, TIDY_STEPS = 200 };

/* One stretch of the head; a blank line keeps its words apart from the next. */
static void line(struct buf *b, struct str s)
{
    if (s.n) {
        buf_add(b, s);
        buf_addz(b, "\n\n");
    }
}

static void term(struct buf *b, enum search_term letter, struct str value)
{
    if (value.n)
        buf_fmt(b, "%s" SEARCH_TERM "%c%.*s", b->n ? " " : "", letter, STR_ARG(value));
}

static void term_int(struct buf *b, enum search_term letter, int64_t value)
{
    buf_fmt(b, "%s" SEARCH_TERM "%c%" PRId64, b->n ? " " : "", letter, value);
}

/* What teachers also call the kinds: found by any of these words. */
static const struct {
    int64_t kind;
    const char *words;
} also[] = {
    { resource_kind_lesson_plan, "教案 备课 教学方案" },
    { resource_kind_micro_lesson, "微视频 微课程" },
    { resource_kind_case, "课例" },
    { resource_kind_lesson_video, "课堂实录 录像课 公开课" },
    { resource_kind_question, "题库 试题 习题" },
    { resource_kind_courseware, "PPT 幻灯片 演示文稿" },
    { resource_kind_guide_sheet, "学案 学习单" },
    { resource_kind_paper, "卷子 测试卷 测验" },
    { resource_kind_exercise, "练习 作业" },
    { resource_kind_material, "素材" },
};

static void add_kind(struct buf *b, int64_t kind)
{
    line(b, dict_text(DICT_resource_kind, kind));
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        if (also[i].kind == kind)
            line(b, str_of(also[i].words));
}

struct making {
    struct call *c;
    const struct resource_row *r;
    struct buf head, terms;
};

/* Everything on the paths of its places: names to find, ids to filter by. What facets count comes
 * first, places last. */
static enum err add_places(struct making *m)
{
    int64_t *taxa;
    size_t n, steps_n;
    struct taxon *steps;
    struct buf ids;
    struct call *c = m->c;
    enum err e = resource_places(c->db, c->arena, m->r->id, &taxa, &n);
    buf_init(&ids, HEAD_CAP);
    for (size_t i = 0; i < n && !e; i++) {
        if ((e = taxon_path(c->db, c->arena, taxa[i], &steps, &steps_n)))
            break;
        for (size_t k = 0; k < steps_n; k++) {
            line(&m->head, steps[k].name);
            term_int(&ids, TERM_taxon, steps[k].id);
        }
        if (steps_n) {
            term(&m->terms, TERM_subject, steps[steps_n - 1].subject);
            term(&m->terms, TERM_grade, steps[steps_n - 1].grade);
        }
    }
    if (ids.n)
        buf_char(&m->terms, ' ');
    buf_add(&m->terms, buf_str(&ids));
    buf_fini(&ids);
    return e;
}

static enum err add_lists(struct making *m)
{
    struct call *c = m->c;
    struct str *names;
    struct file *files;
    size_t n;
    enum err e = resource_authors(c->db, c->arena, m->r->id, &names, &n);
    for (size_t i = 0; i < n && !e; i++)
        line(&m->head, names[i]);
    if (e || (e = resource_tags(c->db, c->arena, m->r->id, &names, &n)))
        return e;
    for (size_t i = 0; i < n; i++)
        line(&m->head, dict_text(DICT_mode, dict_number(DICT_mode, names[i])));
    e = file_list(c->db, c->arena, m->r->id, &files, &n);
    for (size_t i = 0; i < n && !e; i++)
        line(&m->head, files[i].name);
    return e;
}

static enum err make(struct making *m)
{
    const struct resource_row *r = m->r;
    line(&m->head, r->summary);
    line(&m->head, r->owner_name);
    line(&m->head, r->school_name);
    line(&m->head, dict_text(DICT_lesson_type, r->lesson_type));
    term_int(&m->terms, TERM_key, r->akey);
    term_int(&m->terms, TERM_kind, r->kind);
    term_int(&m->terms, TERM_scope, r->akey % 8);
    if (r->lesson_type)
        term_int(&m->terms, TERM_lesson_type, r->lesson_type);
    if (r->school)
        term_int(&m->terms, TERM_school, r->school);
    term_int(&m->terms, TERM_year, civil_local(r->published_at).year);
    enum err e = add_lists(m);
    if (!e)
        e = add_places(m);
    add_kind(&m->head, r->kind); /* last: the least of what a snippet should show */
    return e ? e : m->head.err ? m->head.err : m->terms.err;
}

static enum err put(struct call *c, const struct resource_row *r, int64_t *slot)
{
    struct making m = { .c = c, .r = r };
    struct search_doc d = { .resource_id = r->id, .akey = r->akey };
    buf_init(&m.head, HEAD_CAP);
    buf_init(&m.terms, HEAD_CAP);
    enum err e = make(&m);
    d.terms = buf_str(&m.terms);
    if (!e)
        e = search_put(c->db, c->arena, &d, r->title, buf_str(&m.head));
    *slot = d.slot;
    buf_fini(&m.head);
    buf_fini(&m.terms);
    return e;
}

enum err search_index_resource(struct call *c, int64_t resource)
{
    struct resource_row r;
    int64_t slot;
    enum err e = resource_get(c->db, c->arena, resource, &r);
    if (e)
        return e;
    if (r.state == RS_PUBLISHED)
        e = put(c, &r, &slot);
    else
        e = search_drop(c->db, c->arena, resource, &slot);
    return e || slot == 0 ? e : job_add(c->db, "search_parts", slot, S(""), 0);
}

enum err search_index_blob(struct call *c, int64_t blob)
{
    int64_t *slots;
    size_t n;
    enum err e = search_slots_of_blob(c->db, c->arena, blob, &slots, &n);
    for (size_t i = 0; i < n && !e; i++)
        e = job_add(c->db, "search_parts", slots[i], S(""), 0);
    return e;
}

enum err run_search_parts(struct call *c, const struct job *job)
{
    bool more = true;
    enum err e = E_OK;
    while (!e && more) {
        struct txn tx = { 0 };
        if (c->house && c->house->stopping)
            return E_STOPPING;
        if (!(e = txn_begin(&tx, c->db)))
            e = search_parts_step(c->db, c->arena, job->arg_id, &more);
        e = txn_end(&tx, e);
    }
    return e;
}

enum err run_search_tidy(struct call *c, const struct job *job)
{
    bool more = true;
    enum err e = E_OK;
    (void)job;
    for (int i = 0; i < TIDY_STEPS && !e && more; i++) {
        struct txn tx = { 0 };
        if (!(e = txn_begin(&tx, c->db)))
            e = search_tidy(c->db, &more);
        e = txn_end(&tx, e);
    }
    return e;
}

/* ---- filling */

static enum err fill_one(struct call *c, struct arena *a, int64_t id)
{
    struct call own = *c;
    struct resource_row r;
    int64_t slot;
    bool more = true;
    own.arena = a;
    enum err e = resource_get(c->db, a, id, &r);
    if (!e && !(e = put(&own, &r, &slot)))
        while (!e && more)
            e = search_parts_step(c->db, a, slot, &more);
    arena_reset(a);
    return e;
}

/* One transaction; done: how many. at and id say where it begins and afterwards where to go on. */
static enum err fill_some(struct call *c, int64_t limit, int64_t *at, int64_t *id, size_t *done)
{
    struct txn tx = { 0 };
    struct arena *list = arena_new(), *each = arena_new();
    int64_t *ids, *times;
    *done = 0;
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = search_missing(c->db, list, *at, *id, limit, &ids, &times, done);
    for (size_t i = 0; i < *done && !e; i++)
        e = fill_one(c, each, ids[i]);
    e = txn_end(&tx, e);
    if (!e && *done) {
        *at = times[*done - 1];
        *id = ids[*done - 1];
    }
    arena_free(list);
    arena_free(each);
    return e;
}

enum err search_fill(struct call *c, bool bulk, int64_t *n)
{
    int64_t at = -1, id = 0, all = 0;
    size_t done = 1;
    int tries = 0;
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e)
        e = search_reset_lost(c->db);
    e = txn_end(&tx, e);
    if (!e && bulk)
        e = search_bulk(c->db, true);
    while (!e && done) {
        e = fill_some(c, bulk ? FILL_BULK : FILL, &at, &id, &done);
        if (e == E_RETRY && tries++ < DB_TRIES) {
            db_pause(tries);
            e = E_OK;
            done = 1;
            continue;
        }
        all += e ? 0 : (int64_t)done;
        if (!e && c->house && c->house->stopping)
            e = E_STOPPING;
    }
    if (bulk && !e)
        e = search_bulk(c->db, false);
    if (n)
        *n = all;
    return e;
}

enum err run_search_fill(struct call *c, const struct job *job)
{
    enum err e = search_fill(c, false, NULL);
    (void)job;
    return e ? e : doc_search_fill(c);
}
