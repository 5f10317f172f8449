/* Bump allocation in blocks of 16 KiB; a piece that is larger gets a block of its own. */
#include "server/base/arena.h"

#include "server/base/err.h"
#include "server/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 16 * 1024 };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(16) char data[];
};

struct arena {
    struct block *head; /* the one being filled */
};

static struct block *block_new(size_t size)
{
    struct block *b = mem_grow(NULL, 1, sizeof(struct block) + size);
    *b = (struct block){ .size = size };
    return b;
}

struct arena *arena_new(void)
{
    return NEW(struct arena);
}

static void blocks_free(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        mem_free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    blocks_free(a->head);
    mem_free(a);
}

void arena_reset(struct arena *a)
{
    struct block *b = a->head;
    if (!b)
        return;
    blocks_free(b->next);
    b->next = NULL;
    b->used = 0;
    if (b->size > BLOCK) {
        mem_free(b);
        a->head = NULL;
    }
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t need;
    if (__builtin_add_overflow(size, 15, &need))
        BUG("arena overflow");
    need &= ~(size_t)15;
    struct block *b = a->head;
    if (!b || b->size - b->used < need) {
        struct block *fresh = block_new(need > BLOCK ? need : BLOCK);
        fresh->next = b;
        a->head = b = fresh;
    }
    void *p = b->data + b->used;
    b->used += need;
    return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t all;
    if (__builtin_mul_overflow(n, size, &all))
        BUG("arena overflow");
    return arena_alloc(a, all);
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

const char *arena_z(struct arena *a, struct str s)
{
    return arena_str(a, s).p;
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    char small[256];
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n < 0)
        BUG("bad format");
    char *p = arena_alloc(a, (size_t)n + 1);
    if ((size_t)n < sizeof small)
        memcpy(p, small, (size_t)n);
    else
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){ p, (size_t)n };
}
