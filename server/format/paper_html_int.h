/* HTML of single parts, for Markdown too. */
#ifndef FORMAT_PAPER_HTML_INT_H
#define FORMAT_PAPER_HTML_INT_H

#include "server/format/paper.h"

struct html {
    const struct paper_job *job;
    struct paper_report *report;
    struct arena *arena;
    struct buf *out;
    bool inside; /* images stand in it as data:, not by their address */
    int depth;
};

void html_block(struct html *h, const struct paper *p);
void html_inlines(struct html *h, const struct paper *p);
/* The tags of a look; in the order that close undoes. */
void html_open(struct html *h, const struct paper *text);
void html_close(struct html *h, const struct paper *text);

#endif
