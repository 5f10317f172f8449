/* Walking XML of strangers as a stream of tags and text: no tree, no network, no entities of its
 * own, no DTD (XHTML's bare DOCTYPE only where asked for), depth and size capped. By libxml2's SAX2
 * interface. Tags and attributes are told apart by their local names; the prefix is nobody's
 * business. */
#ifndef FORMAT_XML_H
#define FORMAT_XML_H

#include "server/base/buf.h"
#include "server/format/zip.h"

enum { XML_DEPTH_MAX = 200 };

struct xml_tag {
    const char *name; /* local */
    const unsigned char **attrs;
    int attrs_n;
};

/* An attribute's value, borrowed until the callback returns; empty when absent. "id" takes the one
 * without a namespace first, "rel:id" the one of a namespace that ends in "relationships". */
struct str xml_attr(const struct xml_tag *t, const char *name);
bool xml_is(const struct xml_tag *t, const char *name);
int64_t xml_int(const struct xml_tag *t, const char *name, int64_t otherwise);

struct xml_handler {
    void *arg;
    void (*open)(void *arg, const struct xml_tag *t);
    void (*close)(void *arg, const char *name);
    void (*text)(void *arg, struct str s); /* in pieces */
    const bool *stop;                      /* set: the walk ends early, with success; may be NULL */
    bool xhtml;                            /* a DOCTYPE is allowed, unknown entities are a blank */
    uint64_t cap;                          /* bytes of XML; 0: 64 MiB */
};

struct xml_source {
    enum err (*read)(void *arg, char *to, size_t n, size_t *got);
    void *arg;
};

/* E_SYNTAX: not well-formed, or too deep. E_FILE_REFUSED: DTD or entities. E_TOO_LARGE. Or the
 * source's own. */
enum err xml_walk(struct xml_source src, const struct xml_handler *h) MUST_USE;
enum err xml_walk_str(struct str s, const struct xml_handler *h) MUST_USE;
/* A member of an archive; E_NOT_FOUND when it is not there. */
enum err xml_walk_part(struct zip *z, struct str name, const struct xml_handler *h) MUST_USE;
/* Once, before threads or a jail. */
void xml_warm(void);

#endif
