/* Grams (the tokens of search): how text becomes what the index holds, one way for both engines
 * and for queries.
 *
 * Chinese (and kana, hangul) is written without spaces, so a run of n such characters gives n - 1
 * overlapping pairs and, as a separator, its last character alone: 荷花池 → 荷花, 花池, 池. A run
 * of letters and digits gives one word. Everything is folded before: full-width to half-width,
 * upper to lower case, the common traditional characters to simplified. All else separates.
 *
 * K1: every token has a position, counted from 0; the last character of a run has one too, so two
 * pairs at neighbouring positions always overlap in the text. K2: one line break inside a run of
 * Chinese does not end it (text out of PDF wraps anywhere). K3: GRAM_TERM (what follows U+001F up
 * to a space) never comes from people's text or queries: both go through text_clean first, which
 * drops control characters. */
#ifndef STORAGE_GRAM_H
#define STORAGE_GRAM_H

#include "server/base/buf.h"
#include "server/base/str.h"

enum { GRAM_MAX = 64 /* bytes; a longer word is cut, in texts and queries alike */ };

enum gram_kind {
    GRAM_PAIR, /* two characters of a run */
    GRAM_LAST, /* the last character of a run */
    GRAM_WORD, /* letters and digits */
    GRAM_TERM, /* our own: audience keys and filters */
};

struct gram {
    enum gram_kind kind;
    const char *p;     /* folded; valid until the next call */
    size_t n, first_n; /* bytes; of the first character of a pair */
    size_t start, end; /* bytes of the text it came from; of a pair, its first character's start */
    size_t next;       /* of a pair: where its second character starts, else end */
    uint32_t position;
};

struct grams {
    struct str text;
    size_t at;
    uint32_t position;
    char made[GRAM_MAX + 8];
};

struct grams grams_of(struct str text); /* bad UTF-8 separates */
bool grams_next(struct grams *t, struct gram *out);

/* Which first characters of pairs were seen in one text; those past U+FFFF count as new each time.
 */
struct gram_seen {
    uint64_t bits[1024];
};
void gram_seen_init(struct gram_seen *seen);
/* k is a pair, and its first character was not seen before. */
bool gram_first(struct gram_seen *seen, const struct gram *k);

/* Folded as the tokenizer folds; for comparing one character with another. */
uint32_t gram_fold(uint32_t rune);

/* Adds s to out without control characters (a space stands for each, line breaks stay) and with
 * U+FFFD for bad bytes, so that it is text both engines take. */
void text_clean(struct buf *out, struct str s);

#endif
