/* One-time links: ten minutes to fetch a file or a pack without a session, on a phone whose chat
 * program drops cookies. A link opens what its maker may read at that moment; the first who opens
 * it keeps it (broken downloads go on), to others it is gone. */
#ifndef APP_LINK_H
#define APP_LINK_H

#include "server/app/call.h"

enum { LINK_MINUTES = 10 };

struct link_form {
    struct str kind; /* file, resource, taxon */
    int64_t id, version;
    bool has_version;
};

struct link_made {
    struct str url; /* absolute */
    int64_t expires_at;
};

struct link_target {
    bool is_file;
    int64_t id, version;     /* file */
    int64_t resource, taxon; /* packs */
};

/* E_NOT_FOUND: nothing there for the caller. */
enum err link_make(struct call *c, const struct link_form *f, struct link_made *out) MUST_USE;
/* Whoever comes with the token acts as its maker from here on (reading only). opens: this request
 * takes the bytes, so the link is spent; false for a look (HEAD, the page that explains). E_GONE:
 * expired, spent by another browser. */
enum err link_follow(struct call *c, struct str token, bool opens,
                     struct link_target *out) MUST_USE;

#endif
