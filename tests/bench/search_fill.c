/* Makes a county for the search bench: N published resources with distinct text whose words follow
 * Zipf's law, in 400 groups, each resource seen by one group (0.25 %); indexes them the way the
 * product does; then prints a mix of queries, and for each what a scan over all texts finds, as
 * JSON lines:
 *     search_fill DB N SEED     {"q":…,"kind":…,"all":count,"few":count,"few_ids":[…]}
 * Persons "all" (of the bureau, sees all groups) and "few" (a teacher of group 1) are made here.
 * The text of a resource is drawn again from its own seed for the scan, so the texts are not kept.
 */
#include "server/app/search.h"
#include "server/app/viewer.h"
#include "server/base/buf.h"
#include "server/base/clock.h"
#include "server/base/id.h"
#include "server/base/log.h"
#include "server/base/mem.h"
#include "server/base/utf.h"
#include "storage/gram.h"
#include "storage/viewer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 60000, CHARS = 3000, GROUPS = 400, TITLE = 12, SUMMARY = 120, QUERIES = 200 };
enum { PIECE = 2000, IDS_MAX = 3000 };

static char words[WORDS][16];
static double word_sum[WORDS], char_sum[CHARS];
static uint64_t seed;

static size_t pick(struct rng *r, const double *sum, size_t n)
{
    double x = (double)rng_below(r, 1ull << 40) / (double)(1ull << 40) * sum[n - 1];
    size_t lo = 0, hi = n - 1;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (sum[mid] < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void vocabulary(void)
{
    struct rng r = rng_of(seed);
    double sum = 0;
    for (size_t i = 0; i < CHARS; i++)
        char_sum[i] = sum += 1 / pow((double)i + 8, 0.8);
    sum = 0;
    for (size_t i = 0; i < WORDS; i++) {
        size_t length = i < 40 ? 1 : rng_below(&r, 10) < 6 ? 2 : 3 + rng_below(&r, 2), n = 0;
        word_sum[i] = sum += 1 / ((double)i + 3);
        for (size_t k = 0; k < length; k++) /* simplified and traditional ones alike */
            n += utf_put(words[i] + n, 0x4E00 + (uint32_t)pick(&r, char_sum, CHARS) * 6);
    }
}

static size_t text_of(struct rng *r, char *out, size_t chars)
{
    size_t n = 0, had = 0, since = 0;
    while (had < chars) {
        const char *w = words[pick(r, word_sum, WORDS)];
        size_t l = strlen(w);
        memcpy(out + n, w, l);
        n += l;
        had += l / 3;
        since += l / 3;
        if (since > 12) {
            memcpy(out + n, "，", 3);
            n += 3;
            since = 0;
        }
    }
    out[n] = 0;
    return n;
}

struct drawn {
    char title[PIECE], summary[PIECE];
    size_t title_n, summary_n;
    int64_t group;
};

static void draw(int64_t i, struct drawn *d)
{
    struct rng r = rng_of(seed * 1000003u + (uint64_t)i);
    d->title_n = text_of(&r, d->title, TITLE);
    d->summary_n = text_of(&r, d->summary, SUMMARY);
    d->group = 1 + (int64_t)rng_below(&r, GROUPS);
}

/* ---- rows */

static void ok(enum err e, const char *what)
{
    if (!e)
        return;
    fprintf(stderr, "%s: %s\n", what, err_row(e)->name);
    exit(1);
}

static void people(struct db *db, struct arena *a)
{
    static const char *const who[] = { "all", "few" };
    struct txn tx = { 0 };
    ok(txn_begin(&tx, db), "people");
    for (int64_t i = 1; i <= GROUPS; i++) {
        struct str name = arena_fmt(a, "演示%d", (int)i);
        ok(db_run(db,
                  "INSERT INTO school(id, uuid, code, name, created_at) VALUES(?1, ?2, ?2, ?2, 1)",
                  I(i), T(name)),
           "school");
        ok(db_run(db,
                  "INSERT INTO edu_group(id, uuid, name, mode, lead_school, founded_at) "
                  "VALUES(?1, ?2, ?2, 'tight', ?1, 1)",
                  I(i), T(name)),
           "group");
        ok(db_run(db, "INSERT INTO group_member(group_id, school_id, from_at) VALUES(?1, ?1, 1)",
                  I(i)),
           "member");
    }
    for (int64_t p = 1; p <= 2; p++)
        ok(db_run(db,
                  "INSERT INTO person(id, uuid, login, name, school_id, created_at) "
                  "VALUES(?1, ?2, ?2, ?2, 1, 1)",
                  I(p), T(str_of(who[p - 1]))),
           "person");
    ok(db_run(db, "INSERT INTO role_grant(person_id, role, scope_kind, scope_id, from_at) "
                  "VALUES(1, 'bureau', 5, 1, 1)"),
       "role");
    for (int64_t p = 1; p <= 2; p++)
        ok(viewer_stale_person(db, p), "keys");
    ok(viewer_rebuild(db, clock_now()), "keys");
    ok(txn_end(&tx, E_OK), "people");
}

static void resources(struct db *db, int64_t n)
{
    struct drawn *d = NEW(struct drawn);
    for (int64_t i = 1; i <= n;) {
        struct txn tx = { 0 };
        enum err e = txn_begin(&tx, db);
        for (int64_t end = i + 5000; i <= n && i < end && !e; i++) {
            draw(i, d);
            e = db_run(db,
                       "INSERT INTO resource(id, state, kind, lesson_type, akey, owner, school, "
                       "licence, origin, created_at, changed_at, published_at, approved_by, title, "
                       "summary) VALUES(?1, 5, ?2, ?3, ?4, 1, ?5, 1, 1, ?6, ?6, ?6, 1, ?7, ?8)",
                       I(i), I(1 + i % 8), I(i % 5), I(d->group * 8 + 4), I(d->group),
                       I(1400000000000 + i * 400000), T(((struct str){ d->title, d->title_n })),
                       T(((struct str){ d->summary, d->summary_n })));
        }
        ok(txn_end(&tx, e), "resource");
    }
    mem_free(d);
}

/* As search sees it: 儀 is 仪. Folding never makes a text longer. */
static void fold(char *p)
{
    struct str rest = str_of(p);
    size_t n = 0;
    while (rest.n) {
        uint32_t rune;
        size_t l = utf_get(rest, &rune);
        n += utf_put(p + n, gram_fold(rune));
        rest = str_sub(rest, l, rest.n);
    }
    p[n] = 0;
}

/* ---- the mix, and the scan */

struct query {
    char q[64], part[2][40]; /* as asked; folded */
    const char *kind;
    int parts;
    int64_t all, few, ids[IDS_MAX];
};

/* Words as they stand in texts, so frequent ones are asked for more often, as people do. */
static void word(struct rng *r, char *out, size_t low, size_t high)
{
    size_t l;
    do {
        strcpy(out, words[pick(r, word_sum, WORDS)]);
        l = strlen(out) / 3;
    } while (l < low || l > high);
}

static void query_make(struct rng *r, int i, struct query *q)
{
    *q = (struct query){ .parts = 1 };
    switch (i % 10) {
    case 0:
        q->kind = "一字";
        q->part[0][utf_put(q->part[0], 0x4E00 + (uint32_t)pick(r, char_sum, CHARS) * 6)] = 0;
        break;
    case 1:
    case 2:
    case 3: q->kind = "二字", word(r, q->part[0], 2, 2); break;
    case 4:
    case 5: q->kind = "三四字", word(r, q->part[0], 3, 4); break;
    case 6:
        q->kind = "生僻";
        strcpy(q->part[0], words[WORDS / 2 + rng_below(r, WORDS / 2)]);
        break;
    case 7:
    case 8:
        q->kind = "两词";
        q->parts = 2;
        word(r, q->part[0], 2, 4);
        word(r, q->part[1], 2, 4);
        break;
    default: /* two words written together: most are in no text */
        q->kind = "连写";
        word(r, q->part[0], 2, 2);
        word(r, q->part[0] + 6, 2, 2);
    }
    snprintf(q->q, sizeof q->q, "%s%s%s", q->part[0], q->parts > 1 ? " " : "", q->part[1]);
    for (int k = 0; k < q->parts; k++)
        fold(q->part[k]);
}

static bool scan_one(const struct drawn *d, const struct query *q)
{
    for (int k = 0; k < q->parts; k++)
        if (!strstr(d->title, q->part[k]) && !strstr(d->summary, q->part[k]))
            return false;
    return true;
}

static void scan_all(struct query *qs, int64_t n)
{
    struct drawn *d = NEW(struct drawn);
    for (int64_t i = 1; i <= n; i++) {
        draw(i, d);
        fold(d->title);
        fold(d->summary);
        for (struct query *q = qs; q < qs + QUERIES; q++) {
            if (!scan_one(d, q))
                continue;
            q->all++;
            if (d->group == 1 && q->few++ < IDS_MAX)
                q->ids[q->few - 1] = i;
        }
    }
    mem_free(d);
}

static void print_one(const struct query *q)
{
    printf("{\"q\":\"%s\",\"kind\":\"%s\",\"all\":%lld,\"few\":%lld,\"few_ids\":[", q->q, q->kind,
           (long long)q->all, (long long)q->few);
    for (int64_t i = 0; i < q->few && i < IDS_MAX; i++)
        printf("%s%lld", i ? "," : "", (long long)q->ids[i]);
    printf("]}\n");
}

int main(int argc, char **argv)
{
    struct store *s = NULL;
    struct db *db = NULL;
    struct arena *a = arena_new();
    struct call c = { .arena = a, .viewer = &viewer_house, .now = clock_now() };
    int64_t n = argc == 4 ? atoll(argv[2]) : 0, from, indexed = 0;
    if (n <= 0)
        return 2;
    seed = (uint64_t)atoll(argv[3]);
    log_level("error");
    vocabulary();
    ok(store_open(argv[1], &s), "open");
    ok(store_migrate(s, NULL), "migrate");
    ok(db_open(s, &db), "open");
    c.db = db;
    people(db, a);
    resources(db, n);
    from = clock_mono();
    ok(search_fill(&c, true, &indexed), "fill");
    fprintf(stderr, "indexed %lld in %.1f s\n", (long long)indexed,
            (double)(clock_mono() - from) / 1000);
    struct rng r = rng_of(seed + 7);
    struct query *qs = mem_array(QUERIES, sizeof *qs);
    for (int i = 0; i < QUERIES; i++)
        query_make(&r, i, &qs[i]);
    scan_all(qs, n);
    for (int i = 0; i < QUERIES; i++)
        print_one(&qs[i]);
    db_close(db);
    store_close(s);
    return 0;
}
