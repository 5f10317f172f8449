/* Text as it stands on the wire, UTF-8, and as clocks count it, UTF-16. Everything here is given
 * valid UTF-8 and trusts it. */
#ifndef CRDT_TEXT_H
#define CRDT_TEXT_H

#include "server/base/str.h"

/* What Yjs puts for each half of a surrogate pair that was cut: U+FFFD. */
#define TEXT_CUT "\xEF\xBF\xBD"
enum { TEXT_CUT_LEN = 3 };

uint32_t text_units(struct str s); /* UTF-16 units */
/* The byte offset behind the first so many UTF-16 units; as many must be there. When they end
 * between the two halves of a pair, *half is true and the offset is where that character begins. */
size_t text_seek(const char *p, uint32_t units, bool *half);
/* < 0, 0, > 0 as JavaScript compares strings: by UTF-16 units. */
int text_cmp16(struct str a, struct str b);

#endif
