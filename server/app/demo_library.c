/* The demo's resources: made, given files, published, approved and taken by the same functions
 * people use. */
#include "server/app/demo.h"
#include "server/app/dict.h"
#include "server/app/file_access.h"
#include "server/app/home.h"
#include "server/app/intake.h"
#include "server/app/resource.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"

/* Kinds as often as teachers make them, what they are called in a title, and their files. */
static const struct {
    const char *kind, *word;
    const char *ext[4];
    int weight;
} kinds[] = {
    { "lesson_plan", "教学设计", { "docx", "pdf", NULL }, 20 },
    { "courseware", "课件", { "pptx", NULL }, 22 },
    { "micro_lesson", "微课", { "mp4", "docx", NULL }, 10 },
    { "case", "教学案例", { "docx", "jpg", NULL }, 8 },
    { "lesson_video", "课堂实录", { "mp4", "docx", NULL }, 6 },
    { "question", "试题", { "docx", "xlsx", NULL }, 8 },
    { "paper", "单元测试卷", { "docx", "xlsx", "mp3", NULL }, 6 },
    { "guide_sheet", "导学案", { "docx", NULL }, 7 },
    { "exercise", "作业设计", { "pdf", NULL }, 6 },
    { "material", "教学素材", { "png", "jpg", "wav", "txt" }, 5 },
    { "package", "资源包", { "zip", "pptx", NULL }, 2 },
};
enum { KINDS_N = sizeof kinds / sizeof *kinds };

static size_t pick_kind(struct demo *d)
{
    int at = (int)rng_below(&d->rng, 100);
    for (size_t i = 0; i < KINDS_N; i++)
        if ((at -= kinds[i].weight) < 0)
            return i;
    return 0;
}

struct one {
    const struct demo_person *author;
    const struct demo_book *book;
    size_t lesson, kind;
    struct str title;
    int64_t id;
};

static const struct demo_book *pick_book(struct demo *d, const struct demo_person *p)
{
    const struct demo_book *fit[16];
    size_t n = 0;
    for (size_t i = 0; i < d->books_n && n < 16; i++)
        if (str_eqz(d->books[i].subject, p->subject) && str_eqz(d->books[i].grade, p->grade))
            fit[n++] = &d->books[i];
    return n ? fit[rng_below(&d->rng, n)] : NULL;
}

static const char *pick_scope(struct demo *d)
{
    uint64_t at = rng_below(&d->rng, 100);
    return at < 8 ? "person" : at < 20 ? "dept" : at < 40 ? "school" : at < 70 ? "group" : "county";
}

static enum err make(struct demo *d, struct one *o)
{
    static const char *const modes[] = { "inquiry", "cooperation", "situation", "unit",
                                         "alignment" };
    struct call *c = d->call;
    int64_t place = o->book->lessons[o->lesson];
    struct str mode = str_of(modes[rng_below(&d->rng, 5)]), author;
    bool own = rng_below(&d->rng, 4) > 0;
    enum err e = resource_person_name(c->db, c->arena, o->author->id, &author);
    if (e)
        return e;
    o->title =
        arena_fmt(c->arena, "%.*s%s", STR_ARG(o->book->names[o->lesson]), kinds[o->kind].word);
    struct resource_form f = {
        .has_title = true,
        .title = o->title,
        .has_kind = true,
        .kind = str_of(kinds[o->kind].kind),
        .has_scope = true,
        .scope = str_of(pick_scope(d)),
        .has_taxons = true,
        .taxons = &place,
        .taxons_n = 1,
        .has_lesson_type = true,
        .lesson_type = rng_below(&d->rng, 3) ? S("new") : S("review"),
        .has_modes = true,
        .modes = &mode,
        .modes_n = 1,
        .has_authors = true,
        .authors = &author,
        .authors_n = 1,
        .has_origin = true,
        .origin = own ? S("own") : S("team"),
        .has_licence = true,
        .licence = S("share"),
        .has_summary = true,
        .summary = arena_fmt(c->arena, "《%.*s》的%s，%.*s，课堂上用过，可按本班情况修改。",
                             STR_ARG(o->book->names[o->lesson]), kinds[o->kind].word,
                             STR_ARG(dict_text(DICT_mode, dict_number(DICT_mode, mode)))),
    };
    if (f.scope.n == 4 &&
        str_eqz(f.scope, "dept")) /* whoever is in no 备课组 shares with the school */
        f.scope = resource_dept_of(c->db, o->author->id, c->now, &f.dept) || !f.dept ? S("school")
                                                                                     : S("dept");
    return resource_create(c, &f, &o->id);
}

static enum err attach(struct call *c, int64_t resource, struct str name, struct blob *b)
{
    struct txn tx = { 0 };
    struct file_done done;
    enum err e = txn_begin(&tx, c->db);
    return txn_end(&tx, e ? e : intake_attach(c, resource, name, S(""), b, &done));
}

static enum err add_files(struct demo *d, const struct one *o)
{
    static const char *const named[][2] = { { "docx", "" },
                                            { "pptx", "" },
                                            { "xlsx", "（细目表）" },
                                            { "mp3", "（听力）" },
                                            { "jpg", "（配图）" } };
    enum err e = E_OK;
    for (size_t i = 0; i < 4 && kinds[o->kind].ext[i] && !e; i++) {
        const char *ext = kinds[o->kind].ext[i], *more = "";
        struct buf bytes;
        struct blob blob;
        for (size_t k = 0; k < 5; k++)
            if (str_eqz(str_of(ext), named[k][0]))
                more = named[k][1];
        buf_init(&bytes, 8 * 1024 * 1024);
        struct str name = arena_fmt(d->call->arena, "%.*s%s.%s", STR_ARG(o->title), more, ext);
        for (size_t k = 0; k < name.n; k++) /* Unit 3 What would you like? */
            if (name.p[k] == '?' || name.p[k] == ':')
                ((char *)name.p)[k] = ' ';
        if (!(e = demo_file(d, ext, o->title, o->book->names[o->lesson], &bytes)) &&
            !(e = intake_bytes(d->call, buf_str(&bytes), name, &blob)))
            e = attach(d->call, o->id, name, &blob);
        buf_fini(&bytes);
    }
    return e;
}

/* Somebody who may approve it, but its author; 0: only himself. */
static enum err approver_of(struct demo *d, int64_t resource, int64_t author, int64_t *who)
{
    struct resource_row r;
    int64_t *all;
    size_t n;
    enum err e = resource_get(d->call->db, d->call->arena, resource, &r);
    *who = 0;
    if (e || (e = resource_approvers(d->call->db, d->call->arena, r.school, r.dept, &all, &n)))
        return e;
    for (size_t i = 0; i < n && !*who; i++)
        if (all[i] != author)
            *who = all[i];
    return E_OK;
}

static enum err act_as(struct demo *d, int64_t person, int64_t resource, enum resource_act act,
                       const char *note, struct resource_acted *done)
{
    enum err e = demo_as(d, person);
    return e ? e : resource_do(d->call, resource, act, str_of(note), done);
}

/* Most are published, a few wait, were returned, withdrawn, or never left the drawer. */
static enum err live(struct demo *d, const struct one *o, size_t nth)
{
    struct resource_acted done;
    struct resource_row r;
    int64_t who, author = o->author->id;
    enum err e = resource_get(d->call->db, d->call->arena, o->id, &r);
    if (e || nth % 17 == 16)
        return e;
    d->now += 5 * MINUTE_MS;
    if (!resource_beyond(r.akey))
        return act_as(d, author, o->id, RA_PUBLISH, "", &done);
    if ((e = act_as(d, author, o->id, RA_SUBMIT, "", &done)) || str_eqz(done.state, "published") ||
        nth % 13 == 12)
        return e;
    d->now += 30 * MINUTE_MS;
    if ((e = approver_of(d, o->id, author, &who)) || !who)
        return e;
    if (nth % 19 == 18)
        return act_as(d, who, o->id, RA_RETURN, "第二环节的问题可以再具体一些，请补充学生活动。",
                      &done);
    if ((e = act_as(d, who, o->id, RA_APPROVE, "", &done)) || nth % 41 != 40)
        return e;
    d->now += 30 * MINUTE_MS;
    return act_as(d, author, o->id, RA_WITHDRAW, "", &done);
}

/* For a lesson the author's classes have about now: mostly this one, else a neighbour. */
static enum err place_now(struct demo *d, struct one *o)
{
    const struct demo_book *b = demo_book_taught(d, o->author);
    struct term t;
    enum err e = b ? term_get(d->call->db, d->call->arena, d->term, &t) : E_OK;
    if (e || !b)
        return e;
    size_t at = home_lesson_at(&t, d->today, b->lessons_n), other = o->lesson % 4;
    if (other == 2 && at > 0)
        at--;
    else if (other == 3 && at + 1 < b->lessons_n)
        at++;
    o->book = b;
    o->lesson = at;
    return E_OK;
}

static enum err one_resource(struct demo *d, size_t nth)
{
    struct one o = { 0 };
    while (!o.book) { /* teachers only; the first four are wang's and lin's, so that they have
                         something */
        size_t i = nth < 4 ? DEMO_WANG + nth % 2
                           : DEMO_STAFF + rng_below(&d->rng, d->people_n - DEMO_STAFF);
        o.author = &d->people[i];
        o.book = pick_book(d, o.author);
    }
    o.lesson = (size_t)rng_below(&d->rng, o.book->lessons_n);
    o.kind = pick_kind(d);
    enum err e = demo_as(d, o.author->id);
    if (e || (nth % 3 == 0 && (e = place_now(d, &o))) || (e = make(d, &o)) ||
        (e = add_files(d, &o)))
        return e;
    return live(d, &o, nth);
}

/* Colleagues take what they see. */
static enum err take_some(struct demo *d)
{
    enum err e = E_OK;
    for (size_t i = DEMO_STAFF; i < d->people_n && !e; i++) {
        struct resource_query q = { .has_limit = true, .limit = 100 };
        struct resource_page page;
        int64_t ids[100];
        if ((e = demo_as(d, d->people[i].id)) || (e = resource_page_get(d->call, &q, &page)))
            break;
        size_t n = page.items_n, many = 4 + (size_t)rng_below(&d->rng, 12);
        for (size_t k = 0; k < n; k++)
            ids[k] = page.items[k].id;
        for (size_t k = 0; k < many && n && !e; k++) {
            uint64_t a = rng_below(&d->rng, n), b = rng_below(&d->rng, n);
            d->now += 1000;
            d->call->now = d->now;
            e = use_add(d->call, ids[a < b ? a : b]); /* the newer ones more often */
        }
    }
    return e;
}

enum err demo_library(struct demo *d)
{
    enum err e = E_OK;
    int64_t step = (d->today * DAY_MS - d->start) / (DEMO_RESOURCES + 20);
    for (size_t i = 0; i < DEMO_RESOURCES && !e; i++) {
        d->now = d->start + (int64_t)i * step;
        e = one_resource(d, i);
    }
    return e ? e : take_some(d);
}
