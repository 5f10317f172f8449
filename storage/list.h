/* Rows gathered into one array of the arena, when nobody knows beforehand how many there are. */
#ifndef STORAGE_LIST_H
#define STORAGE_LIST_H

#include "server/base/arena.h"

struct list {
    void *p; /* the array; valid until the next list_add */
    size_t n, room, size;
    struct arena *arena;
};

struct list list_of(struct arena *a, size_t size); /* size of one element */
void *list_add(struct list *l); /* a new element at the end, zeroed; borrowed until the next one */

#endif
