/* A look into a file without downloading it: what the probe read out of its content. */
#ifndef APP_PREVIEW_H
#define APP_PREVIEW_H

#include "server/app/call.h"

struct preview_head {
    int64_t level, page;
    struct str text;
};
struct preview_entry {
    struct str name;
    int64_t size; /* bytes */
    bool folder, encrypted, dangerous;
};
struct preview {
    struct str state; /* waiting, ready, none */
    bool thumbnail;
    int64_t pages; /* pages or slides, 0: not known */
    struct preview_head *outline;
    size_t outline_n;
    struct str text; /* the first pages of it */
    bool more;       /* there is more text than this */
    struct preview_entry *entries;
    size_t entries_n;
};
struct preview_query {
    bool has_version;
    int64_t version;
};

struct preview_page {
    int64_t page;
    struct str text;
};
struct preview_text {
    struct preview_page *items;
    size_t items_n;
    bool has_next;
    int64_t next; /* page number to ask for */
};
struct preview_text_query {
    bool has_version, has_from;
    int64_t version, from;
};

/* All: version 0 is the current one; E_LOGIN, E_NOT_FOUND as file_readable has it. */
enum err preview_show(struct call *c, int64_t file, int64_t version, struct preview *out) MUST_USE;
/* Pages from a number on, as many as fit. */
enum err preview_text(struct call *c, int64_t file, int64_t version, int64_t from,
                      struct preview_text *out) MUST_USE;
/* E_NOT_FOUND also when there is no picture. etag: of the content it shows. */
enum err preview_thumb(struct call *c, int64_t file, int64_t version, struct str *mime,
                       struct str *bytes, struct str *etag) MUST_USE;

#endif
