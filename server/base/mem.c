/* Heap memory that cannot fail. */
#include "server/base/mem.h"

#include "server/base/err.h"

#include <stdlib.h>
#include <string.h>

void *mem_new(size_t size)
{
    return mem_array(1, size);
}

void *mem_array(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        BUG("out of memory");
    return p;
}

void *mem_grow(void *p, size_t n, size_t size)
{
    size_t all;
    if (__builtin_mul_overflow(n, size, &all))
        BUG("allocation overflows");
    void *q = realloc(p, all ? all : 1);
    if (!q)
        BUG("out of memory");
    return q;
}

void *mem_pages(size_t size)
{
    void *p = NULL;
    if (posix_memalign(&p, 4096, size))
        BUG("out of memory");
    return p;
}

void mem_free(void *p)
{
    free(p);
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(mem_new(n), s, n);
}
