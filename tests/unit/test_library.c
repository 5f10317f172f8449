/* The life of resources against a slow model, at random: who may do what when, where it leads, and
 * that after every step each viewer's lists hold exactly what the model says he may see, in its
 * order. Then the textbook spine. */
#include "server/app/file.h"
#include "server/app/may.h"
#include "server/app/resource.h"
#include "server/app/taxon.h"
#include "server/base/id.h"

#include "tests/unit/testdb.h"

#include <time.h>

static struct testdb t;
static struct db *db;
static struct arena *keep, *scratch;

enum { PEOPLE = 8, RESOURCES = 24, TAXA = 12, STEPS = 1500 };
/* Schools 1 and 2 are group 1; school 3 stands alone. 1, 2, 3 work at school 1; 3 leads department
 * 1 (1, 2, 3), 4 administers school 1; 5 works at 2, 6 at 3; 7 administers 3; 8 is the bureau. */
static const int64_t home[PEOPLE + 1] = { 0, 1, 1, 1, 1, 2, 3, 3, 0 };

#define DO(...) assert_int_equal(db_run(db, __VA_ARGS__), E_OK)

static struct str name_of(const char *what, int64_t id)
{
    return arena_fmt(keep, "%s%lld", what, (long long)id);
}

static void grant(int64_t person, const char *role, int64_t kind, int64_t id)
{
    DO("INSERT INTO role_grant(person_id, role, scope_kind, scope_id, from_at) VALUES(?1, ?2, ?3, "
       "?4, 0)",
       I(person), T(str_of(role)), I(kind), I(id));
}

static void people(void)
{
    for (int64_t i = 1; i <= 3; i++)
        DO("INSERT INTO school(id, uuid, code, name, created_at) VALUES(?1, ?2, ?2, ?2, 0)", I(i),
           T(name_of("s", i)));
    DO("INSERT INTO edu_group(id, uuid, name, mode, lead_school, founded_at) VALUES(1, 'g', 'g', "
       "'tight', 1, 0)");
    DO("INSERT INTO group_member(group_id, school_id, from_at) VALUES(1, 1, 0), (1, 2, 0)");
    DO("INSERT INTO dept(id, uuid, kind, name, school_id, created_at) VALUES(1, 'd', 'prep', 'd', "
       "1, 0)");
    for (int64_t i = 1; i <= PEOPLE; i++)
        DO("INSERT INTO person(id, uuid, login, name, school_id, created_at) VALUES(?1, ?2, ?2, "
           "?2, ?3, 0)",
           I(i), T(name_of("p", i)), home[i] ? I(home[i]) : NUL);
    DO("INSERT INTO dept_member(dept_id, person_id, leader, from_at) VALUES(1, 1, 0, 0), (1, 2, 0, "
       "0), (1, 3, 1, 0)");
    grant(4, "school_admin", SCOPE_SCHOOL, 1);
    grant(7, "school_admin", SCOPE_SCHOOL, 3);
    grant(8, "bureau", SCOPE_COUNTY, 1);
    for (int64_t i = 1; i <= PEOPLE; i++)
        assert_int_equal(viewer_stale_person(db, i), E_OK);
    assert_int_equal(viewer_rebuild(db, 1), E_OK);
}

static struct call call_as(int64_t person, int64_t now)
{
    struct call c = { .db = db, .arena = scratch, .viewer = &viewer_nobody, .now = now };
    arena_reset(scratch);
    if (person)
        assert_int_equal(viewer_of_person(&c, person), E_OK);
    return c;
}

static int64_t
    taxa[TAXA + 1]; /* 1 stage, 2 subject, 3 edition, 4 volume, 5–6 units, the rest lessons */
static int taxon_up_of[TAXA + 1] = { 0, 0, 1, 2, 3, 4, 4, 5, 5, 5, 6, 6, 6 };

static void spine(void)
{
    static const char *const names[TAXA + 1] = {
        "",           "小学",   "语文",   "统编版",       "三年级下册", "第一单元",    "第二单元",
        "1 古诗三首", "2 燕子", "3 荷花", "4 昆虫备忘录", "5 守株待兔", "6 陶罐和铁罐"
    };
    struct call c = call_as(8, 1);
    struct taxon all[TAXA + 1] = { { 0 } };
    struct txn tx = { 0 };
    assert_int_equal(txn_begin(&tx, db), E_OK);
    for (int i = 1; i <= TAXA; i++) {
        assert_int_equal(taxon_under(&c, &all[taxon_up_of[i]], str_of(names[i]), S(""), S(""),
                                     &all[i]),
                         E_OK);
        taxa[i] = all[i].id;
    }
    assert_int_equal(txn_end(&tx, E_OK), E_OK);
    assert_true(str_eqz(all[9].path, "语文 · 统编版 · 三年级下册 · 第一单元 · 3 荷花"));
    assert_true(str_eqz(all[9].grade, "P3") && str_eqz(all[9].subject, "chinese") &&
                str_eqz(all[9].stage, "primary"));
}

static int open_all(void **st)
{
    (void)st;
    if (testdb_open(&t) || db_open(t.store, &db))
        return -1;
    keep = arena_new();
    scratch = arena_new();
    struct txn tx = { 0 };
    assert_int_equal(txn_begin(&tx, db), E_OK);
    people();
    assert_int_equal(txn_end(&tx, E_OK), E_OK);
    spine();
    return 0;
}

static int close_all(void **st)
{
    (void)st;
    arena_free(keep);
    arena_free(scratch);
    db_close(db);
    testdb_close(&t);
    return 0;
}

/* ---- the model: obvious and slow */

struct model {
    int64_t id, owner, scope, state, published_at, kind, taken;
    int taxon; /* index into taxa, 0: none */
    bool approved;
    int64_t last_by, last_at, last_was, last_act; /* the last act that can be undone; 0: none */
};
static struct model m[RESOURCES + 1];
static int made;

static int64_t key_of(const struct model *r)
{
    switch (r->scope) {
    case 1: return AUDIENCE(AUD_PERSON, r->owner);
    case 2: return AUDIENCE(AUD_DEPT, 1);
    case 3: return AUDIENCE(AUD_SCHOOL, home[r->owner]);
    case 4: return AUDIENCE(AUD_GROUP, 1);
    default: return AUDIENCE(AUD_COUNTY, 1);
    }
}

static bool in_audience(int64_t who, const struct model *r)
{
    switch (r->scope) {
    case 1: return who == r->owner;
    case 2:
        return who >= 1 &&
               who <= 4; /* the administrator of the school holds its departments' keys */
    case 3: return home[who] == home[r->owner];
    case 4: return home[who] == 1 || home[who] == 2 || who == 8;
    default: return true;
    }
}

static bool approves(int64_t who, const struct model *r)
{
    if (who == 8)
        return true;
    return (who == 3 && r->owner <= 3) || (who == 4 && home[r->owner] == 1) ||
           (who == 7 && home[r->owner] == 3);
}

static bool keeps(int64_t who, const struct model *r)
{
    return who == r->owner || who == 8 || (who == 4 && home[r->owner] == 1) ||
           (who == 7 && home[r->owner] == 3);
}

static bool model_sees(int64_t who, const struct model *r)
{
    if (who == r->owner)
        return true;
    switch (r->state) {
    case RS_PUBLISHED: return in_audience(who, r);
    case RS_SUBMITTED:
    case RS_REVIEWING: return approves(who, r);
    case RS_WITHDRAWN: return keeps(who, r) && who != 8 && r->scope != 1;
    default: return false;
    }
}

/* What an act leads to, said in words and not by the program's table. */
static int64_t leads_to(const struct model *r, enum resource_act act)
{
    bool fresh = r->state == RS_DRAFT || r->state == RS_RETURNED || r->state == RS_WITHDRAWN;
    bool waits = r->state == RS_SUBMITTED || r->state == RS_REVIEWING;
    switch (act) {
    case RA_SUBMIT: return fresh && r->scope > 3 ? RS_SUBMITTED : 0;
    case RA_PUBLISH: return fresh && r->scope <= 3 ? RS_PUBLISHED : 0;
    case RA_CLAIM: return r->state == RS_SUBMITTED ? RS_REVIEWING : 0;
    case RA_RELEASE: return r->state == RS_REVIEWING ? RS_SUBMITTED : 0;
    case RA_APPROVE: return waits ? RS_PUBLISHED : 0;
    case RA_RETURN: return waits ? RS_RETURNED : 0;
    case RA_RECALL: return waits ? RS_DRAFT : 0;
    case RA_WITHDRAW: return r->state == RS_PUBLISHED ? RS_WITHDRAWN : 0;
    case RA_DISCARD: return fresh ? RS_DISCARDED : 0;
    default: return 0;
    }
}

static bool has_right(int64_t who, const struct model *r, enum resource_act act)
{
    switch (act) {
    case RA_CLAIM:
    case RA_RELEASE:
    case RA_APPROVE:
    case RA_RETURN: return approves(who, r);
    case RA_WITHDRAW: return keeps(who, r);
    default: return who == r->owner;
    }
}

static void model_move(struct model *r, int64_t who, enum resource_act act, int64_t to, int64_t now)
{
    r->last_by = who;
    r->last_at = now;
    r->last_was = r->state;
    r->last_act = (int64_t)act;
    r->approved = act == RA_APPROVE || (to == RS_WITHDRAWN && r->approved);
    r->state = to;
    if (to == RS_PUBLISHED)
        r->published_at = now;
}

/* ---- one random step, done to both */

static void step_create(struct rng *g, int64_t now)
{
    int64_t who = 1 + (int64_t)rng_below(g, 7);
    struct model *r = &m[made + 1];
    struct call c = call_as(who, now);
    int64_t place;
    *r = (struct model){ .owner = who,
                         .state = RS_DRAFT,
                         .scope = 1 + (int64_t)rng_below(g, 5),
                         .kind = 1 + (int64_t)rng_below(g, 3),
                         .taxon = (int)rng_below(g, TAXA + 1) };
    if ((r->scope == 2 && who > 3) || (r->scope == 4 && home[who] == 3))
        r->scope = 3;
    place = taxa[r->taxon];
    static const char *const scopes[] = { "", "person", "dept", "school", "group", "county" };
    static const char *const kinds[] = { "", "lesson_plan", "micro_lesson", "case" };
    struct resource_form f = { .has_title = true,
                               .title = S("荷花"),
                               .has_kind = true,
                               .kind = str_of(kinds[r->kind]),
                               .has_scope = true,
                               .scope = str_of(scopes[r->scope]),
                               .has_origin = true,
                               .origin = S("own"),
                               .has_licence = true,
                               .licence = S("share"),
                               .has_taxons = r->taxon > 0,
                               .taxons = &place,
                               .taxons_n = r->taxon > 0 };
    assert_int_equal(resource_create(&c, &f, &r->id), E_OK);
    struct txn tx = { 0 };
    assert_int_equal(txn_begin(&tx, db), E_OK);
    struct file file = {
        .resource_id = r->id, .ord = 1, .blob_id = 1, .size = 10, .name = S("a.txt")
    };
    assert_int_equal(file_put(db, &file, who), E_OK);
    assert_int_equal(file_totals(db, r->id, 1, now), E_OK);
    assert_int_equal(txn_end(&tx, E_OK), E_OK);
    made++;
}

static void step_act(struct rng *g, int64_t now)
{
    struct model *r = &m[1 + rng_below(g, (uint64_t)made)];
    int64_t who = rng_below(g, 2) ? r->owner : 1 + (int64_t)rng_below(g, PEOPLE);
    enum resource_act act = (enum resource_act)(RA_SUBMIT + (int)rng_below(g, 9));
    struct call c = call_as(who, now);
    struct resource_acted done;
    int64_t to = model_sees(who, r) && has_right(who, r, act) ? leads_to(r, act) : 0;
    enum err e = resource_do(&c, r->id, act, S("因为"), &done);
    if ((e == E_OK) != (to != 0))
        fail_msg("resource %d state %d scope %d owner %d: person %d act %d gave %s", (int)r->id,
                 (int)r->state, (int)r->scope, (int)r->owner, (int)who, (int)act, err_row(e)->name);
    if (e) {
        if (!model_sees(who, r))
            assert_int_equal(e, E_NOT_FOUND);
        else if (!has_right(who, r, act))
            assert_int_equal(e, E_FORBIDDEN);
        return;
    }
    model_move(r, who, act, to, now);
    if (act == RA_SUBMIT && approves(who, r))
        model_move(r, who, RA_APPROVE, RS_PUBLISHED, now);
}

static void step_undo(struct rng *g, int64_t now)
{
    struct model *r = &m[1 + rng_below(g, (uint64_t)made)];
    int64_t who = rng_below(g, 3) ? r->last_by : r->owner;
    if (!who)
        return;
    struct call c = call_as(who, now);
    struct resource_acted done;
    bool fits = r->last_by == who && now - r->last_at <= UNDO_MS &&
                (who == r->owner || approves(who, r) || keeps(who, r)) &&
                !(r->last_was == RS_PUBLISHED && r->scope > 3 && !r->approved);
    enum err e = resource_do(&c, r->id, RA_UNDO, S(""), &done);
    if ((e == E_OK) != fits)
        fail_msg("undo by %d of act %d on %d gave %s", (int)who, (int)r->last_act, (int)r->id,
                 err_row(e)->name);
    if (e)
        return;
    r->state = r->last_was;
    if (r->state != RS_PUBLISHED && r->state != RS_WITHDRAWN)
        r->approved = false;
    r->last_by = 0;
}

/* The author makes the audience wider or narrower. */
static void step_change(struct rng *g, int64_t now)
{
    struct model *r = &m[1 + rng_below(g, (uint64_t)made)];
    int64_t scope = 3 + 2 * (int64_t)rng_below(g, 2), who = r->owner;
    struct call c = call_as(who, now);
    struct resource_form f = { .has_scope = true, .scope = scope == 3 ? S("school") : S("county") };
    enum err e = resource_change(&c, r->id, 0, &f);
    if (e != (r->state == RS_DISCARDED ? E_STATE : E_OK))
        fail_msg("change of %d in state %d gave %s: %.*s", (int)r->id, (int)r->state,
                 err_row(e)->name, STR_ARG(c.fault.text));
    if (e)
        return;
    r->scope = scope;
    if (r->state == RS_WITHDRAWN)
        r->approved = false; /* or an undo would publish what nobody approved */
    if (r->state != RS_PUBLISHED || scope == 3)
        return;
    if (approves(who, r)) {
        r->approved = true;
        return;
    }
    r->state = RS_SUBMITTED;
    r->approved = false;
    r->last_by = 0;
}

static void step_use(struct rng *g, int64_t now)
{
    static bool took[RESOURCES + 1][PEOPLE + 1];
    size_t i = 1 + rng_below(g, (uint64_t)made);
    int64_t who = 1 + (int64_t)rng_below(g, PEOPLE);
    struct call c = call_as(who, now);
    bool fresh;
    if (m[i].owner == who)
        return;
    struct txn tx = { 0 };
    assert_int_equal(txn_begin(&tx, db), E_OK);
    assert_int_equal(resource_use_put(c.db, m[i].id, who, now, &fresh), E_OK);
    assert_int_equal(txn_end(&tx, E_OK), E_OK);
    assert_int_equal(fresh, !took[i][who]);
    m[i].taken += fresh;
    took[i][who] = true;
}

/* ---- lists, against a walk over the model */

static bool under(int taxon, int above)
{
    while (taxon && taxon != above)
        taxon = taxon_up_of[taxon];
    return taxon == above;
}

static bool before(const struct model *a, const struct model *b, bool used)
{
    int64_t x = used ? a->taken : a->published_at, y = used ? b->taken : b->published_at;
    return x != y ? x > y : a->id > b->id;
}

static size_t expected(int64_t who, int above, int64_t kind, bool used, int64_t *out)
{
    const struct model *hit[RESOURCES];
    size_t n = 0;
    for (int i = 1; i <= made; i++) {
        const struct model *r = &m[i];
        if (r->state != RS_PUBLISHED || !in_audience(who, r) || (kind && r->kind != kind) ||
            (above && !under(r->taxon, above)))
            continue;
        size_t at = n++;
        for (; at > 0 && before(r, hit[at - 1], used); at--)
            hit[at] = hit[at - 1];
        hit[at] = r;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = hit[i]->id;
    return n;
}

static void check_list(struct rng *g, int64_t who)
{
    static const char *const kinds[] = { "", "lesson_plan", "micro_lesson", "case" };
    int above = (int)rng_below(g, TAXA + 1);
    int64_t kind = (int64_t)rng_below(g, 4), want[RESOURCES];
    bool used = rng_below(g, 2);
    struct resource_query q = { .has_taxon = above > 0,
                                .taxon = taxa[above],
                                .has_kind = kind > 0,
                                .kind = str_of(kinds[kind]),
                                .has_sort = used,
                                .sort = S("used"),
                                .has_limit = true,
                                .limit = 1 + (int64_t)rng_below(g, 5) };
    size_t n = expected(who, above, kind, used, want), got = 0;
    for (;;) {
        struct call c = call_as(who, 1);
        struct resource_page p;
        char cursor[64];
        assert_int_equal(resource_page_get(&c, &q, &p), E_OK);
        for (size_t i = 0; i < p.items_n; i++, got++)
            if (got >= n || p.items[i].id != want[got])
                fail_msg("person %d list %d/%d/%d: row %zu is not the model's", (int)who, above,
                         (int)kind, used, got);
        if (!p.has_next)
            break;
        snprintf(cursor, sizeof cursor, "%.*s", STR_ARG(p.next));
        q.has_cursor = true;
        q.cursor = arena_str(keep, str_of(cursor));
    }
    assert_int_equal(got, n);
}

static void check_one(struct rng *g, int64_t who)
{
    const struct model *r = &m[1 + rng_below(g, (uint64_t)made)];
    struct call c = call_as(who, 1);
    struct resource shown;
    enum err e = resource_show(&c, r->id, &shown);
    if ((e == E_OK) != model_sees(who, r))
        fail_msg("person %d, resource of %d in state %d scope %d: %s", (int)who, (int)r->owner,
                 (int)r->state, (int)r->scope, err_row(e)->name);
    if (e)
        assert_int_equal(e, E_NOT_FOUND);
    else
        assert_int_equal(AUDIENCE(r->scope, shown.scope_ref), key_of(r));
}

static void test_life(void **st)
{
    const char *given = getenv("SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    struct rng g = rng_of(seed);
    int64_t now = 1000000;
    (void)st;
    printf("seed %llu\n", (unsigned long long)seed);
    DO("INSERT INTO blob(id, sha256, size, crc32, mime, kind, verdict, created_at, seen_at) "
       "VALUES(1, '0000000000000000000000000000000000000000000000000000000000000000', 10, 0, "
       "'text/plain', "
       "'text', 1, 0, 0)");
    for (int i = 0; i < STEPS; i++) {
        uint64_t what = rng_below(&g, 12);
        now += rng_below(&g, 40) ? 1 + (int64_t)rng_below(&g, 1000) : UNDO_MS + 1;
        if (made < RESOURCES && (made == 0 || what == 0))
            step_create(&g, now);
        else if (what < 7)
            step_act(&g, now);
        else if (what < 9)
            step_undo(&g, now);
        else if (what < 10)
            step_change(&g, now);
        else
            step_use(&g, now);
        check_list(&g, 1 + (int64_t)rng_below(&g, PEOPLE));
        check_one(&g, 1 + (int64_t)rng_below(&g, PEOPLE));
    }
    int64_t wrong;
    assert_int_equal(
        db_int(db, &wrong,
               "SELECT count(*) FROM resource_at w WHERE NOT EXISTS (SELECT 1 FROM resource r "
               "WHERE r.id = w.resource_id AND r.state = 5 AND r.published_at = w.at "
               "AND r.akey = w.akey)"),
        E_OK);
    assert_int_equal(wrong, 0);
}

/* ---- files */

static void five_hundred_files_are_the_most(void **st)
{
    struct call c = call_as(1, 1);
    struct resource_form f = {
        .has_title = true, .title = S("许多文件"), .has_kind = true, .kind = S("case")
    };
    struct file file = { .blob_id = 1, .size = 10, .name = S("a.txt") };
    struct file_done done;
    struct txn tx = { 0 };
    (void)st;
    assert_int_equal(resource_create(&c, &f, &file.resource_id), E_OK);
    assert_int_equal(txn_begin(&tx, db), E_OK);
    for (int i = 0; i < FILES_MAX; i++)
        assert_int_equal(file_put(db, &file, 1), E_OK);
    assert_int_equal(file_totals(db, file.resource_id, 1, 1), E_OK);
    assert_int_equal(txn_end(&tx, E_OK), E_OK);
    int64_t first = file.id - 1;
    assert_int_equal(file_remove(&c, first, false, &done), E_OK);
    assert_int_equal(file_remove(&c, first, true, &done), E_OK);
    assert_int_equal(file_remove(&c, first, false, &done), E_OK);
    assert_int_equal(txn_begin(&tx, db), E_OK);
    assert_int_equal(file_put(db, &file, 1), E_OK);
    assert_int_equal(file_totals(db, file.resource_id, done.resource_rev, 1), E_OK);
    assert_int_equal(txn_end(&tx, E_OK), E_OK);
    assert_int_equal(file_remove(&c, first, true, &done), E_INPUT);
}

/* ---- the spine */

static void test_import(void **st)
{
    struct call c = call_as(8, 1);
    struct taxon_import in = {
        .parent = taxa[4],
        .has_dry_run = true,
        .dry_run = true,
        .text = S("单元\t课题\n第三单元\t9 古诗三首\n\t10 纸的发明\n第一单元\t3 荷花\n")
    };
    struct taxon_import_done done;
    int64_t before, after;
    (void)st;
    assert_int_equal(db_int(db, &before, "SELECT count(*) FROM taxon"), E_OK);
    assert_int_equal(taxon_take_in(&c, &in, &done), E_OK);
    assert_int_equal(done.units, 1);
    assert_int_equal(done.lessons, 2);
    assert_int_equal(done.known, 1);
    assert_int_equal(db_int(db, &after, "SELECT count(*) FROM taxon"), E_OK);
    assert_int_equal(before, after);
    in.dry_run = false;
    assert_int_equal(taxon_take_in(&c, &in, &done), E_OK);
    assert_int_equal(db_int(db, &after, "SELECT count(*) FROM taxon"), E_OK);
    assert_int_equal(before + 3, after);
}

static void test_rename(void **st)
{
    struct taxon_form f = { .has_name = true, .name = S("三年级下册（新）") };
    struct call c = call_as(8, 1);
    struct taxon_view v;
    (void)st;
    assert_int_equal(taxon_change(&c, taxa[4], 7, &f), E_REV);
    assert_int_equal(taxon_change(&c, taxa[4], 1, &f), E_OK);
    assert_int_equal(taxon_show(&c, taxa[9], &v), E_OK);
    assert_int_equal(v.path_n, 6);
    assert_true(str_eqz(v.self->path, "语文 · 统编版 · 三年级下册（新） · 第一单元 · 3 荷花"));
    f.name = S("语文");
    f.has_parent = true;
    f.parent = taxa[1];
    int64_t id;
    assert_int_equal(taxon_create(&c, &f, &id), E_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_life),
        cmocka_unit_test(five_hundred_files_are_the_most),
        cmocka_unit_test(test_import),
        cmocka_unit_test(test_rename),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
