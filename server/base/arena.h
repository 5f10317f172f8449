/* An arena: memory with one lifetime, freed at once. A request has one; nobody frees single pieces.
 * Not shared between threads. B1: every piece is aligned to 16 bytes. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "server/base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL is fine */
void arena_reset(struct arena *a); /* forgets everything, keeps one block */

void *arena_alloc(struct arena *a, size_t size); /* zeroed */
void *arena_array(struct arena *a, size_t n, size_t size);
struct str arena_str(struct arena *a, struct str s); /* a copy, NUL behind it */
const char *arena_z(struct arena *a, struct str s);  /* the copy as a C string */
struct str arena_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(a, type) ((type *)arena_alloc(a, sizeof(type)))

#endif
