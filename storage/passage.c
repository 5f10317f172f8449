/* Cutting texts into passages, and their rows. */
#include "storage/passage.h"

#include "server/base/buf.h"
#include "server/base/utf.h"
#include "storage/gram.h"
#include "storage/list.h"

enum { TEXT_CAP = 64 << 20 };

/* Quotes and brackets belong to the words in them, an end to its sentence: they are not found, but
 * shown. */
static const char opening[] = "《〈「『（【“‘", closing[] = "》〉」』）】”’。！？；";

static bool among(struct str rune, const char *set)
{
    return rune.n > 1 && str_find(str_of(set), rune, 0) != SIZE_MAX;
}

static size_t with_opening(struct str s, size_t from)
{
    while (from > 0) {
        size_t at = utf_before(s, from);
        if (!among(str_sub(s, at, from), opening))
            break;
        from = at;
    }
    return from;
}

static size_t with_closing(struct str s, size_t end)
{
    uint32_t c;
    while (end < s.n) {
        size_t n = utf_get(str_sub(s, end, s.n), &c);
        if (!among(str_sub(s, end, end + n), closing))
            break;
        end += n;
    }
    return end;
}

bool passage_cut(struct str *rest, struct str *piece)
{
    struct grams g = grams_of(*rest);
    struct gram k = { 0 };
    size_t starts[PASSAGE_OVERLAP] = { 0 }, from = SIZE_MAX, end = 0, next;
    unsigned n = 0;
    while (n < PASSAGE_TOKENS && grams_next(&g, &k)) {
        from = from == SIZE_MAX ? k.start : from;
        starts[n++ % PASSAGE_OVERLAP] = k.start;
        end = k.end;
        if (n >= PASSAGE_EARLY && k.kind != GRAM_PAIR)
            break;
    }
    if (n == 0)
        return false;
    end = with_closing(*rest, end);
    next = end;
    if (n == PASSAGE_TOKENS && k.kind == GRAM_PAIR)
        next = starts[n % PASSAGE_OVERLAP]; /* P1 */
    *piece = str_sub(*rest, with_opening(*rest, from), end);
    *rest = str_sub(*rest, next, rest->n);
    return true;
}

static enum err put_all(struct db *db, int64_t blob, int64_t page, struct str text, int *left)
{
    struct str piece;
    enum err e = E_OK;
    for (; !e && *left > 0 && passage_cut(&text, &piece); --*left)
        e = db_run(db, "INSERT INTO passage(blob_id, page, text) VALUES(?1, ?2, ?3)", I(blob),
                   I(page), T(piece));
    return e;
}

struct page {
    int64_t page;
    struct str text;
};

static enum err pages_of(struct db *db, struct arena *a, int64_t blob, struct list *l)
{
    struct rows r;
    db_rows(db, &r, "SELECT page, text FROM blob_text WHERE blob_id = ?1 ORDER BY page", I(blob));
    while (rows_next(&r))
        *(struct page *)list_add(l) = (struct page){ rows_int(&r, 0), rows_text(&r, 1, a) };
    return rows_end(&r);
}

/* The names in an archive: a JSON array of strings, each on a line of its own. What stands between
 * names are quotes and commas, which only separate. */
static enum err names_of(struct db *db, struct arena *a, int64_t blob, struct list *l)
{
    struct rows r;
    db_rows(db, &r, "SELECT list FROM blob_view WHERE blob_id = ?1", I(blob));
    while (rows_next(&r)) {
        struct str list = rows_str(&r, 0);
        struct buf out;
        buf_init(&out, TEXT_CAP);
        for (size_t at = 0, to; at < list.n; at = to + 3) {
            to = str_find(list, S("\",\""), at);
            to = to == SIZE_MAX ? list.n : to;
            buf_add(&out, str_sub(list, at, to));
            buf_addz(&out, "\n\n");
        }
        if (list.n > 2)
            *(struct page *)list_add(l) = (struct page){ 0, arena_str(a, buf_str(&out)) };
        buf_fini(&out);
    }
    return rows_end(&r);
}

enum err passages_make(struct db *db, struct arena *a, int64_t blob)
{
    struct list pages = list_of(a, sizeof(struct page));
    int64_t id;
    int left = PASSAGES_MAX;
    enum err e =
        db_int(db, &id, "SELECT id FROM passage WHERE blob_id = ?1 ORDER BY id LIMIT 1", I(blob));
    if (e != E_NOT_FOUND)
        return e;
    if ((e = pages_of(db, a, blob, &pages)) || (e = names_of(db, a, blob, &pages)))
        return e;
    for (size_t i = 0; i < pages.n && !e && left > 0; i++) {
        struct page *p = (struct page *)pages.p + i;
        struct buf clean;
        buf_init(&clean, TEXT_CAP);
        text_clean(&clean, p->text);
        e = clean.err ? clean.err : put_all(db, blob, p->page, buf_str(&clean), &left);
        buf_fini(&clean);
    }
    return e;
}

enum err passage_get(struct db *db, struct arena *a, int64_t id, struct passage *p)
{
    struct rows r;
    bool found = false;
    db_rows(db, &r, "SELECT id, blob_id, page, text FROM passage WHERE id = ?1", I(id));
    while (rows_next(&r)) {
        *p = (struct passage){ rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2),
                               rows_text(&r, 3, a) };
        found = true;
    }
    enum err e = rows_end(&r);
    return e ? e : found ? E_OK : E_NOT_FOUND;
}
