/* What the probe read out of a content: a small picture, headings, names inside, text by pages.
 * Rows belong to a blob, so that the same content is read once. */
#ifndef STORAGE_VIEW_H
#define STORAGE_VIEW_H

#include "storage/db.h"

struct blob_page {
    int64_t page; /* from 1 */
    struct str text;
};

enum list_flag {
    LIST_FOLDER = 1,
    LIST_ENCRYPTED = 2,
    LIST_DANGEROUS = 4, /* a program, a link, or a name that leads out of the folder */
    LIST_CUT = 8,       /* no member: the list was ended at a limit */
};

struct blob_view {
    int64_t blob_id, pages; /* pages or slides, 0: not known */
    struct str outline;     /* JSON array of {level, page, text} */
    struct str list;        /* JSON array of names */
    struct str list_more;   /* JSON array of [size, flags] (enum list_flag), as many; one more,
                               LIST_CUT, where   the list does not name all */
    struct str thumb_mime, thumb;
};

/* A name the content came under, the newest first; E_NOT_FOUND: none. */
enum err blob_name(struct db *db, struct arena *a, int64_t blob, struct str *name) MUST_USE;
/* Both replace what was there; inside a writing transaction. The pages' numbers are distinct. */
enum err blob_view_put(struct db *db, const struct blob_view *v) MUST_USE;
enum err blob_text_put(struct db *db, int64_t blob, const struct blob_page *p, size_t n) MUST_USE;
/* E_NOT_FOUND: not read, or nothing to be had. */
enum err blob_view_get(struct db *db, struct arena *a, int64_t blob,
                       struct blob_view *v) MUST_USE; /* without the picture's bytes */
enum err blob_thumb_get(struct db *db, struct arena *a, int64_t blob, struct str *mime,
                        struct str *bytes) MUST_USE;
/* Pages from number `from` on, at most limit. */
enum err blob_text_get(struct db *db, struct arena *a, int64_t blob, int64_t from, size_t limit,
                       struct blob_page **out, size_t *n) MUST_USE;

#endif
