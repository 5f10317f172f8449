/* The inside of a room: one open document, those who are in it, what is not saved yet.
 *
 * R1: the document belongs to the loop, or while away to the one worker that has an errand with
 * it. R2: what a guest says is taken in the order it was said; what comes while the document is
 * away waits. R3: saved is told only of what a transaction brought to the disk. R4: all rows of the
 * log up to seq are in the document; others may add rows, too, and then it is advanced before
 * anything is folded. R5: while a room is paused (app/doc_pause.h), and while a guest is asked
 * again because rights changed, what is said waits. */
#ifndef LIVE_ROOM_INT_H
#define LIVE_ROOM_INT_H

#include "server/live/live_int.h"

#include "server/app/doc_log.h"
#include "server/crdt/ydoc.h"

/* Kinds of messages, as y-websocket has them; the last two are ours and stock clients ignore them.
 */
enum message {
    MSG_SYNC = 0,
    MSG_AWARENESS = 1,
    MSG_AUTH = 2,
    MSG_ASK_AWARENESS = 3,
    MSG_SAVED = 8,  /* so many sync messages of this connection are on the disk */
    MSG_SAVING = 9, /* 1: saving does not work at the moment, 0: it works again */
};
enum sync { SYNC_STEP1 = 0, SYNC_STEP2 = 1, SYNC_UPDATE = 2 };

enum {
    MESSAGE_MAX = 32 * 1024 * 1024, /* bytes from outside at once */
    WAITING_MAX = 256 * 1024,       /* bytes a guest may have waiting; then it is not read */
    PAYLOAD_CAP = 1 << 30,
    RECORDED = 64,
};

/* Work that may still be asked for. */
struct allowance {
    double left;
    int64_t at; /* clock_mono */
};

struct guest {
    struct room *room; /* NULL: not in yet */
    struct socket *prev, *next;
    enum doc_right right;
    struct buf card; /* JSON: what others see of the person */
    struct waiting *waiting, **waiting_end;
    size_t waiting_bytes;
    bool paused, unsure;            /* unsure: what he may is being asked */
    uint64_t taken, writing, saved; /* sync messages: taken, with the writer, told */
    uint64_t refused;               /* for which a step 2 has yet to make up */
    struct allowance allowance;
};

struct present {
    uint64_t client, clock;
    int64_t socket, person, seen_at; /* whose it is; clock_mono */
    struct buf state;
};

struct room {
    struct room *prev, *next, *next_dirty;
    struct live *live;
    int64_t doc, seq, folded, top; /* top: the newest row of the log that was heard of */
    struct ydoc *ydoc;             /* NULL: away, or it could not be opened */
    struct socket *guests;
    size_t guests_n;
    struct allowance allowance;
    int64_t pause; /* its number; 0: none */
    bool away;     /* a worker has the document, or fetches it */
    bool dirty, writing;
    struct buf log; /* not given to the writer yet */
    struct doc_client *clients;
    size_t clients_n, clients_room; /* likewise */
    uint64_t *recorded;             /* RECORDED slots of clients, plus one; NULL: none yet */
    struct present *present;
    size_t present_n, present_room;
    struct frame *whole; /* the answer to who has nothing; NULL: not made */
    int64_t empty_at;    /* clock_mono; since when nobody is in it */
    int64_t changed_at;  /* clock_mono; the first change since a version was tried, 0: none */
};

struct rooms {
    struct room *list, *dirty;
    struct map *by_doc;
    uv_timer_t save;
    struct pool *writer;
    struct batch *batch; /* with the writer, or waiting to be tried again */
    bool retry, failing;
    _Atomic int64_t open;
};

/* A sync message, and whose it is: that stays known when he is gone. */
struct said {
    enum sync kind;
    int64_t person;
    struct str bytes;
};

/* An errand a worker runs with a room's document. */
enum errand_kind { ERRAND_OPEN, ERRAND_TAKE, ERRAND_ANSWER, ERRAND_ADVANCE, ERRAND_REST };
struct errand {
    struct live *live;
    enum errand_kind errand;
    int64_t doc, socket; /* L2 */
    struct ydoc *ydoc;
    int64_t seq, folded;
    struct said said;   /* TAKE: an update; ANSWER: a state vector */
    struct buf in, out; /* the bytes of it; ANSWER: what it lacks; ADVANCE: news */
    enum err answer;
    struct ydoc_fault fault;
};

/* room.c */
struct room *room_find(struct live *l, int64_t doc);
/* The document goes away with a worker; false: none is free now. The message is copied. */
bool room_send(struct room *r, enum errand_kind errand, const struct socket *s,
               const struct said *said);
void room_broadcast(struct room *r, struct frame *f, const struct socket *but);
/* Answers who paused it, once all that was said is in the log, or cannot be brought there now. */
void room_settle(struct room *r);

/* sync.c: what guests say */
void sync_welcome(struct socket *s);
void sync_take(struct socket *s, struct str message); /* the document is here */
double sync_cost(const struct room *r, struct str message);
/* An update was applied for this guest (NULL: it is gone); e says how that went. */
void sync_applied(struct room *r, struct socket *s, const struct said *said, enum err e,
                  const struct ydoc_fault *why);
/* What this guest (NULL: it is gone) lacks was found out; e says how that went. */
void sync_answered(struct room *r, struct socket *s, struct str sv, struct str diff, enum err e);
void sync_news(struct room *r, struct str updates); /* of others than guests; as in the log */

/* presence.c: who is there */
/* What was wrong with it; NULL: nothing. */
const char *presence_take(struct socket *s, struct str entries);
void presence_tell(struct socket *s);  /* all of them */
void presence_leave(struct socket *s); /* those that are his */
void presence_beat(struct room *r);
void presence_free(struct room *r);

/* save.c: the log */
void save_add(struct room *r, const struct said *said);
void save_touch(struct room *r); /* somebody waits to be told */
void save_now(struct live *l);
bool save_pending(const struct room *r);
void save_tell(struct socket *s); /* whether saving works */

#endif
