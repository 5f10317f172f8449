/* Makes a county for the search bench: N published resources with distinct text whose words follow
 * Zipf's law, in 400 groups, each resource seen by one group (0.25 %), and indexes them the way the
 * product does:
 *     search_fill DB N SEED
 * Persons "all" (of the bureau, sees all groups) and "few" (a teacher of group 1) are made there.
 * Without a database it prints the mix of queries, and for each what a scan over all texts finds,
 * as JSON lines; all_sum is the sum of the ids, so that wrong ones are not taken for the right
 * ones: search_fill - N SEED     {"q":…,"kind":…,"all":count,"all_sum":…,"few":count,"few_ids":[…]}
 * The text of a resource is drawn again from its own seed for the scan, so the texts are not kept.
 * One word in thirty is of letters and digits, in capitals in every other place. */
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

/* As texts have them (Chinese, or letters and digits in small), and as a scan compares them. */
static char words[WORDS][16], folded[WORDS][16];
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
        size_t length = i < 40 ? 1 : rng_below(&r, 10) < 6 ? 2 : 3 + rng_below(&r, 2), n = 0, m = 0;
        word_sum[i] = sum += 1 / ((double)i + 3);
        for (size_t k = 0; k < length; k++) { /* simplified and traditional ones alike */
            uint32_t c = 0x4E00 + (uint32_t)pick(&r, char_sum, CHARS) * 6;
            n += utf_put(words[i] + n, c);
            m += utf_put(folded[i] + m, gram_fold(c));
        }
        if (i % 30 == 15) {
            snprintf(words[i], sizeof words[i], "%c%c%c%d", (int)('a' + rng_below(&r, 26)),
                     (int)('a' + rng_below(&r, 26)), (int)('a' + rng_below(&r, 26)), (int)i);
            strcpy(folded[i], words[i]);
        }
    }
}

static bool is_latin(const char *w)
{
    return (unsigned char)*w < 0x80;
}

/* A word of letters stands between spaces, and may be in capitals. */
static size_t latin_put(char *out, const char *w, bool capital)
{
    size_t n = 0;
    out[n++] = ' ';
    for (; *w; w++)
        out[n++] = *w >= 'a' && capital ? (char)(*w - 32) : *w;
    out[n++] = ' ';
    return n;
}

static size_t text_of(struct rng *r, char *out, size_t chars, bool scan)
{
    size_t n = 0, had = 0, since = 0;
    while (had < chars) {
        size_t i = pick(r, word_sum, WORDS);
        const char *w = scan ? folded[i] : words[i];
        size_t l = strlen(w);
        if (is_latin(w)) {
            bool capital = rng_below(r, 2);
            n += latin_put(out + n, w, capital && !scan);
            had += 2;
            continue;
        }
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

static void draw(int64_t i, struct drawn *d, bool scan)
{
    struct rng r = rng_of(seed * 1000003u + (uint64_t)i);
    d->title_n = text_of(&r, d->title, TITLE, scan);
    d->summary_n = text_of(&r, d->summary, SUMMARY, scan);
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
            draw(i, d, false);
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

/* ---- the mix, and the scan */

enum kind { ONE, TWO, FOUR, RARE, LATIN, AND_TWO, AND_THREE, COMMON_AND_RARE, JOINED };
static const char *const kind_names[] = { "一字", "二字", "三四字",     "生僻", "字母",
                                          "两词", "三词", "常见加生僻", "连写" };
/* Twenty queries: what people type is mostly one word of two to four characters. */
static const enum kind mix[] = { ONE,    ONE,   TWO,     TWO,     TWO,       TWO,
                                 TWO,    FOUR,  FOUR,    FOUR,    FOUR,      RARE,
                                 LATIN,  LATIN, AND_TWO, AND_TWO, AND_THREE, COMMON_AND_RARE,
                                 JOINED, JOINED };
enum { MIX = sizeof mix / sizeof *mix };

struct query {
    char q[160], part[3][40], folded[3][40];
    const char *kind;
    int parts;
    int64_t all, all_sum, few, ids[IDS_MAX];
};

/* A Chinese word as they stand in texts, so frequent ones are asked for more often, as people do.
 */
static void word(struct rng *r, char *out, size_t low, size_t high)
{
    size_t l;
    do {
        strcpy(out, words[pick(r, word_sum, WORDS)]);
        l = strlen(out) / 3;
    } while (is_latin(out) || l < low || l > high);
}

static void rare(struct rng *r, char *out)
{
    do
        strcpy(out, words[WORDS / 2 + rng_below(r, WORDS / 2)]);
    while (is_latin(out));
}

/* A query's part as texts that are scanned have it. */
static void fold(const char *part, char *out)
{
    struct str s = str_of(part);
    size_t n = 0;
    uint32_t c;
    if (is_latin(part)) {
        out[latin_put(out, part, false)] = 0;
        return;
    }
    for (size_t l; s.n; s = str_sub(s, l, s.n)) {
        l = utf_get(s, &c);
        n += utf_put(out + n, gram_fold(c));
    }
    out[n] = 0;
}

static void query_make(struct rng *r, enum kind kind, struct query *q)
{
    *q = (struct query){ .parts = 1, .kind = kind_names[kind] };
    switch (kind) {
    case ONE:
        q->part[0][utf_put(q->part[0], 0x4E00 + (uint32_t)pick(r, char_sum, CHARS) * 6)] = 0;
        break;
    case TWO: word(r, q->part[0], 2, 2); break;
    case FOUR: word(r, q->part[0], 3, 4); break;
    case RARE: rare(r, q->part[0]); break;
    case LATIN: strcpy(q->part[0], words[15 + 30 * pick(r, word_sum, WORDS / 30)]); break;
    case AND_THREE: word(r, q->part[2], 2, 4); /* fall through */
    case AND_TWO:
        q->parts = kind == AND_TWO ? 2 : 3;
        word(r, q->part[0], 2, 4);
        word(r, q->part[1], 2, 4);
        break;
    case COMMON_AND_RARE:
        q->parts = 2;
        strcpy(q->part[0], words[rng_below(r, 15)]);
        rare(r, q->part[1]);
        break;
    case JOINED: /* most are in no text */ word(r, q->part[0], 2, 2); word(r, q->part[0] + 6, 2, 2);
    }
    snprintf(q->q, sizeof q->q, "%s%s%s%s%s", q->part[0], q->parts > 1 ? " " : "", q->part[1],
             q->parts > 2 ? " " : "", q->part[2]);
    for (int k = 0; k < q->parts; k++)
        fold(q->part[k], q->folded[k]);
}

static bool scan_one(const struct drawn *d, const struct query *q)
{
    for (int k = 0; k < q->parts; k++)
        if (!strstr(d->title, q->folded[k]) && !strstr(d->summary, q->folded[k]))
            return false;
    return true;
}

static void scan_all(struct query *qs, int64_t n)
{
    struct drawn *d = NEW(struct drawn);
    for (int64_t i = 1; i <= n; i++) {
        draw(i, d, true);
        for (struct query *q = qs; q < qs + QUERIES; q++) {
            if (!scan_one(d, q))
                continue;
            q->all++;
            q->all_sum += i;
            if (d->group == 1 && q->few++ < IDS_MAX)
                q->ids[q->few - 1] = i;
        }
    }
    mem_free(d);
}

static void print_one(const struct query *q)
{
    printf("{\"q\":\"%s\",\"kind\":\"%s\",\"all\":%lld,\"all_sum\":%lld,\"few\":%lld,\"few_ids\":[",
           q->q, q->kind, (long long)q->all, (long long)q->all_sum, (long long)q->few);
    for (int64_t i = 0; i < q->few && i < IDS_MAX; i++)
        printf("%s%lld", i ? "," : "", (long long)q->ids[i]);
    printf("]}\n");
}

static void print_mix(int64_t n)
{
    struct rng r = rng_of(seed + 7);
    struct query *qs = mem_array(QUERIES, sizeof *qs);
    for (int i = 0; i < QUERIES; i++)
        query_make(&r, mix[i % MIX], &qs[i]);
    scan_all(qs, n);
    for (int i = 0; i < QUERIES; i++)
        print_one(&qs[i]);
    mem_free(qs);
}

static void fill(const char *url, int64_t n)
{
    struct store *s = NULL;
    struct db *db = NULL;
    struct arena *a = arena_new();
    struct call c = { .arena = a, .viewer = &viewer_house, .now = clock_now() };
    int64_t indexed = 0;
    ok(store_open(url, &s), "open");
    ok(store_migrate(s, NULL), "migrate");
    ok(db_open(s, &db), "open");
    c.db = db;
    people(db, a);
    resources(db, n);
    int64_t from = clock_mono();
    ok(search_fill(&c, true, &indexed), "fill");
    printf("indexed %lld in %.1f s\n", (long long)indexed, (double)(clock_mono() - from) / 1000);
    db_close(db);
    store_close(s);
    arena_free(a);
}

int main(int argc, char **argv)
{
    int64_t n = argc == 4 ? atoll(argv[2]) : 0;
    if (n <= 0)
        return 2;
    seed = (uint64_t)atoll(argv[3]);
    log_level("error");
    vocabulary();
    if (strcmp(argv[1], "-") == 0)
        print_mix(n);
    else
        fill(argv[1], n);
    return 0;
}
