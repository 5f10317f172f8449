/* The viewer: who asks, with which roles, and whose audiences he belongs to. Made once per call
 * from a session cookie or an API token; everything in it lives in the call's arena. */
#ifndef APP_VIEWER_H
#define APP_VIEWER_H

#include "server/app/call.h"

enum token_scope { TOKEN_READ = 1, TOKEN_WRITE = 2, TOKEN_ADMIN = 4, TOKEN_ALL = 7 };

#define COOKIE_SESSION "jibei"       /* HttpOnly, SameSite=Lax, Secure behind TLS */
#define COOKIE_DEVICE "jibei_device" /* a device that logged in before: exempt from the lockout */

enum audience_kind { AUD_PERSON = 1, AUD_DEPT, AUD_SCHOOL, AUD_GROUP, AUD_COUNTY };
/* An audience key: ref_id * 8 + kind. The county's ref is 1. */
#define AUDIENCE(kind, ref) ((int64_t)(ref)*8 + (kind))

struct viewer {
    int64_t person;      /* 0: nobody */
    int64_t session;     /* row of the session, 0 for tokens */
    int64_t token;       /* row of the API token, 0 for sessions */
    int64_t school;      /* home school, 0 for bureau staff */
    bool house;          /* a command run at the machine: may everything */
    bool must_change;    /* the password, before anything else */
    int64_t until;       /* ms: when keys and roles change by themselves */
    unsigned scopes;     /* TOKEN_*: what the API token allows; all for sessions */
    const int64_t *keys; /* audience keys, ascending */
    size_t keys_n;
    const struct role_held *roles; /* server/app/may.h */
    size_t roles_n;
};

extern const struct viewer viewer_nobody;
extern const struct viewer viewer_house; /* for commands and jobs that act for nobody */

/* What a request shows of itself; at most one of the first three is not empty. */
struct viewer_proof {
    struct str cookie; /* value of COOKIE_SESSION */
    struct str bearer; /* an API token */
    struct str device; /* value of COOKIE_DEVICE */
    bool writes;       /* an unsafe method: a token needs the scope for it */
};

/* Sets c->viewer. A cookie that is no longer good gives nobody and E_OK; a bad or withdrawn Bearer
 * is E_LOGIN, one without the scope E_FORBIDDEN. */
enum err viewer_resolve(struct call *c, const struct viewer_proof *proof) MUST_USE;
/* Acts as this person, as jobs and tests do; E_NOT_FOUND: none, or disabled. */
enum err viewer_of_person(struct call *c, int64_t person) MUST_USE;
/* The same for an open socket: E_LOGIN once the session or token it came with is over. */
enum err viewer_again(struct call *c, const struct viewer *before) MUST_USE;
/* Inside the transaction that changed what somebody holds: makes his keys and roles anew. */
enum err viewer_anew(struct call *c, int64_t person) MUST_USE;
bool viewer_has_key(const struct viewer *v, int64_t audience);
/* The only key of a kind the viewer holds; 0: none, -1: several. */
int64_t viewer_only_key(const struct viewer *v, enum audience_kind kind);

#endif
