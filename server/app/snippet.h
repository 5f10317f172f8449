/* Snippets: a few words of a text around what was looked for. Pure. */
#ifndef APP_SNIPPET_H
#define APP_SNIPPET_H

#include "server/base/arena.h"

#define SNIPPET_FROM "\x02" /* before and after a hit */
#define SNIPPET_TO "\x03"

/* At most some 90 characters, hits between U+0002 and U+0003; "" when no run of the query is in the
 * text. runs as from search_runs. */
struct str snippet_of(struct arena *a, struct str text, const struct str *runs, size_t runs_n);
/* The same of a text whose lines are things by themselves, one of them on each: those without a
 * hit are left out. */
struct str snippet_of_lines(struct arena *a, struct str text, const struct str *runs,
                            size_t runs_n);

#endif
