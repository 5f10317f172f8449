/* API tokens of the person who asks: scripts work with them in that person's name. */
#ifndef APP_TOKEN_H
#define APP_TOKEN_H

#include "server/app/call.h"
#include "storage/token.h"

struct token_new {
    struct str name;
    struct str *scopes; /* "read", "write", "admin" */
    size_t scopes_n;
    int64_t days;
    bool has_days; /* 90 when left out */
};
/* On the wire: scopes as words. */
struct token_view {
    int64_t id, created_at, expires_at, used_at;
    struct str name;
    struct str *scopes;
    size_t scopes_n;
};
struct token_made {
    int64_t id, created_at, expires_at, used_at;
    struct str name;
    struct str *scopes;
    size_t scopes_n;
    struct str token; /* told once */
};
struct token_page {
    struct token_view *items;
    size_t items_n;
};

enum err token_mine(struct call *c, struct token_page *out) MUST_USE;
enum err token_make(struct call *c, const struct token_new *in, struct token_made *out) MUST_USE;
enum err token_end(struct call *c, int64_t id) MUST_USE;
/* The same for a command run at the machine, in the name of the person with this login. */
enum err token_make_for(struct call *c, struct str login, unsigned scopes, int64_t days,
                        struct str *token) MUST_USE;

#endif
