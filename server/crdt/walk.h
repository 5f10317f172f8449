/* Walking a document as an editor shows it, for those who write it out in another form: elements
 * with their attributes, and stretches of text with their marks, in order. Nothing is changed and
 * nothing is kept; all strings are borrowed for the call.
 *
 * With a state vector in `since`, each says what became of it since that state: what somebody added
 * to the version that he began with is mine. With `gone` what he deleted of it is told too, as far
 * as the document has it: one with keep_deleted, to which first that version was applied; but not
 * of what he refused: what is not there because he never took it he did not strike out. */
#ifndef CRDT_WALK_H
#define CRDT_WALK_H

#include "server/crdt/edit.h"

enum ywalk { YWALK_KNOWN, YWALK_MINE, YWALK_GONE };

/* Items of a client, by their clocks: from, and below to. */
struct yrange {
    uint64_t client;
    uint32_t from, to;
};

struct ydoc_walk {
    struct str since; /* a state vector; STR_NONE: it knows all */
    bool gone;
    const struct yrange *refused;
    size_t refused_n;
    int depth; /* elements within each other, below 500; 0: 500 */
    void *arg;
    /* An element; attrs: keys and values (JSON) in the order they were first set. */
    void (*open)(void *arg, struct str name, const struct yformat *attrs, size_t n,
                 enum ywalk what);
    void (*close)(void *arg, struct str name);
    /* Text of one look. */
    void (*text)(void *arg, struct str text, const struct yformat *marks, size_t n,
                 enum ywalk what);
    /* What is neither: an embedded object, bytes, a subdocument, a map. May be NULL. */
    void (*other)(void *arg);
};

/* The children of a root type; one that is not there has none. E_SYNTAX: since is no state vector.
 * E_TOO_LARGE: nested too deep; what came before has been told. */
enum err ydoc_walk(const struct ydoc *d, struct str root, const struct ydoc_walk *w) MUST_USE;

#endif
