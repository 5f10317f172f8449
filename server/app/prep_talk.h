/* What is said in a 集体备课: opinions, comments on places of the text, suggestions, replies, what
 * was decided about them; the chat; reflections after class. Who may what: prep_stages.def.
 *
 * T1: in the silent round everybody sees his own alone, until the host opens the discussion. T2: a
 * decision is a row's for good: it can be made again, with whom and when, never taken away. T3: a
 * suggestion that is adopted is carried out by the client's editor; the row records it. T4: what a
 * signed record has is neither changed nor withdrawn nor decided anew; what was answered or decided
 * is not withdrawn. */
#ifndef APP_PREP_TALK_H
#define APP_PREP_TALK_H

#include "server/app/prep.h"
#include "storage/prep_record.h"
#include "storage/prep_talk.h"

struct prep_opinion_query {
    int64_t doc, limit;
    struct str cursor;
    bool has_doc, has_limit, has_cursor;
};
struct prep_opinion_page {
    struct prep_opinion *items;
    size_t items_n;
    struct str next;
    bool has_next;
    bool hidden; /* T1: others' are not in it */
};
/* anchor: a Yjs relative position as JSON, kept as it is; instead: what a suggestion puts in place
 * of the quoted text (empty: nothing). */
struct prep_opinion_new {
    struct str kind, anchor, quote, body, instead;
    int64_t doc, parent;
    int64_t *mentions;
    size_t mentions_n;
    bool has_anchor, has_quote, has_body, has_instead, has_doc, has_parent, has_mentions;
};
struct prep_opinion_edit {
    struct str body, instead;
    bool has_body, has_instead;
};
struct prep_decision {
    struct str decision, reason;
    bool has_reason;
};
struct prep_resolved {
    bool resolved;
};

struct str prep_decision_text(struct str decision); /* in Chinese, of one that was made */
enum err prep_opinions(struct call *c, int64_t id, const struct prep_opinion_query *q,
                       struct prep_opinion_page *out) MUST_USE;
enum err prep_opine(struct call *c, int64_t id, const struct prep_opinion_new *in,
                    struct prep_opinion *out) MUST_USE;
/* Its author's, while opinions may be written and nobody has decided (T4). */
enum err prep_opinion_edit(struct call *c, int64_t id, int64_t opinion, int64_t rev,
                           const struct prep_opinion_edit *in, struct prep_opinion *out) MUST_USE;
enum err prep_opinion_withdraw(struct call *c, int64_t id, int64_t opinion) MUST_USE;
enum err prep_decide(struct call *c, int64_t id, int64_t opinion, const struct prep_decision *in,
                     struct prep_opinion *out) MUST_USE;
enum err prep_resolve(struct call *c, int64_t id, int64_t opinion, bool resolved,
                      struct prep_opinion *out) MUST_USE;

struct prep_chat_query {
    int64_t after;
    bool has_after;
};
struct prep_chat_page {
    struct prep_word *items;
    size_t items_n;
};
struct prep_say {
    struct str body;
};
enum err prep_chat(struct call *c, int64_t id, const struct prep_chat_query *q,
                   struct prep_chat_page *out) MUST_USE;
enum err prep_chat_say(struct call *c, int64_t id, const struct prep_say *in,
                       struct prep_word *out) MUST_USE;

struct prep_reflection_new {
    struct str body;
};
struct prep_reflection_page {
    struct prep_reflection *items;
    size_t items_n;
};
/* With before: those of the session before it, which open this one. */
struct prep_reflection_query {
    bool before, has_before;
};
enum err prep_reflections(struct call *c, int64_t id, const struct prep_reflection_query *q,
                          struct prep_reflection_page *out) MUST_USE;
enum err prep_reflect(struct call *c, int64_t id, const struct prep_reflection_new *in) MUST_USE;

#endif
