/* Writing into a document from here: templates, imports, what the server itself has to say. An edit
 * is one transaction of one client; at its end stands the update for everybody else, the same that
 * Yjs would have sent.
 *
 * ydoc_edit_open, then any of the functions, then ydoc_edit_close; nothing else may touch the
 * document in between. The client's number must be nobody else's, also not that of an earlier
 * process: take a random one. Positions and lengths count as Yjs does: UTF-16 units in texts,
 * children elsewhere. Values are JSON. A ynode is a type; it is valid until the edit is closed.
 *
 * Every function may answer E_INPUT: a position past the end or inside of a surrogate pair, text
 * that is no UTF-8, JSON that is none, a node that cannot have that; or E_TOO_LARGE: past the
 * document's limits. Then it did nothing. Unlike an editor in a browser, none of them tidies up
 * formats that have become superfluous. */
#ifndef CRDT_EDIT_H
#define CRDT_EDIT_H

#include "server/crdt/ydoc.h"

enum ynode_kind { YARRAY, YMAP, YTEXT, YELEMENT, YFRAGMENT, YHOOK, YXMLTEXT };

typedef uint32_t ynode; /* the one plain number with a name: a handle, as int is for a file */

/* A format of a text; value: JSON, "null" takes it away. */
struct yformat {
    struct str key, value;
};

struct ydoc_edit;

struct ydoc_edit *ydoc_edit_open(struct ydoc *d, uint64_t client);
/* Ends the transaction and appends its update (nothing where nothing was done); frees e. */
enum err ydoc_edit_close(struct ydoc_edit *e, struct buf *update) MUST_USE;

ynode yroot(struct ydoc_edit *e, struct str name);
uint32_t ylength(const struct ydoc_edit *e, ynode n);

/* Texts. formats NULL: like what stands before; otherwise exactly these. */
enum err ytext_insert(struct ydoc_edit *e, ynode n, uint32_t at, struct str text,
                      const struct yformat *formats, size_t formats_n) MUST_USE;
enum err ytext_embed(struct ydoc_edit *e, ynode n, uint32_t at, struct str json,
                     const struct yformat *formats, size_t formats_n) MUST_USE;
enum err ytext_format(struct ydoc_edit *e, ynode n, uint32_t at, uint32_t len,
                      const struct yformat *formats, size_t formats_n) MUST_USE;

/* Children of arrays, fragments and elements. name: of elements and hooks. */
enum err ylist_insert(struct ydoc_edit *e, ynode n, uint32_t at, struct str json) MUST_USE;
enum err ylist_insert_node(struct ydoc_edit *e, ynode n, uint32_t at, enum ynode_kind kind,
                           struct str name, ynode *made) MUST_USE;
/* Also of texts. */
enum err ylist_delete(struct ydoc_edit *e, ynode n, uint32_t at, uint32_t len) MUST_USE;

/* Values of maps, attributes of elements and texts. */
enum err ymap_set(struct ydoc_edit *e, ynode n, struct str key, struct str json) MUST_USE;
enum err ymap_set_node(struct ydoc_edit *e, ynode n, struct str key, enum ynode_kind kind,
                       struct str name, ynode *made) MUST_USE;
enum err ymap_delete(struct ydoc_edit *e, ynode n, struct str key) MUST_USE;

#endif
