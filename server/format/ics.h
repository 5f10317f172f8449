/* Writing iCalendar (RFC 5545): begin, events, end. Lines end with CRLF and are folded at 75
 * octets, never inside a character (3.1); text is escaped (3.3.11); times are UTC. The buffer keeps
 * the first error. */
#ifndef FORMAT_ICS_H
#define FORMAT_ICS_H

#include "server/base/buf.h"

struct ics_event {
    struct str uid, summary, location, description;
    int64_t starts_at, ends_at, changed_at; /* ms UTC */
    int64_t sequence;                       /* grows with each change */
    bool cancelled;
};

void ics_begin(struct buf *out, struct str name);
void ics_event(struct buf *out, const struct ics_event *e);
void ics_end(struct buf *out);

#endif
