/* Secret addresses of calendars; see calendar_feed.h. */
#include "server/app/calendar_feed.h"

#include "server/app/audit.h"
#include "server/app/seal.h"
#include "server/app/viewer.h"
#include "storage/calendar_feed.h"

static struct str sealed(struct call *c, int64_t person, int64_t made_at)
{
    return arena_fmt(c->arena, "calendar:%lld:%lld", (long long)person, (long long)made_at);
}

static void show(struct call *c, int64_t made_at, struct calendar_feed *out)
{
    int64_t person = c->viewer->person;
    struct str site = site_address(&c->house->site, c->arena, c->host);
    struct str seal = seal_of(c, sealed(c, person, made_at));
    out->made_at = made_at;
    out->url = made_at ? arena_fmt(c->arena, "%.*s/calendar/%lld-%.*s.ics", STR_ARG(site),
                                   (long long)person, STR_ARG(seal))
                       : S("");
}

enum err calendar_feed_mine(struct call *c, struct calendar_feed *out)
{
    int64_t made_at;
    enum err e = calendar_feed_at(c->db, c->viewer->person, &made_at);
    if (!e)
        show(c, made_at, out);
    return e;
}

enum err calendar_feed_make(struct call *c, struct calendar_feed *out)
{
    struct txn tx = { 0 };
    int64_t made_at;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = calendar_feed_put(c->db, c->viewer->person, c->now, &made_at)) ||
        (e = audit_add(c, "calendar.make", "person", c->viewer->person, STR_NONE)))
        goto done;
    show(c, made_at, out);
done:
    return txn_end(&tx, e);
}

enum err calendar_feed_end(struct call *c)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (!e && !(e = calendar_feed_drop(c->db, c->viewer->person)))
        e = audit_add(c, "calendar.end", "person", c->viewer->person, STR_NONE);
    return txn_end(&tx, e);
}

enum err calendar_feed_follow(struct call *c, struct str token)
{
    int64_t person, made_at;
    size_t dash = str_chr(token, '-', 0), dot = str_chr(token, '.', 0);
    if (dash == SIZE_MAX || dot == SIZE_MAX || dot < dash ||
        !str_eqz(str_sub(token, dot, token.n), ".ics") ||
        !str_int(str_sub(token, 0, dash), &person) || person < 1)
        return E_NOT_FOUND;
    enum err e = calendar_feed_at(c->db, person, &made_at);
    if (e)
        return e;
    struct str seal = str_sub(token, dash + 1, dot);
    if (!made_at || !seal_fits(c, sealed(c, person, made_at), seal))
        return E_NOT_FOUND;
    return viewer_of_person(c, person);
}
