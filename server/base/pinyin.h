/* Pinyin of Chinese names, for search by sound and for sorting: 黎小明 is "li xiao ming" and "lxm".
 */
#ifndef BASE_PINYIN_H
#define BASE_PINYIN_H

#include "server/base/arena.h"

struct pinyin {
    struct str full;     /* syllables with a space between: sorted by bytes, names are in order */
    struct str joined;   /* the same without spaces */
    struct str initials; /* first letters */
};

/* Letters and digits stand for themselves in lower case, characters without a reading too; all else
 * is left out. person: the first character is read as a surname. Thread-safe. */
struct pinyin pinyin_of(struct arena *a, struct str name, bool person);

#endif
