/* Rows of the quick votes in a 集体备课. */
#ifndef STORAGE_PREP_VOTE_H
#define STORAGE_PREP_VOTE_H

#include "storage/db.h"

enum { PREP_OPTIONS_MAX = 8, PREP_VOTES_MAX = 100 };

struct prep_option {
    struct str text;
    int64_t count; /* of ballots */
    bool has_count;
};
struct prep_vote {
    int64_t id, session, person, at, closed_at; /* person: who asked; closed_at 0: still open */
    int64_t cast, mine; /* how many chose; what the one who looks chose, from 1, 0: nothing yet */
    struct str question, person_name;
    struct prep_option *options;
    size_t options_n;
};

/* Sets id. */
enum err prep_vote_put(struct db *db, struct prep_vote *v) MUST_USE;
/* Those of a session in the order they were asked, as this person sees them; id 0: all. */
enum err prep_vote_list(struct db *db, struct arena *a, int64_t session, int64_t id, int64_t person,
                        struct prep_vote **out, size_t *n) MUST_USE;
/* id 0: all of the session that are open. */
enum err prep_vote_close(struct db *db, int64_t session, int64_t id, int64_t at) MUST_USE;
/* Instead of what this person chose before. E_CONFLICT: there is no such option. */
enum err prep_ballot_set(struct db *db, int64_t vote, int64_t person, int64_t option,
                         int64_t at) MUST_USE;

#endif
