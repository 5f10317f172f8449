/* Robin-hood-free linear probing with a keyed hash (SipHash by libsodium), so that strangers cannot
 * choose keys that collide. M1: count + tombs ≤ 3/4 of the room. */
#include "server/base/map.h"

#include "server/base/mem.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

struct slot {
    char *key; /* NULL: never used; GRAVE: dropped */
    size_t n;
    uint64_t hash;
    void *value;
};

struct map {
    struct slot *slots;
    size_t room, count, tombs;
};

static char grave[1];
static unsigned char hash_key[crypto_shorthash_KEYBYTES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void key_make(void)
{
    crypto_shorthash_keygen(hash_key);
}

static uint64_t hash_of(struct str key)
{
    unsigned char out[crypto_shorthash_BYTES];
    uint64_t h;
    pthread_once(&once, key_make);
    crypto_shorthash(out, (const unsigned char *)(key.p ? key.p : ""), key.n, hash_key);
    memcpy(&h, out, sizeof h);
    return h;
}

struct map *map_new(void)
{
    return NEW(struct map);
}

static bool live(const struct slot *s)
{
    return s->key && s->key != grave;
}

void map_free(struct map *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->room; i++)
        if (live(&m->slots[i]))
            mem_free(m->slots[i].key);
    mem_free(m->slots);
    mem_free(m);
}

static struct slot *slot_find(const struct map *m, struct str key, uint64_t h)
{
    if (!m->room)
        return NULL;
    for (size_t i = h & (m->room - 1);; i = (i + 1) & (m->room - 1)) {
        struct slot *s = &m->slots[i];
        if (!s->key)
            return NULL;
        if (s->key != grave && s->hash == h && s->n == key.n && memcmp(s->key, key.p, key.n) == 0)
            return s;
    }
}

void *map_get(const struct map *m, struct str key)
{
    if (!key.p)
        key.p = "";
    struct slot *s = slot_find(m, key, hash_of(key));
    return s ? s->value : NULL;
}

static void slot_place(struct map *m, struct slot put)
{
    size_t i = put.hash & (m->room - 1);
    while (m->slots[i].key)
        i = (i + 1) & (m->room - 1);
    m->slots[i] = put;
}

static void map_make_room(struct map *m)
{
    if ((m->count + m->tombs + 1) * 4 <= m->room * 3)
        return;
    struct slot *old = m->slots;
    size_t n = m->room;
    m->room = m->count * 4 < 16 ? 16 : n;
    while ((m->count + 1) * 2 > m->room)
        m->room *= 2;
    m->slots = mem_array(m->room, sizeof *m->slots);
    m->tombs = 0;
    for (size_t i = 0; i < n; i++)
        if (live(&old[i]))
            slot_place(m, old[i]);
    mem_free(old);
}

void *map_put(struct map *m, struct str key, void *value)
{
    if (!key.p)
        key.p = "";
    uint64_t h = hash_of(key);
    struct slot *s = slot_find(m, key, h);
    if (s) {
        void *was = s->value;
        s->value = value;
        return was;
    }
    map_make_room(m);
    struct slot put = { mem_new(key.n + 1), key.n, h, value };
    memcpy(put.key, key.p, key.n);
    slot_place(m, put);
    m->count++;
    return NULL;
}

void *map_drop(struct map *m, struct str key)
{
    if (!key.p)
        key.p = "";
    struct slot *s = slot_find(m, key, hash_of(key));
    if (!s)
        return NULL;
    void *was = s->value;
    mem_free(s->key);
    *s = (struct slot){ .key = grave };
    m->count--;
    m->tombs++;
    return was;
}

size_t map_count(const struct map *m)
{
    return m->count;
}

bool map_each(const struct map *m, size_t *i, struct str *key, void **value)
{
    for (; *i < m->room; (*i)++) {
        struct slot *s = &m->slots[*i];
        if (!live(s))
            continue;
        *key = (struct str){ s->key, s->n };
        *value = s->value;
        (*i)++;
        return true;
    }
    return false;
}

struct str map_int_key(const int64_t *id)
{
    return (struct str){ (const char *)id, sizeof *id };
}
