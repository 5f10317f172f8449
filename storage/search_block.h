/* PostgreSQL's GIN has no order. So that rows can be asked for newest first, every vector holds as
 * terms the blocks its slot lies in: of 2,048 slots, of 8 and of 64 of those. */
#ifndef STORAGE_SEARCH_BLOCK_H
#define STORAGE_SEARCH_BLOCK_H

#include "server/base/buf.h"
#include "storage/search.h"

enum { SEARCH_BLOCK = 2048, BLOCK_LEVELS = 3, BLOCK_GROWS = 8 };

/* block: number of the block of SEARCH_BLOCK slots; level 0 is that block, 1 the eight around it.
 */
static inline void block_term(struct buf *b, int level, int64_t block)
{
    buf_fmt(b, "'" SEARCH_TERM "%c%lld'", 'b' + level, (long long)(block >> 3 * level));
}

#endif
