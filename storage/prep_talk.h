/* Rows of what is said in a 集体备课: opinions, comments, suggestions and replies with what was
 * decided about them, and the chat. */
#ifndef STORAGE_PREP_TALK_H
#define STORAGE_PREP_TALK_H

#include "storage/db.h"

struct prep_opinion {
    int64_t id, rev, session, doc, parent, person, at, edited_at, withdrawn_at;
    int64_t decided_by, decided_at, resolved_by, resolved_at;
    struct str kind, anchor, quote, body, instead, decision, reason;
    struct str person_name, school_name, decided_name;
    int64_t *mentions; /* persons; filled in by prep_opinion_list */
    size_t mentions_n;
};

enum err prep_opinion_put(struct db *db, struct prep_opinion *o) MUST_USE; /* sets id, rev */
enum err prep_opinion_get(struct db *db, struct arena *a, int64_t id,
                          struct prep_opinion *o) MUST_USE;
/* body, instead, edited_at, withdrawn_at, the decision, resolved; E_REV; sets rev. */
enum err prep_opinion_change(struct db *db, struct prep_opinion *o) MUST_USE;
struct prep_opinion_filter {
    int64_t session, doc, person; /* doc, person 0: any */
    int64_t after, limit;         /* ids above */
};
/* In the order they were written, those withdrawn left out. */
enum err prep_opinion_list(struct db *db, struct arena *a, const struct prep_opinion_filter *f,
                           struct prep_opinion **out, size_t *n) MUST_USE;
/* Replies to it that were not withdrawn. */
enum err prep_opinion_replies(struct db *db, int64_t id, int64_t *n) MUST_USE;
enum err prep_mention_put(struct db *db, int64_t opinion, int64_t person) MUST_USE;
/* Persons mentioned in a session, each once for each opinion. */
struct prep_mention {
    int64_t opinion, person;
    struct str by;
};
enum err prep_mention_list(struct db *db, struct arena *a, int64_t session,
                           struct prep_mention **out, size_t *n) MUST_USE;

struct prep_word {
    int64_t id, person, at;
    struct str body, person_name;
};
enum err prep_chat_put(struct db *db, int64_t session, struct prep_word *w) MUST_USE; /* sets id */
/* Those after an id, oldest first; after 0: the latest ones, oldest first as well. */
enum err prep_chat_list(struct db *db, struct arena *a, int64_t session, int64_t after,
                        size_t limit, struct prep_word **out, size_t *n) MUST_USE;

/* Everything somebody wrote or chose: opinions of all kinds, chat, reflections, votes; latest
 * first. */
struct prep_said {
    int64_t session, at;
    struct str kind,
        body; /* kind: of the opinion, "chat", "reflection", "vote" (asked) or "choice" */
};
enum err prep_said_by(struct db *db, struct arena *a, int64_t person, size_t limit,
                      struct prep_said **out, size_t *n) MUST_USE;

#endif
