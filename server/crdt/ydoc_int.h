/* The inside of a document.
 *
 * Items are 32 bytes each in one growing pool and name each other by their place in it; a client
 * has the list of its items in the order of clocks. What an item says lies in its client's content,
 * where typing grows in place: text as on the wire, UTF-8, whose byte length is not kept but found
 * by walking. Most items were written next to their own client's items, so the clients of what an
 * item refers to are kept aside (struct foreign) where they are others.
 *
 * A *list* is the children of one type, or the values one of its keys had: the parent and
 * parentSub of Yjs in one number. An item has no way to its left: nobody needs it.
 *
 * I1: the items of a client follow each other without gaps, from clock 0.
 * I2: every item of a list but GC is on exactly one chain, from list.first by right to list.last.
 * I3: on a key's list all but the last item are deleted, save the front of one that was cut.
 * I4: what lies in a deleted type is deleted; what lay in a collected one is GC.
 * I5: SEEN and RIVAL are set only during one integration.
 * I6: client.tail's content, if any, ends where its client's content ends.
 * I7: client.content has dead bytes that belong to nobody, client.dead of them. */
#ifndef CRDT_YDOC_INT_H
#define CRDT_YDOC_INT_H

#include "server/base/mem.h"
#include "server/crdt/wire.h"
#include "server/crdt/ydoc.h"

#include <string.h>

#define NONE UINT32_MAX

enum {
    CLIENT_MAX = 1000000,
    CLIENT_BITS = 20,
    DELETED = 1,
    SEEN = 2,
    RIVAL = 4,
    ASCII = 8, /* K_STRING: one byte for each unit */
    ORIGIN = 16,
    RIGHT = 32,
    FOREIGN = 64 /* the clients of origin and right stand in d->foreign */
};

struct item {
    uint32_t clock, len;
    uint32_t head; /* client (20 bits), kind (4), flags (8) */
    uint32_t right, list;
    uint32_t origin, right_origin; /* clocks */
    uint32_t at;                   /* of the content; K_TYPE: the type; free items: the next free */
};

/* Somebody's unit; client is a place in d->clients, NONE: nobody's. */
struct id {
    uint32_t client, clock;
};

struct foreign {
    uint32_t item, origin, right; /* item NONE: an empty slot */
};

struct client {
    uint64_t id;
    uint32_t *items, n, room;
    uint32_t hint;        /* where somebody was found last */
    uint32_t state;       /* the next clock */
    uint32_t before, txn; /* the state before transaction number txn */
    char *content;
    uint32_t used, size, dead, tail;
};

struct type {
    uint32_t item;            /* NONE: a root type */
    uint32_t name;            /* of a root, element or hook: a key; free types: the next free */
    uint32_t list;            /* its children, NONE: never had any */
    uint32_t keys, keys_last; /* its keys' lists in the order they came */
    uint32_t len;             /* of countable children that are there */
    uint8_t ref;              /* enum type_ref; T_count: free; roots: T_ARRAY, nobody knows */
};

struct list {
    uint32_t type, key; /* key NONE: the children */
    uint32_t first, last, next;
};

/* A hash of places: open addressing, 0 is empty, else place + 1. */
struct hash_of {
    uint32_t *slot, n, room;
};
/* Room for n places at most half full, `first` to begin with. True: it is another table now, empty,
 * and whoever asked puts everything into it. */
bool hash_widened(struct hash_of *h, size_t n, uint32_t first);

struct place_vec {
    uint32_t *p;
    size_t n, room;
};

/* An update that waits, and what is in it. */
struct piece {
    struct buf bytes;
    size_t structs, runs;
};

struct ydoc {
    struct ydoc_setup setup;
    struct item *items;
    size_t items_n, items_room, live; /* live: not free */
    uint32_t items_free;
    struct client *clients;
    size_t clients_n, clients_room;
    uint32_t *order; /* clients by id, descending */
    size_t order_room;
    struct hash_of by_id;
    uint32_t last_client; /* found last */
    struct type *types;
    size_t types_n, types_room;
    uint32_t types_free;
    struct list *lists;
    size_t lists_n, lists_room;
    uint32_t lists_free;
    struct hash_of by_key; /* (type, key) → list */
    struct foreign *foreign;
    size_t foreign_n, foreign_room;
    /* Names, each once: of roots, elements and keys. */
    struct buf names;
    uint32_t *name_at;
    size_t names_n, names_room;
    struct hash_of by_name;
    uint32_t *root_of; /* name → root type, NONE */
    size_t root_room;
    size_t content; /* bytes in all clients' content */

    /* Set aside until what it needs is there: v1 updates, each more than twice as long as the
     * next unless all are small, and who they wait for (sorted). */
    struct piece *pending;
    size_t pending_n, pending_room, pending_bytes, pending_structs, pending_runs;
    struct states missing;
    struct ranges pending_deletes; /* sorted */

    /* One transaction: what was deleted, who wrote, where to try to join items. */
    uint32_t txn;
    bool changed, waits_more;      /* by the last one that was applied */
    struct ranges deleted, joints; /* client: a place in d->clients */
    struct place_vec wrote, scan, work;
    struct cursor *cursors;
    size_t cursors_n, cursors_room;
    struct place_vec stack;
    struct ranges incoming; /* deletes of the update at hand */
};

/* ---- items */

static inline struct item *item_at(const struct ydoc *d, uint32_t i)
{
    return &d->items[i];
}

static inline uint32_t item_client(const struct item *it)
{
    return it->head & ((1u << CLIENT_BITS) - 1);
}

static inline uint8_t item_kind(const struct item *it)
{
    return it->head >> CLIENT_BITS & 15;
}

static inline bool item_is(const struct item *it, uint32_t flag)
{
    return it->head >> (CLIENT_BITS + 4) & flag;
}

static inline void item_set(struct item *it, uint32_t flag)
{
    it->head |= flag << (CLIENT_BITS + 4);
}

static inline void item_clear(struct item *it, uint32_t flag)
{
    it->head &= ~(flag << (CLIENT_BITS + 4));
}

static inline void item_set_kind(struct item *it, uint8_t kind)
{
    it->head = (it->head & ~(15u << CLIENT_BITS)) | (uint32_t)kind << CLIENT_BITS;
}

static inline bool item_gone(const struct item *it) /* deleted, in Yjs' sense */
{
    return item_is(it, DELETED) || item_kind(it) == K_GC;
}

/* Does it count in the length of its parent? */
static inline bool item_counts(const struct item *it)
{
    uint8_t k = item_kind(it);
    return k != K_DELETED && k != K_FORMAT && k != K_GC;
}

static inline bool id_eq(struct id a, struct id b)
{
    return a.client == b.client && (a.client == NONE || a.clock == b.clock);
}

struct id item_origin(const struct ydoc *d, uint32_t i);
struct id item_right_origin(const struct ydoc *d, uint32_t i);
/* origin and right may be nobody's. */
void item_refer(struct ydoc *d, uint32_t i, struct id origin, struct id right);
/* A new one, with nothing in it but this. */
uint32_t item_new(struct ydoc *d, uint32_t client, uint32_t clock, uint32_t len, uint8_t kind);
void item_drop(struct ydoc *d, uint32_t i);    /* joined with its left, or never needed */
void item_collect(struct ydoc *d, uint32_t i); /* forgets content and references: becomes GC */
void item_strip(struct ydoc *d, uint32_t i);   /* forgets the content: becomes K_DELETED */

/* ---- clients */

uint32_t client_find(const struct ydoc *d, uint64_t id); /* NONE: never wrote */
uint32_t client_get(struct ydoc *d, uint64_t id);        /* made where it is not there */
static inline uint32_t client_state(const struct ydoc *d, uint32_t c)
{
    return c == NONE ? 0 : d->clients[c].state;
}
/* Where in c's items this clock (< state) lies. */
uint32_t client_search(struct ydoc *d, uint32_t c, uint32_t clock);
uint32_t client_search_const(const struct ydoc *d, uint32_t c, uint32_t clock);
void client_append(struct ydoc *d, uint32_t c, uint32_t i);
void client_insert(struct ydoc *d, uint32_t c, uint32_t at, uint32_t i);
void client_cut(struct ydoc *d, uint32_t c, uint32_t at, uint32_t n); /* n items out, from at */
void client_trim(struct ydoc *d, uint32_t c);  /* gives back what it has no use for */
void client_touch(struct ydoc *d, uint32_t c); /* it writes in this transaction */
uint32_t client_before(const struct ydoc *d, uint32_t c);

/* The item whose last unit, or first unit, this is (the id must exist): cut out where it is in the
 * midst of one. GC is not cut. */
uint32_t store_clean_end(struct ydoc *d, struct id id);
uint32_t store_clean_start(struct ydoc *d, struct id id);
uint32_t store_find(struct ydoc *d, struct id id);
/* Cuts in two, gives the right half's place; at: where the left one is in its client's items. */
uint32_t item_split(struct ydoc *d, uint32_t i, uint32_t at, uint32_t len);
/* Joins the items left of at (in c's items) as far as they can be; gives how many went. */
uint32_t store_join(struct ydoc *d, uint32_t c, uint32_t at);

/* ---- content */

/* What it says, as in struct wire; STR_NONE for those that say nothing. */
struct str content_of(const struct ydoc *d, const struct item *it);
void content_put(struct ydoc *d, uint32_t i, const struct wire *w); /* of a new item */
/* Behind what i, the last of its client, says. */
void content_append(struct ydoc *d, uint32_t i, const struct wire *w);
void content_drop(struct ydoc *d, uint32_t i);
/* r is the new right half of i, which keeps so many clocks; and the way back. */
void content_split(struct ydoc *d, uint32_t i, uint32_t r, uint32_t len);
void content_join(struct ydoc *d, uint32_t i, uint32_t r);
void content_tidy(struct ydoc *d, uint32_t c); /* when too much is dead */

/* ---- types, lists, names */

uint32_t name_find(const struct ydoc *d, struct str s);
uint32_t name_get(struct ydoc *d, struct str s);
struct str name_str(const struct ydoc *d, uint32_t name);
uint32_t type_root_find(const struct ydoc *d, struct str name);
uint32_t type_root(struct ydoc *d, struct str name);
uint32_t type_new(struct ydoc *d, uint32_t item, uint8_t ref, uint32_t name);
void type_collect(struct ydoc *d, uint32_t t); /* with everything in it */
uint32_t list_get(struct ydoc *d, uint32_t type, uint32_t key);
uint32_t list_find(const struct ydoc *d, uint32_t type, uint32_t key);

/* ---- integration */

/* w's unit of the client that it needs and that is not there yet; false: all is there. */
bool integrate_lacks(struct ydoc *d, const struct wire *w, uint64_t *client);
/* Nothing is lacking, and its client's state lies in it or at its beginning. */
void integrate(struct ydoc *d, const struct wire *w, uint32_t c);
void item_delete(struct ydoc *d, uint32_t i);
void delete_range(struct ydoc *d, uint32_t c, uint32_t clock, uint32_t end); /* end ≤ state */

/* ---- what waits */

void pending_put(struct ydoc *d, struct piece rest, const struct states *missing); /* takes rest */
/* Gives all of it away: its bytes and the array are the caller's. */
struct piece *pending_take(struct ydoc *d, size_t *n);
/* Did somebody write, in this transaction, whom a struct or a delete waits for? */
bool pending_can(const struct ydoc *d);
bool pending_deletes_can(const struct ydoc *d);

void places_add(struct place_vec *v, uint32_t p);
void transaction_begin(struct ydoc *d);
void transaction_end(struct ydoc *d); /* collects garbage, joins items */

/* ---- writing */

void item_wire(const struct ydoc *d, uint32_t i, struct wire *w);
/* One client's structs from this clock (< state) on, as a run. */
void write_run(const struct ydoc *d, uint32_t c, uint32_t clock, struct buf *out);
void deletes_of(const struct ydoc *d, struct ranges *out); /* the whole document's */

/* Merges updates that were checked before. */
void merge_checked(const struct str *updates, size_t n, struct buf *out);
struct piece merge_pieces(const struct piece *a, const struct piece *b);
void diff_checked(struct str update, const struct states *sv, struct buf *out);
/* Reads an update through, so that it can be believed from here on; what it holds is counted. */
struct scan {
    size_t structs, deletes, runs;
    struct str delete_set;
    void (*run)(void *arg, const struct run *r); /* told every run; may be NULL */
    void *arg;
};
enum err update_scan(struct str update, struct scan *s, struct ydoc_fault *why) MUST_USE;
/* Behind the last struct: the delete set (deleted may be NULL) and nothing more; or what was wrong.
 */
enum err update_end(struct update *u, struct str update, struct ranges *deleted,
                    struct ydoc_fault *why) MUST_USE;
enum err fault_tell(struct ydoc_fault *why, const char *what, size_t at, enum err e);

#endif
