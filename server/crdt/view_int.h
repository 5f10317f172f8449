/* What the views share. A view walks lists and never changes anything; it stops at VIEW_DEPTH types
 * within each other. */
#ifndef CRDT_VIEW_INT_H
#define CRDT_VIEW_INT_H

#include "server/crdt/walk.h"
#include "server/crdt/ydoc_int.h"

enum { VIEW_DEPTH = 500 };

struct view {
    const struct ydoc *d;
    struct buf *out;
    int depth;
    bool deep; /* it was too deep */
};

/* The first, and the next, child of a type that is there. */
uint32_t view_first(const struct ydoc *d, uint32_t type);
uint32_t view_next(const struct ydoc *d, uint32_t i);
/* What a root type looks like: T_TEXT, T_FRAGMENT, T_ARRAY, T_MAP; T_count: it holds nothing that
 * tells. */
uint8_t view_root_ref(const struct ydoc *d, uint32_t type);
/* The end of a view: the buffer's error, or E_TOO_LARGE when it was too deep. */
enum err view_end(const struct view *v);
/* How many units of an item a state knows; NULL knows all. */
uint32_t view_known(const struct ydoc *d, const struct states *since, uint32_t i);

/* What is looked at: with since (a state, sorted; NULL: none) it is told what that does not know;
 * gone: also what it knows and was deleted since, where that has been kept, without the refused. */
struct view_scope {
    const struct states *since;
    bool gone;
    const struct yrange *refused;
    size_t refused_n;
};
/* The item itself, or the next one behind it that is looked at. */
uint32_t view_seen(const struct ydoc *d, const struct view_scope *s, uint32_t i);

/* One stretch of a text: characters, or one embedded thing (then embed is its item), under the
 * same formats. */
struct format {
    struct str key, value; /* value: JSON */
};
struct stretch {
    struct str text;
    uint32_t embed; /* NONE: text */
    const struct format *formats;
    size_t n;
    bool mine, gone; /* the scope's state does not know it; knows it, and it was deleted */
};
/* All of them, in order; they end where what the scope tells of them does. */
void view_stretches(const struct ydoc *d, uint32_t type, const struct view_scope *scope,
                    void (*tell)(void *arg, const struct stretch *s), void *arg);

void view_text(struct view *v, uint32_t type);             /* as characters */
void view_delta(struct view *v, uint32_t type);            /* as JSON */
void view_xml(struct view *v, uint32_t type, uint8_t ref); /* toString of an XML type */
void view_json_type(struct view *v, uint32_t type, uint8_t ref);
void view_json_item(struct view *v, uint32_t i);       /* the last value of an item, as JSON */
bool view_undefined(const struct ydoc *d, uint32_t i); /* is that value undefined? */

#endif
