/* Quick votes in a 集体备课; who may what: prep_stages.def.
 *
 * V1: how many chose what is shown to those who chose themselves, and to everybody when the vote is
 * closed; who chose what to nobody. V2: when the session is past 定稿, its votes are closed. */
#ifndef APP_PREP_VOTE_H
#define APP_PREP_VOTE_H

#include "server/app/prep.h"
#include "storage/prep_vote.h"

struct prep_vote_page {
    struct prep_vote *items;
    size_t items_n;
};
struct prep_vote_new {
    struct str question;
    struct str *options;
    size_t options_n;
};
struct prep_ballot {
    int64_t option; /* from 1 */
};

enum err prep_votes(struct call *c, int64_t id, struct prep_vote_page *out) MUST_USE;
enum err prep_ask(struct call *c, int64_t id, const struct prep_vote_new *in,
                  struct prep_vote *out) MUST_USE;
/* Instead of what one chose before. */
enum err prep_choose(struct call *c, int64_t id, int64_t vote, const struct prep_ballot *in,
                     struct prep_vote *out) MUST_USE;
enum err prep_ask_end(struct call *c, int64_t id, int64_t vote, struct prep_vote *out) MUST_USE;

#endif
