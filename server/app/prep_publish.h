/* 定稿: the common plan gets a fixed version and goes to the repository. */
#ifndef APP_PREP_PUBLISH_H
#define APP_PREP_PUBLISH_H

#include "server/app/prep.h"

struct prep_publish {
    struct str scope, licence, summary;
    int64_t scope_ref, doc; /* without doc: the session's first 共案 */
    bool has_scope_ref, has_doc, has_licence, has_summary;
};

/* The host's, in the stage 定稿, which ends by it. The resource (教学设计) is the lead author's,
 * with all who contributed as its authors; beyond a school it waits for an approval, unless the
 * host may give it. Published again after the session went back to 定稿: a further file of the same
 * resource. */
enum err prep_publish(struct call *c, int64_t id, const struct prep_publish *in) MUST_USE;

#endif
