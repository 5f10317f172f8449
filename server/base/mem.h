/* The only place that allocates from the heap. A small allocation cannot fail: we stop, the
 * supervisor restarts us and the log replays. Sizes from outside are capped by the caller before
 * they come here. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_new(size_t size);                     /* zeroed; free with mem_free */
void *mem_array(size_t n, size_t size);         /* zeroed; the product is checked */
void *mem_grow(void *p, size_t n, size_t size); /* realloc; what is new is not zeroed */
void *mem_pages(size_t size);                   /* not zeroed, begins at a page of 4096 bytes */
void mem_free(void *p);                         /* NULL is fine */
char *mem_strdup(const char *s);

#define NEW(type) ((type *)mem_new(sizeof(type)))

#endif
