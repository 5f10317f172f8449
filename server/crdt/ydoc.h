/* A Yjs document in C: bytes in, bytes out. It reads and writes the updates of Yjs 13 (v1, and v2
 * by conversion), integrates them by the same algorithm (YATA) and arrives at the same document,
 * item for item and byte for byte. README.md says how it is built, FORMAT.md what the bytes are.
 *
 * A document has one owner and is not shared between threads; nothing here is global. Nothing reads
 * a clock, a file or a random number. Bytes given are borrowed for the call only; bytes asked for
 * are appended to a struct buf whose cap is the caller's.
 *
 * D1: an update is applied wholly or not at all. D2: what it needs and is not there yet is kept
 * aside and comes in by itself; it is part of every state given out. D3: a document never changes
 * by itself: it deletes nothing that no update deleted (Yjs in a browser also cleans up formats).
 */
#ifndef CRDT_YDOC_H
#define CRDT_YDOC_H

#include "server/base/buf.h"

struct ydoc;

/* What one document may grow to. Zeroes mean the values behind. */
struct ydoc_limits {
    size_t update;  /* bytes of one update: 64 MiB */
    size_t structs; /* of the document: 8 million */
    size_t clients; /* that ever wrote: 1,000,000 (no more is possible) */
    size_t content; /* bytes of content: 1 GiB */
    size_t pending; /* bytes set aside: 16 MiB */
};

struct ydoc_setup {
    struct ydoc_limits limits;
    bool keep_deleted; /* gc: false in Yjs: deleted content stays, snapshots can be restored */
};

/* What was wrong with bytes from outside, for logs and people who debug. */
struct ydoc_fault {
    const char *what; /* an English phrase, static memory */
    size_t at;        /* the byte where it was seen */
};

struct ydoc *ydoc_new(const struct ydoc_setup *s); /* NULL: as Yjs by default */
void ydoc_free(struct ydoc *d);                    /* NULL is fine */

/* Applies one v1 update. E_SYNTAX: it is none. E_TOO_LARGE: past a limit. In both cases the
 * document is as it was, and why (may be NULL) says what it was. */
enum err ydoc_apply(struct ydoc *d, struct str update, struct ydoc_fault *why) MUST_USE;

/* Did the last update that was applied bring anything that was not there? */
bool ydoc_changed(const struct ydoc *d);
/* The clients it brought something of: for (size_t k = 0; ydoc_wrote(d, k, &client); k++). */
bool ydoc_wrote(const struct ydoc *d, size_t k, uint64_t *client);

/* What a peer with this state vector lacks, as one v1 update; STR_NONE asks for everything, pending
 * parts too. E_SYNTAX: no state vector. E_TOO_LARGE: the buffer's cap. */
enum err ydoc_diff(const struct ydoc *d, struct str state_vector, struct buf *out) MUST_USE;
void ydoc_state_vector(const struct ydoc *d, struct buf *out);
/* for (size_t k = 0; ydoc_state(d, k, &client, &clock); k++) — clients descending. */
bool ydoc_state(const struct ydoc *d, size_t k, uint64_t *client, uint32_t *clock);

/* The document as it is now: a delete set and a state vector, as encodeSnapshot writes them. */
void ydoc_snapshot(const struct ydoc *d, struct buf *out);
/* The document as it was at a snapshot, as one v1 update. Needs keep_deleted, otherwise E_STATE.
 * E_NOT_FOUND: the snapshot knows more than this document. E_SYNTAX: no snapshot. */
enum err ydoc_restore(const struct ydoc *d, struct str snapshot, struct buf *out) MUST_USE;

/* Everything that must hold inside; NULL when it does, otherwise what does not. */
const char *ydoc_check(const struct ydoc *d);

struct ydoc_stats {
    size_t structs, clients, types;
    size_t content, pending; /* bytes */
    size_t memory;           /* bytes allocated for this document */
};
void ydoc_stats(const struct ydoc *d, struct ydoc_stats *s);

/* ---- views. name: of a root type; one that is not there is empty. E_TOO_LARGE: the buffer's cap,
 * or types nested deeper than 500. */

/* Y.Text.toString: the text without formats and embeds. */
enum err ydoc_text(const struct ydoc *d, struct str name, struct buf *out) MUST_USE;
/* Y.Text.toDelta as JSON: [{"insert":"…","attributes":{…}},…]. */
enum err ydoc_delta(const struct ydoc *d, struct str name, struct buf *out) MUST_USE;
/* YXmlFragment.toString; as there, nothing is escaped. */
enum err ydoc_xml(const struct ydoc *d, struct str name, struct buf *out) MUST_USE;
/* One root type, or (STR_NONE) an object of all of them, as Y.Doc.toJSON gives it. An update does
 * not say what a root type is; it is taken for what its contents look like. A subdocument is
 * {"guid":"…"}. */
enum err ydoc_json(const struct ydoc *d, struct str name, struct buf *out) MUST_USE;

/* ---- stored updates, without building a document. All inputs are v1 and checked like
 * ydoc_apply's. */

/* One update for many: everything any of them has, nothing twice; gaps stay gaps. */
enum err ydoc_merge(const struct str *updates, size_t n, struct buf *out,
                    struct ydoc_fault *why) MUST_USE;
/* What of an update a peer with this state vector lacks. */
enum err ydoc_diff_update(struct str update, struct str state_vector, struct buf *out,
                          struct ydoc_fault *why) MUST_USE;
/* The state vector of somebody who has just this update. */
enum err ydoc_state_vector_of(struct str update, struct buf *out, struct ydoc_fault *why) MUST_USE;
enum err ydoc_v1_to_v2(struct str update, struct buf *out, struct ydoc_fault *why) MUST_USE;
enum err ydoc_v2_to_v1(struct str update, struct buf *out, struct ydoc_fault *why) MUST_USE;

#endif
