/* A growing array in an arena. What it outgrew stays in the arena until that ends: at most as much
 * again. */
#include "storage/list.h"

#include <string.h>

struct list list_of(struct arena *a, size_t size)
{
    return (struct list){ .size = size, .arena = a };
}

void *list_add(struct list *l)
{
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 16;
        void *p = arena_array(l->arena, room, l->size);
        if (l->n)
            memcpy(p, l->p, l->n * l->size);
        l->p = p;
        l->room = room;
    }
    return (char *)l->p + l->size * l->n++;
}
