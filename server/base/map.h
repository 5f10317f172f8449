/* A hash map from bytes to a pointer. Open addressing; keys are copied. Not shared between threads.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "server/base/str.h"

struct map;

struct map *map_new(void);
void map_free(struct map *m);                       /* the values are the caller's; NULL is fine */
void *map_get(const struct map *m, struct str key); /* NULL when absent */
void *map_put(struct map *m, struct str key, void *value); /* value not NULL; gives the old one */
void *map_drop(struct map *m, struct str key);             /* gives what was there */
size_t map_count(const struct map *m);
/* Walks in no order: for (size_t i = 0; map_each(m, &i, &key, &value);) — no changes meanwhile. */
bool map_each(const struct map *m, size_t *i, struct str *key, void **value);

struct str map_int_key(const int64_t *id); /* an id as a key, borrowed */

#endif
