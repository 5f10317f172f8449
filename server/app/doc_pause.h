/* A moment in which nobody writes in a document: for what must take all that was written, and after
 * which rights are others (定稿). Live keeps open documents and answers for them: what guests said
 * before is in the log when doc_pause returns; what they say meanwhile waits until doc_resume, and
 * is judged by the rights they have then. Commands, which have no rooms, need not wait. */
#ifndef APP_DOC_PAUSE_H
#define APP_DOC_PAUSE_H

#include "server/app/call.h"

/* The nouns of the bus, with the document's id and, as rev, the number of the pause; nobody but
 * live hears them. */
#define EVENT_PAUSE "doc_pause"
#define EVENT_RESUME "doc_resume"

struct pauses;
struct pauses *pauses_new(void);
void pauses_free(struct pauses *p); /* NULL is fine */

/* Outside a transaction; waits. E_OK alone asks for a doc_resume, which comes after the transaction
 * whose rights count. E_STATE: somebody else is at it. E_BUSY: what was said cannot be saved now.
 */
enum err doc_pause(struct call *c, int64_t doc) MUST_USE;
void doc_resume(struct call *c, int64_t doc);
/* Live's answer to the pause of this number, the event's rev. saved: all that was said is in the
 * log, and nothing follows; otherwise it cannot be saved now, as on a full disk, and nobody needs
 * to wait for it. Any thread, any time. */
void doc_paused(struct house *h, int64_t doc, int64_t number, bool saved);

#endif
