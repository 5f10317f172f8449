/* The secret address under which a calendar program reads somebody's calendar: such programs log in
 * nowhere. It opens the calendar alone, for reading, as long as its owner may log in and has not
 * taken it back; who makes it anew has it shut the old one.
 *
 * A token is "PERSON-SEAL"; what the seal says of it: storage/migrations/0015_calendar_feed.sql. */
#ifndef APP_CALENDAR_FEED_H
#define APP_CALENDAR_FEED_H

#include "server/app/call.h"

struct calendar_feed {
    struct str url;  /* absolute; "": there is none */
    int64_t made_at; /* 0: there is none */
};

enum err calendar_feed_mine(struct call *c, struct calendar_feed *out) MUST_USE;
enum err calendar_feed_make(struct call *c, struct calendar_feed *out) MUST_USE;
enum err calendar_feed_end(struct call *c) MUST_USE;
/* Whoever comes with the token acts as its owner from here on (reading only). E_NOT_FOUND: it opens
 * nothing, or nothing any more. */
enum err calendar_feed_follow(struct call *c, struct str token) MUST_USE;

#endif
