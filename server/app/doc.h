/* Live documents: what they are, who may what with them, their versions. Editing is live's
 * (server/live), which keeps an open document in memory; what it needs of the database is in
 * doc_log.h. */
#ifndef APP_DOC_H
#define APP_DOC_H

#include "server/app/call.h"
#include "server/base/buf.h"
#include "storage/doc.h"

enum { DOC_STATE_CAP = 1 << 30 /* bytes of a whole document */ };

/* Each includes the ones before. */
enum doc_right { DOC_NONE, DOC_READ, DOC_COMMENT, DOC_WRITE };
struct doc_rights {
    enum doc_right right;
    bool offer; /* may say that others may begin theirs with it */
};
extern const char *const doc_right_words[];

struct doc_query {
    struct str owner_noun, cursor;
    int64_t owner_id, parent, limit;
    bool template; /* those alone that others may begin theirs with */
    bool has_owner_noun, has_owner_id, has_parent, has_limit, has_cursor, has_template;
};
struct doc_view {
    int64_t id, rev, owner_id, author, parent, base, made_at, changed_at; /* 0: none */
    struct str kind, title, right, owner_noun, author_name, school;
    bool template, offers; /* offers: the caller may make it one, or none */
};
struct doc_page {
    struct doc_view *items;
    size_t items_n;
    struct str next;
    bool has_next;
};
struct doc_new {
    struct str title, kind, scope;
    int64_t scope_ref, from; /* from: a document it begins with, instead of its kind's template */
    bool readonly;           /* the scope reads and comments, the author alone writes */
    bool has_scope, has_scope_ref, has_from, has_readonly;
};
struct doc_edit {
    struct str title;
    bool template, has_title, has_template;
};
struct doc_version_view {
    int64_t number, at, person; /* person 0: made by itself */
    struct str name, person_name;
    bool automatic;
};
struct doc_version_query {
    int64_t before, limit;
    bool has_before, has_limit;
};
struct doc_version_page {
    struct doc_version_view *items;
    size_t items_n;
};
struct doc_version_new {
    struct str name;
};

struct doc_search_query {
    struct str q;
    int64_t limit;
    bool has_limit;
};
struct doc_hit {
    struct doc_view doc_view, *doc;
    struct str snippet; /* SNIPPET_FROM … SNIPPET_TO around what was looked for */
};
struct doc_hits {
    struct doc_hit *items;
    size_t items_n;
    bool more;
};

enum err doc_find(struct call *c, const struct doc_query *q, struct doc_page *out) MUST_USE;
enum err doc_show(struct call *c, int64_t id, struct doc_view *out) MUST_USE;
/* Readable and, unless readonly, writable by the scope: self, dept, school, group. */
enum err doc_create(struct call *c, const struct doc_new *in, int64_t *id) MUST_USE;
/* A title is for who may write, the template for who may offer it. */
enum err doc_update(struct call *c, int64_t id, int64_t rev, const struct doc_edit *in,
                    struct doc_view *out) MUST_USE;

/* E_NOT_FOUND: no such document, or one that the viewer may not even read. */
enum err doc_right(struct call *c, int64_t id, struct doc *d, enum doc_right *right) MUST_USE;
enum err doc_need(struct call *c, int64_t id, enum doc_right least, struct doc *out) MUST_USE;
/* Inside a writing transaction, one after the other: the rows of a new document, kind, title, owner
 * and keys given; then its first update (may be empty), with which it can be found. */
enum err doc_make(struct call *c, struct doc *d) MUST_USE;
enum err doc_fill(struct call *c, const struct doc *d, struct str update) MUST_USE;
/* The audience key of who may hear of it and find it. */
int64_t doc_audience(const struct doc *d);
/* What somebody asks for: its title and keys, if he may have that. */
enum err doc_asked(struct call *c, const struct doc_new *in, struct doc *d) MUST_USE;
/* The whole document as one v1 update. */
enum err doc_state(struct call *c, int64_t id, struct buf *out) MUST_USE;

/* Those with these words in their titles or texts, as they stood when they rested; newest first. */
enum err doc_search(struct call *c, const struct doc_search_query *in,
                    struct doc_hits *out) MUST_USE;
/* Indexes those that are not, each in a transaction. */
enum err doc_search_fill(struct call *c) MUST_USE;

/* What others in a document see of the viewer: {"id","name","school","color"}. */
enum err doc_card(struct call *c, struct buf *out) MUST_USE;

/* ---- branches (个案): a document of one's own that begins with another one's history at a
 * version, so that later versions of that one merge by themselves. */
struct doc_branch_new {
    struct str title;
    bool has_title;
};
struct doc_base {
    int64_t parent, version, newest; /* newest: of the parent's named versions; > version: there is
                                        something to follow */
    struct str state_vector;         /* of the base, base64: what it does not know is mine */
};
enum err doc_branch(struct call *c, int64_t id, const struct doc_branch_new *in,
                    int64_t *made) MUST_USE;
enum err doc_base_get(struct call *c, int64_t id, struct doc_base *out) MUST_USE;
/* Merges the parent's newest named version; what stood here before is kept as a version. */
enum err doc_follow(struct call *c, int64_t id, struct doc_base *out) MUST_USE;

/* Versions: what the log holds at this moment. */
enum err doc_versions(struct call *c, int64_t id, const struct doc_version_query *q,
                      struct doc_version_page *out) MUST_USE;
enum err doc_version_make(struct call *c, int64_t id, const struct doc_version_new *in,
                          struct doc_version_view *out) MUST_USE;
/* Both for whoever has the right already, inside a writing transaction; v: doc, name, person. The
 * first as people make one, which is told; the second as one that is kept by the way. */
enum err doc_version_add(struct call *c, const struct doc *d, struct doc_version *v) MUST_USE;
enum err doc_version_keep(struct call *c, struct doc_version *v) MUST_USE;
/* Who wrote with which client number of Yjs. */
struct doc_authors {
    struct doc_client *items;
    size_t items_n;
};
enum err doc_authors_get(struct call *c, int64_t id, struct doc_authors *out) MUST_USE;
enum err doc_version_state(struct call *c, int64_t id, int64_t number, struct str *out) MUST_USE;

#endif
