/* The columns of Yjs' second format: each kind of number has a stream of its own, run-length
 * encoded. FORMAT.md has them byte for byte. */
#ifndef CRDT_V2_H
#define CRDT_V2_H

#include "server/crdt/any.h"
#include "server/crdt/wire.h"

/* In the order they stand in; the strings' column is a text and then their lengths. */
enum column {
    COL_KEY,
    COL_CLIENT,
    COL_LEFT,
    COL_RIGHT,
    COL_INFO,
    COL_STRING,
    COL_PARENT,
    COL_TYPE,
    COL_LEN,
    COL_count
};

/* How a column packs: bytes with a count behind, numbers, differences between numbers. */
enum packing { PACK_BYTES, PACK_NUMBERS, PACK_DIFFS };
extern const enum packing column_packing[COL_count];

#endif
