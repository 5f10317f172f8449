/* UTF-8 (RFC 3629): overlong forms, surrogates and what lies past U+10FFFF are errors. */
#ifndef BASE_UTF_H
#define BASE_UTF_H

#include "server/base/arena.h"

/* Reads one character from the front of s (s.n > 0); gives the bytes taken (≥1) and U+FFFD on an
 * error. */
size_t utf_get(struct str s, uint32_t *rune);
/* Where the character begins that ends at byte `at` (> 0). */
size_t utf_before(struct str s, size_t at);
size_t utf_put(char out[4], uint32_t rune); /* bytes written; U+FFFD for what is no character */
bool utf_valid(struct str s);
size_t utf_count(struct str s);                  /* characters, an error counting one each */
size_t utf16_count(struct str s);                /* UTF-16 units */
struct str utf_head(struct str s, size_t bytes); /* at most so many bytes, cut between characters */
/* Han, kana and the like: written without spaces. */
bool utf_is_cjk(uint32_t rune);
/* C0, C1, bidirectional marks and other things that have no business in a name. */
bool utf_is_control(uint32_t rune);
/* Full-width ASCII to ASCII, upper to lower case for Latin, Greek and Cyrillic; others unchanged.
 */
uint32_t utf_fold(uint32_t rune);
struct str utf_folded(struct arena *a, struct str s); /* each character of it */

#endif
