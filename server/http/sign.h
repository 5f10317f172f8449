/* A sign: a page made here for a person whose browser came to an address of the API itself: a
 * download that is not to be had, a one-time link. One sentence and what to do; no script and no
 * other file. */
#ifndef HTTP_SIGN_H
#define HTTP_SIGN_H

#include "server/http/route.h"

/* A browser that goes to an address asks for a page; programs and scripts do not. */
bool sign_wanted(const struct http_request *rq);

/* Puts the page into an empty reply, whose status is the caller's. The title is escaped, more is
 * HTML. */
void sign_put(struct call *c, struct http_reply *reply, struct str title, struct str more);

/* The page of a refusal: why, the request's number to tell an administrator, the way home. */
void sign_refuse(struct call *c, struct http_reply *reply, struct str why, const char *id);

#endif
