/* The table of pinyin.def, turned into an array sorted by character at first use. One reading per
 * character is enough for names; a reading that is wrong costs a search, nothing more. */
#include "server/base/pinyin.h"

#include "server/base/buf.h"
#include "server/base/mem.h"
#include "server/base/utf.h"

#include <pthread.h>
#include <stdlib.h>

static const struct {
    const char *syllable, *chars;
} table[] = {
#define PINYIN(syllable, chars) { #syllable, chars },
#define SURNAME(c, syllable)
#include "server/base/pinyin.def"
#undef PINYIN
#undef SURNAME
};

static const struct {
    const char *c, *syllable;
} surnames[] = {
#define PINYIN(syllable, chars)
#define SURNAME(c, syllable) { c, syllable },
#include "server/base/pinyin.def"
#undef PINYIN
#undef SURNAME
};

enum { TABLE_N = sizeof table / sizeof *table, SURNAMES_N = sizeof surnames / sizeof *surnames };

struct reading {
    uint32_t rune;
    uint16_t row;
};

static struct reading *readings;
static size_t readings_n;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int by_rune(const void *a, const void *b)
{
    uint32_t x = ((const struct reading *)a)->rune, y = ((const struct reading *)b)->rune;
    return (x > y) - (x < y);
}

static void sort_table(void)
{
    size_t room = 0;
    for (size_t i = 0; i < TABLE_N; i++)
        room += utf_count(str_of(table[i].chars));
    readings = mem_array(room, sizeof *readings); /* lives as long as the program */
    for (size_t i = 0; i < TABLE_N; i++)
        for (struct str s = str_of(table[i].chars); s.n;) {
            struct reading *r = &readings[readings_n++];
            r->row = (uint16_t)i;
            s = str_sub(s, utf_get(s, &r->rune), s.n);
        }
    qsort(readings, readings_n, sizeof *readings, by_rune);
}

static const char *read_rune(uint32_t rune)
{
    struct reading key = { .rune = rune };
    struct reading *r = bsearch(&key, readings, readings_n, sizeof *readings, by_rune);
    return r ? table[r->row].syllable : NULL;
}

static const char *read_surname(struct str c)
{
    for (size_t i = 0; i < SURNAMES_N; i++)
        if (str_eqz(c, surnames[i].c))
            return surnames[i].syllable;
    return NULL;
}

static bool is_word(uint32_t rune)
{
    return (rune >= 'a' && rune <= 'z') || (rune >= '0' && rune <= '9');
}

enum { OUT_CAP = 16 * 1024 };

static void put_syllable(struct buf *full, struct buf *joined, struct buf *initials,
                         struct str syllable, bool begins)
{
    uint32_t first;
    if (begins && full->n)
        buf_char(full, ' ');
    buf_add(full, syllable);
    buf_add(joined, syllable);
    if (begins)
        buf_put(initials, syllable.p, utf_get(syllable, &first));
}

struct pinyin pinyin_of(struct arena *a, struct str name, bool person)
{
    struct buf full, joined, initials;
    bool in_word = false, first = person;
    pthread_once(&once, sort_table);
    buf_init(&full, OUT_CAP);
    buf_init(&joined, OUT_CAP);
    buf_init(&initials, OUT_CAP);
    while (name.n) {
        uint32_t rune;
        char folded[4];
        struct str c = str_sub(name, 0, utf_get(name, &rune));
        const char *syllable = first ? read_surname(c) : NULL;
        name = str_sub(name, c.n, name.n);
        rune = utf_fold(rune);
        if (!syllable)
            syllable = read_rune(rune);
        struct str said = { folded, utf_put(folded, rune) };
        bool word = !syllable && is_word(rune);
        if (syllable || word || utf_is_cjk(rune))
            put_syllable(&full, &joined, &initials, syllable ? str_of(syllable) : said,
                         !word || !in_word);
        in_word = word;
        first = false;
    }
    struct pinyin p = { arena_str(a, buf_str(&full)), arena_str(a, buf_str(&joined)),
                        arena_str(a, buf_str(&initials)) };
    buf_fini(&full);
    buf_fini(&joined);
    buf_fini(&initials);
    return p;
}
