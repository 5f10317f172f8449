/* Search on a real database: random resources, files, audiences and queries against a slow, obvious
 * scan over all texts. What the scan finds must be found (recall 1.0), nothing else may be, and
 * nobody finds what his keys do not open. Runs on both engines. */
#include "storage/search.h"

#include "server/app/snippet.h"
#include "server/base/buf.h"
#include "server/base/id.h"
#include "server/base/utf.h"
#include "storage/gram.h"
#include "storage/passage.h"
#include "tests/unit/testdb.h"

enum {
    RESOURCES = 40,
    PEOPLE = 4,
    PAGES = 3,
    QUERIES = 400,
    ROUNDS = 4,
    TEXT_MAX = 1200,
    THICK = 3500
};

static struct testdb t;
static struct db *db;
static struct arena *arena;
static struct rng rng;
static uint64_t seed;

/* ---- the model */

struct model {
    bool published;
    int64_t akey, blob;
    char title[TEXT_MAX], body[TEXT_MAX], pages[PAGES][TEXT_MAX];
};
static struct model models[RESOURCES];
static bool holds[PEOPLE][8]; /* person → key number */

static int64_t key_of(size_t i)
{
    return (int64_t)(i + 1) * 8 + 3;
}

/* Folded characters with runs apart; one line break inside Chinese joins. */
static size_t plain(const char *text, uint32_t *out)
{
    struct str s = str_of(text);
    size_t n = 0;
    while (s.n) {
        uint32_t c;
        size_t k = utf_get(s, &c);
        s = str_sub(s, k, s.n);
        out[n++] = gram_fold(c);
    }
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        bool joins = out[i] == '\n' && m && i + 1 < n && utf_is_cjk(out[m - 1]) &&
                     utf_is_cjk(out[i + 1]) && !(i && out[i - 1] == '\n');
        if (!joins)
            out[m++] = out[i];
    }
    return m;
}

static bool letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool has_run(const char *text, struct str run)
{
    uint32_t in[TEXT_MAX], what[64];
    char z[256];
    snprintf(z, sizeof z, "%.*s", STR_ARG(run));
    size_t n = plain(text, in), m = plain(z, what);
    for (size_t i = 0; i + m <= n; i++) {
        bool same = memcmp(in + i, what, m * sizeof *in) == 0;
        bool whole = !letter(what[0]) ||
                     ((i == 0 || !letter(in[i - 1])) && (i + m == n || !letter(in[i + m])));
        if (same && whole)
            return true;
    }
    return false;
}

static bool row_has(const char *a, const char *b, const struct search_query *q)
{
    for (size_t i = 0; i < q->runs_n; i++)
        if (!has_run(a, q->runs[i]) && !has_run(b, q->runs[i]))
            return false;
    return q->runs_n > 0;
}

static bool scan(const struct model *m, size_t person, const struct search_query *q)
{
    if (!m->published || !holds[person][m->akey / 8 - 1])
        return false;
    bool found = row_has(m->title, q->title ? "" : m->body, q);
    for (size_t i = 0; i < PAGES && m->blob && !q->title; i++)
        found = found || row_has(m->pages[i], "", q);
    return found;
}

/* ---- random texts */

static const char *const pieces[] = {
    "荷", "花", "的", "学", "生", "學", "数", "數", "一", "二", "a",  "b",  "1",  "Ａ", "abc",
    "，", " ",  "\n", "。", "😀",  "\"", "'",  "(",  "*",  "池", "教", "案", "池", "、", "x-y"
};

static void text_random(char *out, size_t chars)
{
    size_t n = 0;
    for (size_t i = 0; i < chars; i++) {
        const char *p = pieces[rng_below(&rng, sizeof pieces / sizeof *pieces)];
        n += (size_t)snprintf(out + n, TEXT_MAX - n, "%s", p);
    }
    out[n] = 0;
}

/* ---- rows */

static void run_ok(enum err e)
{
    assert_int_equal(e, E_OK);
}

static void resource_put(int64_t id)
{
    run_ok(db_run(db,
                  "INSERT INTO resource(id, state, kind, akey, owner, created_at, changed_at, "
                  "title) VALUES(?1, 1, 1, 3, 1, 1, 1, 'x')",
                  I(id)));
}

static int64_t blob_new(void)
{
    char sha[65];
    static int made;
    int64_t blob;
    snprintf(sha, sizeof sha, "%064d", ++made);
    run_ok(db_int(db, &blob,
                  "INSERT INTO blob(sha256, size, crc32, mime, kind, verdict, read_state, "
                  "created_at, seen_at) VALUES(?1, 1, 1, 'text/plain', 'text', 1, 1, 1, 1) "
                  "RETURNING id",
                  T(str_of(sha))));
    return blob;
}

static void page_put(int64_t blob, size_t page, const char *text)
{
    run_ok(db_run(db, "INSERT INTO blob_text(blob_id, page, text) VALUES(?1, ?2, ?3)", I(blob),
                  I((int64_t)page), T(str_of(text))));
}

static void file_put(int64_t resource, int64_t blob)
{
    int64_t file;
    run_ok(db_run(db, "UPDATE file SET removed_at = 5 WHERE resource_id = ?1", I(resource)));
    run_ok(db_int(db, &file,
                  "INSERT INTO file(resource_id, ord, name) VALUES(?1, 1, 'a.txt') RETURNING id",
                  I(resource)));
    run_ok(db_run(db,
                  "INSERT INTO file_version(file_id, version, blob_id, size, at, person, name) "
                  "VALUES(?1, 1, ?2, 1, 1, 1, 'a.txt')",
                  I(file), I(blob)));
}

static void blob_random(size_t i)
{
    struct model *m = &models[i];
    m->blob = blob_new();
    for (size_t k = 0; k < PAGES; k++) {
        text_random(m->pages[k], rng_below(&rng, 120));
        page_put(m->blob, k + 1, m->pages[k]);
    }
    file_put((int64_t)i + 1, m->blob);
}

/* PostgreSQL reads newest first in stages, as many blocks of slots at a time as should do; the
 * slots lie far apart, so that all sizes of a stage are met, empty ones too. */
static void leap(void)
{
    int64_t slot;
    if (db_is_pg(db))
        run_ok(db_int(db, &slot,
                      "SELECT setval(pg_get_serial_sequence('search_doc', 'slot'), "
                      "nextval(pg_get_serial_sequence('search_doc', 'slot')) + ?1)",
                      I((int64_t)rng_below(&rng, 1ull << (4 * rng_below(&rng, 6))))));
}

static void parts_all(int64_t slot)
{
    bool more = true;
    while (more) {
        struct txn tx = { 0 };
        run_ok(txn_begin(&tx, db));
        run_ok(search_parts_step(db, arena, slot, &more));
        run_ok(txn_end(&tx, E_OK));
    }
}

/* What the app does: head in the transaction, parts step by step. */
static void index_one(size_t i)
{
    struct model *m = &models[i];
    struct search_doc d = { .resource_id = (int64_t)i + 1, .akey = m->akey };
    int64_t slot;
    struct txn tx = { 0 };
    leap();
    run_ok(txn_begin(&tx, db));
    if (m->published) {
        d.terms = arena_fmt(arena, SEARCH_TERM "k%d " SEARCH_TERM "n%d", (int)m->akey, (int)i % 3);
        run_ok(search_put(db, arena, &d, str_of(m->title), str_of(m->body)));
        slot = d.slot;
    } else {
        run_ok(search_drop(db, arena, d.resource_id, &slot));
    }
    run_ok(txn_end(&tx, E_OK));
    if (slot)
        parts_all(slot);
}

static void change(size_t i)
{
    struct model *m = &models[i];
    switch (rng_below(&rng, 4)) {
    case 0: m->published = !m->published; break;
    case 1: m->akey = key_of(rng_below(&rng, 8)); break;
    case 2: blob_random(i); break;
    default:
        text_random(m->title, 1 + rng_below(&rng, 12));
        text_random(m->body, rng_below(&rng, 60));
    }
    index_one(i);
}

static int open_all(void **state)
{
    (void)state;
    const char *fixed = getenv("SEED");
    seed = fixed ? (uint64_t)strtol(fixed, NULL, 10) : (uint64_t)getpid();
    rng = rng_of(seed);
    printf("seed %llu\n", (unsigned long long)seed);
    arena = arena_new();
    if (testdb_open(&t) || db_open(t.store, &db))
        return -1;
    for (int i = 1; i <= PEOPLE; i++)
        run_ok(db_run(db,
                      "INSERT INTO person(id, uuid, login, name, created_at) "
                      "VALUES(?1, ?2, ?2, ?2, 1)",
                      I(i), T(arena_fmt(arena, "p%d", i))));
    for (size_t p = 0; p < PEOPLE; p++)
        for (size_t k = 0; k < 8; k++)
            if ((holds[p][k] = p == 0 || (p < 3 && rng_below(&rng, 2))))
                run_ok(db_run(db, "INSERT INTO viewer_key(person_id, akey) VALUES(?1, ?2)",
                              I((int64_t)p + 1), I(key_of(k))));
    for (size_t i = 0; i < RESOURCES; i++) {
        models[i].published = true;
        models[i].akey = key_of(rng_below(&rng, 8));
        text_random(models[i].title, 1 + rng_below(&rng, 12));
        text_random(models[i].body, rng_below(&rng, 60));
        resource_put((int64_t)i + 1);
        if (i % 2)
            blob_random(i);
        index_one(i);
    }
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    arena_free(arena);
    db_close(db);
    testdb_close(&t);
    return 0;
}

/* ---- laws */

static int hits;

static void compare(struct search_query *q, size_t person, const char *text)
{
    struct search_scan s;
    struct search_hit hit;
    bool found[RESOURCES] = { 0 };
    int64_t before = INT64_MAX;
    search_begin(&s, db, arena, q);
    while (search_next(&s, &hit)) {
        assert_true(hit.id < before); /* newest first */
        before = hit.id;
        found[hit.resource_id - 1] = true;
        hits++;
    }
    run_ok(search_end(&s));
    for (size_t i = 0; i < RESOURCES; i++)
        if (found[i] != scan(&models[i], person, q))
            fail_msg("seed %llu: person %zu, query [%s], sort %d, keys %zu: resource %zu %s",
                     (unsigned long long)seed, person, text, (int)q->sort, q->keys_n, i,
                     found[i] ? "must not be found" : "is not found");
}

static void finds_what_a_scan_finds_and_nothing_else(void **state)
{
    (void)state;
    size_t some = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < QUERIES / ROUNDS; i++) {
            char text[TEXT_MAX];
            size_t person = rng_below(&rng, PEOPLE), n = 0;
            int64_t keys[8];
            struct search_query q = { .viewer = (int64_t)person + 1, .keys = keys };
            for (size_t k = 0; k < 8; k++)
                if (holds[person][k])
                    keys[n++] = key_of(k);
            q.keys_n = rng_below(&rng, 2) ? n : 0; /* with keys in the match, and without */
            q.sort = (enum search_sort)rng_below(&rng, 3);
            q.title = rng_below(&rng, 5) == 0;
            text_random(text, 1 + rng_below(&rng, 5));
            search_runs(arena, str_of(text), &q.runs, &q.runs_n);
            compare(&q, person, text);
            some += q.runs_n > 0;
        }
        for (int i = 0; i < RESOURCES; i++)
            change(rng_below(&rng, RESOURCES));
        arena_reset(arena);
    }
    assert_true(some > QUERIES / 2 && hits > 500);
}

static void filters_are_part_of_the_match(void **state)
{
    (void)state;
    struct str terms[] = { S("n2") };
    struct search_query q = { .viewer = 1, .terms = terms, .terms_n = 1 };
    struct search_scan s;
    struct search_hit hit;
    int n = 0;
    search_begin(&s, db, arena, &q);
    for (; search_next(&s, &hit); n++)
        assert_int_equal((hit.resource_id - 1) % 3, 2);
    run_ok(search_end(&s));
    assert_true(n > 0);
}

/* Of a word that stands on every page of a thick book, more rows than one stage gives. */
static void a_thick_book_is_found_whole(void **state)
{
    (void)state;
    struct search_doc d = { .resource_id = RESOURCES + 1, .akey = key_of(0) };
    struct search_query q = { .viewer = 1 };
    struct search_scan s;
    struct search_hit hit;
    struct txn tx = { 0 };
    int64_t slot, before = INT64_MAX;
    int n = 0;
    run_ok(txn_begin(&tx, db));
    resource_put(RESOURCES + 1);
    int64_t blob = blob_new();
    for (size_t page = 1; page <= THICK; page++)
        page_put(blob, page, "典籍");
    file_put(RESOURCES + 1, blob);
    run_ok(search_put(db, arena, &d, S("典籍"), S("")));
    run_ok(txn_end(&tx, E_OK));
    parts_all(d.slot);
    search_runs(arena, S("典籍"), &q.runs, &q.runs_n);
    search_begin(&s, db, arena, &q);
    for (; search_next(&s, &hit); n++) {
        assert_true(hit.id < before);
        before = hit.id;
    }
    run_ok(search_end(&s));
    assert_int_equal(n, THICK + 1);
    tx = (struct txn){ 0 };
    run_ok(txn_begin(&tx, db));
    run_ok(search_drop(db, arena, d.resource_id, &slot));
    run_ok(txn_end(&tx, E_OK));
    parts_all(slot);
}

static void hostile_queries_find_nothing_wrong(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "\" OR x:*", "NEAR(a b)", "a\"b",       "' | 'b", "\\",     "k11 \x1fk11", "\x1f",
        "t : a",     "*",         "()",         "😀😀",     "a & !b", "<->",         "-",
        "𠀀𠀁",      "\xff\xfe",  "{x t} : 一", "^一",    "一*",    "AND OR NOT",
    };
    char long_one[10001];
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct search_query q = { .viewer = 4 }; /* holds no key */
        struct search_scan s;
        struct search_hit hit;
        search_runs(arena, str_of(odd[i]), &q.runs, &q.runs_n);
        for (size_t k = 0; k < q.runs_n; k++)
            assert_null(memchr(q.runs[k].p, 0x1F, q.runs[k].n));
        search_begin(&s, db, arena, &q);
        assert_false(search_next(&s, &hit));
        run_ok(search_end(&s));
    }
    memset(long_one, 'a', sizeof long_one);
    for (size_t i = 0; i < sizeof long_one; i += 7)
        long_one[i] = i % 2 ? '"' : ' ';
    struct search_query q = { .viewer = 1 };
    struct search_scan s;
    struct search_hit hit;
    search_runs(arena, (struct str){ long_one, 300 }, &q.runs, &q.runs_n);
    search_begin(&s, db, arena, &q);
    while (search_next(&s, &hit))
        ;
    run_ok(search_end(&s));
}

static void a_cut_text_loses_no_phrase(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 3000; i++) /* hardly any end of a run */
        buf_utf8(&b, rng_below(&rng, 400) ? 0x4E00 + (uint32_t)rng_below(&rng, 2000) : ' ');
    struct str text = buf_str(&b), rest, piece;
    for (int i = 0; i < 500; i++) {
        size_t from = rng_below(&rng, text.n - 100), to = from + 3 * (1 + rng_below(&rng, 30));
        while (((unsigned char)text.p[from] & 0xC0) == 0x80)
            from++;
        while (((unsigned char)text.p[to] & 0xC0) == 0x80)
            to++;
        struct str what = str_sub(text, from, to);
        if (str_chr(what, ' ', 0) != SIZE_MAX)
            continue;
        bool found = false;
        for (rest = text; passage_cut(&rest, &piece);)
            found = found || str_find(piece, what, 0) != SIZE_MAX;
        assert_true(found);
    }
    for (rest = text; passage_cut(&rest, &piece);) {
        struct grams g = grams_of(piece);
        struct gram k;
        int n = 0;
        while (grams_next(&g, &k))
            n++;
        assert_true(n <= PASSAGE_TOKENS + 1);
    }
    buf_fini(&b);
}

static void snippets_mark_what_was_found(void **state)
{
    (void)state;
    struct str *runs;
    size_t n;
    search_runs(arena, S("荷花 ppt 教"), &runs, &n);
    assert_int_equal(n, 3);
    struct str s = snippet_of(arena, S("《荷\n花》教案：ＰＰＴ一份，荷叶。"), runs, n);
    assert_string_equal(s.p, "《\x02荷 花\x03》\x02教\x03案：\x02ＰＰＴ\x03一份，荷叶。");
    assert_int_equal(snippet_of(arena, S("无关的文字"), runs, n).n, 0);
    search_runs(arena, S("數學"), &runs, &n);
    s = snippet_of(arena, S("小学数学"), runs, n);
    assert_string_equal(s.p, "小学\x02数学\x03");
    s = snippet_of_lines(arena,
                         S("《数学》的教案。\n\n王晓荷\n\n河婆小学\n\n数学教案.docx\n\n语文"), runs,
                         n);
    assert_string_equal(s.p, "《\x02数学\x03》的教案。 \x02数学\x03教案.docx");
    s = snippet_of_lines(arena, S("一二三四五六七八九十一二三四五六七八九十数学"), runs, n);
    assert_string_equal(s.p, "…三四五六七八九十一二三四五六七八九十\x02数学\x03");
    assert_int_equal(snippet_of_lines(arena, S("语文\n英语"), runs, n).n, 0);
}

static void pieces_keep_the_marks_around_them(void **state)
{
    (void)state;
    struct str rest = S("  ，《荷花》是“散文”。（完）  "), piece;
    assert_true(passage_cut(&rest, &piece));
    assert_string_equal(arena_str(arena, piece).p, "《荷花》是“散文”。（完）");
    assert_false(passage_cut(&rest, &piece));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_a_scan_finds_and_nothing_else),
        cmocka_unit_test(filters_are_part_of_the_match),
        cmocka_unit_test(a_thick_book_is_found_whole),
        cmocka_unit_test(hostile_queries_find_nothing_wrong),
        cmocka_unit_test(a_cut_text_loses_no_phrase),
        cmocka_unit_test(snippets_mark_what_was_found),
        cmocka_unit_test(pieces_keep_the_marks_around_them),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
