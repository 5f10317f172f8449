/* The text of a document as plain pages, one after the other, with its headings. What is a page
 * depends on the format: a slide, a sheet, a chapter, what Word last laid out on one sheet of
 * paper; where a format has none, a stretch of at most PAGE_BYTES. Cutting into passages is the
 * index's business.
 *
 * A writer collects lines; whoever wants the text gives two callbacks. Pages count from 1 and come
 * in order; pages without text are counted but not given. */
#ifndef FORMAT_PAGES_H
#define FORMAT_PAGES_H

#include "server/base/buf.h"

enum { PAGE_BYTES = 64 * 1024, PAGES_MAX = 5000, HEADS_MAX = 2000, HEAD_BYTES = 300 };

struct pages_to {
    void *arg;
    void (*page)(void *arg, int64_t number, struct str title,
                 struct str text);                                     /* title may be empty */
    void (*head)(void *arg, int level, int64_t page, struct str text); /* level 1–9; may be NULL */
};

struct pages {
    struct pages_to to;
    struct buf text;
    char title[HEAD_BYTES + 4];
    size_t title_n;
    int64_t number; /* of the page being filled */
    size_t given, heads;
    uint64_t left; /* bytes of text that may still be given */
    bool cut;      /* something was left out because of a limit */
};

void pages_init(struct pages *p, struct pages_to to, uint64_t cap);
void pages_fini(struct pages *p);
void pages_title(struct pages *p, struct str title); /* of the page being filled; first wins */
void pages_head(struct pages *p, int level, struct str text);
void pages_add(struct pages *p, struct str s); /* UTF-8 */
void pages_char(struct pages *p, char c);
void pages_line(struct pages *p);  /* ends the line unless it is empty */
void pages_space(struct pages *p); /* a blank unless one stands there */
void pages_split(struct pages *p); /* a page too long for one: goes on behind a line's end */
void pages_next(struct pages *p);  /* gives the page and begins the next number */
bool pages_full(const struct pages *p);

#endif
