/* Borrowed bytes: a pointer and a length, valid while the owner is. May hold NUL; not terminated.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *p;
    size_t n;
};

#define S(lit) ((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_NONE ((struct str){ 0, 0 })
/* For printf: printf("%.*s", STR_ARG(s)); cut at INT_MAX. */
#define STR_ARG(s) (int)((s).n > 0x7fffffff ? 0x7fffffff : (s).n), ((s).p ? (s).p : "")

struct str str_of(const char *z); /* NULL gives STR_NONE */
bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *z);
bool str_ieqz(struct str a, const char *z); /* ASCII case folded */
int str_cmp(struct str a, struct str b);    /* by bytes, shorter first */
bool str_starts(struct str s, struct str with);
bool str_ends(struct str s, struct str with);
bool str_iends(struct str s, const char *with);           /* ASCII case folded */
struct str str_sub(struct str s, size_t from, size_t to); /* clamped */
struct str str_trim(struct str s);                        /* ASCII white space and U+3000 */
/* Offset of the first occurrence at or after from, SIZE_MAX when there is none. */
size_t str_find(struct str s, struct str what, size_t from);
size_t str_chr(struct str s, char c, size_t from);
/* Cuts the part before sep off *rest; false when nothing is left. "a,,b" gives a, "", b; "" gives
 * nothing. */
bool str_next(struct str *rest, char sep, struct str *part);
/* Decimal integer, whole string, no spaces, no plus; false on overflow or anything else. */
bool str_int(struct str s, int64_t *v);

#endif
