/* What the parts of an edit share. */
#ifndef CRDT_EDIT_INT_H
#define CRDT_EDIT_INT_H

#include "server/base/arena.h"
#include "server/crdt/edit.h"
#include "server/crdt/ydoc_int.h"

struct ydoc_edit {
    struct ydoc *d;
    uint64_t client;
    uint32_t c; /* NONE: has not written yet */
    /* Where somebody wrote last: so many countable units lie up to the end of left. */
    ynode at_node;
    uint32_t at_left, at_index;
    struct buf scratch;
    struct arena *arena;
};

/* A place between two items of a list; left NONE: its front. */
struct gap {
    uint32_t left, right;
};

/* The place so many countable units from the front, before whatever does not count there. */
enum err edit_find(struct ydoc_edit *e, ynode n, uint32_t index, struct gap *g) MUST_USE;
/* Puts a struct of this kind there; g then lies behind it. key NONE: a child. */
void edit_put(struct ydoc_edit *e, ynode n, uint32_t key, struct gap *g, struct wire *w);
/* May so many bytes and structs still be added? */
enum err edit_room(const struct ydoc_edit *e, size_t bytes) MUST_USE;
/* Notes where it was written, so that the next one need not be searched for. */
void edit_here(struct ydoc_edit *e, ynode n, uint32_t index, uint32_t left);

#endif
