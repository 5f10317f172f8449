/* One struct of an update, taken apart and put together; FORMAT.md says byte for byte what stands
 * where. A wire borrows its strings from the update it was read from.
 *
 * W1: a struct is at least one clock long. W2: clock + len ≤ CLOCK_MAX. W3: what it refers to in
 * its own client's history lies before it. W4: text is UTF-8, JSON is JSON, values nest at most
 * VALUE_DEPTH deep, a type is one of the seven. */
#ifndef CRDT_WIRE_H
#define CRDT_WIRE_H

#include "server/base/buf.h"
#include "server/crdt/in.h"

enum kind {
    K_GC = 0,
    K_DELETED = 1,
    K_JSON = 2,
    K_BINARY = 3,
    K_STRING = 4,
    K_EMBED = 5,
    K_FORMAT = 6,
    K_TYPE = 7,
    K_ANY = 8,
    K_DOC = 9,
    K_SKIP = 10
};

/* The types a K_TYPE can be. */
enum type_ref { T_ARRAY, T_MAP, T_TEXT, T_ELEMENT, T_FRAGMENT, T_HOOK, T_XMLTEXT, T_count };

struct gid {
    uint64_t client;
    uint32_t clock;
};

struct wire {
    const char *start, *end; /* as it was read; NULL when it was not, or was changed since */
    uint64_t client;
    uint32_t clock, len;
    uint8_t kind, ref;
    bool has_origin, has_right; /* then it says nothing about its parent */
    bool has_root, has_sub;     /* root: the parent is a root type's name, else an id */
    bool half, half_end;        /* K_STRING: a TEXT_CUT stands before, behind the content */
    struct gid origin, right, parent;
    struct str root, sub, name; /* name: of elements and hooks */
    /* K_STRING: the text; K_ANY, K_JSON: the len values one behind the other; K_BINARY, K_EMBED,
     * K_FORMAT, K_DOC: as on the wire, lengths and all. */
    struct str content;
};

/* The next struct of a client at this clock; W1–W4 hold unless in->what. */
void wire_read(struct in *in, uint64_t client, uint32_t clock, struct wire *w);
/* Writes what follows behind its first so many clocks, as Yjs does: the rest's origin is the unit
 * before it. */
void wire_put(struct buf *out, const struct wire *w, uint32_t offset);
/* The same, in place: cuts the first so many clocks off. */
void wire_cut(struct wire *w, uint32_t offset);
/* The text of a K_STRING with what was cut, and how long that is. */
void wire_text(struct buf *out, const struct wire *w);
size_t wire_text_bytes(const struct wire *w);
/* Keeps only the first so many clocks. */
void wire_keep(struct wire *w, uint32_t len);

/* ---- whole updates */

/* One client's run of structs. */
struct run {
    uint64_t client;
    uint32_t clock, end_clock, count;
    const char *p, *end;
};

/* Walks an update struct by struct; every struct is checked as it is read. */
struct update {
    struct in in;
    uint64_t runs, left; /* runs to come, structs of this run to come */
    uint64_t client;
    uint32_t clock;
    struct wire w; /* the current one, if any */
    bool any;
};

/* Opens and reads the first one. */
void update_open(struct update *u, struct str bytes);
bool update_next(struct update *u); /* false: no more, u->in stands at the delete set; or in.what */

/* Writes runs whose lengths are known only afterwards. */
struct run_out {
    struct buf body;
    struct run *run;
    size_t *from; /* where each run begins in body */
    size_t n, room, from_room;
};
void run_out_init(struct run_out *o);
void run_out_put(struct run_out *o, const struct wire *w);
void run_out_end(struct run_out *o, struct buf *out); /* and lets go of everything */

/* ---- delete sets and state vectors: plain vectors */

struct range {
    uint64_t client;
    uint32_t clock, len;
};
struct ranges {
    struct range *r;
    size_t n, room;
};
void ranges_add(struct ranges *s, uint64_t client, uint32_t clock, uint32_t len);
void ranges_fini(struct ranges *s);
/* Clients descending, clocks ascending, what touches or overlaps joined. */
void ranges_sort(struct ranges *s);
/* Reads a delete set and appends it; empty ranges are left out. */
void ranges_read(struct in *in, struct ranges *s);
size_t ranges_skip(struct in *in, struct ranges *s); /* s may be NULL; gives how many there were */
void ranges_put(struct buf *out, const struct ranges *s);                  /* sorted */
const struct range *ranges_first(const struct ranges *s, uint64_t client); /* sorted; or NULL */
/* Is this clock in the (sorted) set? */
bool ranges_has(const struct ranges *s, uint64_t client, uint32_t clock);

struct state {
    uint64_t client;
    uint32_t clock;
};
struct states {
    struct state *s;
    size_t n, room;
};
void states_add(struct states *v, uint64_t client, uint32_t clock);
void states_fini(struct states *v);
void states_sort(struct states *v); /* by client, descending; of equal ones the last counts */
uint32_t states_get(const struct states *v, uint64_t client);             /* sorted; 0: not there */
const struct state *states_find(const struct states *v, uint64_t client); /* sorted; or NULL */
void states_read(struct in *in, struct states *v);
void states_put(struct buf *out, const struct states *v);

/* A vector with room for n of size bytes: a quarter to a half as much again when it is full. */
void *vec_room(void *p, size_t *room, size_t n, size_t size);

#endif
