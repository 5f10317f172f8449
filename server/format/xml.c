/* libxml2 behind one door. The parser's own tables are told nothing of documents: our SAX handler
 * replaces its tree builder, and internalSubset or entityDecl stop the parser before anything is
 * expanded. */
#include "server/format/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

struct walk {
    const struct xml_handler *h;
    struct xml_source src;
    xmlParserCtxtPtr ctxt;
    uint64_t left;
    int depth;
    bool stopped;
    enum err err;
};

void xml_warm(void)
{
    xmlInitParser();
}

static void halt(struct walk *w, enum err e)
{
    if (!w->err)
        w->err = e;
    w->stopped = true;
    if (w->ctxt)
        xmlStopParser(w->ctxt);
}

static void look_stop(struct walk *w)
{
    if (w->h->stop && *w->h->stop && !w->stopped)
        halt(w, E_OK);
}

static void on_open(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                    int nb_ns, const xmlChar **ns, int n, int defaulted, const xmlChar **attrs)
{
    (void)prefix, (void)uri, (void)nb_ns, (void)ns, (void)defaulted;
    struct walk *w = ctx;
    if (w->stopped)
        return;
    if (++w->depth > XML_DEPTH_MAX) {
        halt(w, E_SYNTAX);
        return;
    }
    struct xml_tag t = { (const char *)name, attrs, n };
    if (w->h->open)
        w->h->open(w->h->arg, &t);
    look_stop(w);
}

static void on_close(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)prefix, (void)uri;
    struct walk *w = ctx;
    if (w->stopped)
        return;
    w->depth--;
    if (w->h->close)
        w->h->close(w->h->arg, (const char *)name);
    look_stop(w);
}

static void on_text(void *ctx, const xmlChar *s, int n)
{
    struct walk *w = ctx;
    if (w->stopped)
        return;
    if (w->h->text)
        w->h->text(w->h->arg, (struct str){ (const char *)s, (size_t)n });
    look_stop(w);
}

static void on_reference(void *ctx, const xmlChar *name)
{
    (void)name;
    on_text(ctx, (const xmlChar *)" ", 1);
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *ext, const xmlChar *sys)
{
    (void)name, (void)ext, (void)sys;
    struct walk *w = ctx;
    if (!w->h->xhtml)
        halt(w, E_FILE_REFUSED);
}

static void on_entity(void *ctx, const xmlChar *name, int type, const xmlChar *pub,
                      const xmlChar *sys, xmlChar *content)
{
    (void)name, (void)type, (void)pub, (void)sys, (void)content;
    halt(ctx, E_FILE_REFUSED);
}

static xmlEntityPtr no_entity(void *ctx, const xmlChar *name)
{
    (void)ctx, (void)name;
    return NULL;
}

static void silent(void *ctx, const xmlError *e)
{
    (void)ctx, (void)e;
}

static int on_read(void *ctx, char *to, int n)
{
    struct walk *w = ctx;
    size_t got = 0;
    if (w->err || n <= 0)
        return -1;
    enum err e = w->src.read(w->src.arg, to, (size_t)n, &got);
    if (!e && got > w->left)
        e = E_TOO_LARGE;
    if (e) {
        w->err = e;
        return -1;
    }
    w->left -= got;
    return (int)got;
}

enum err xml_walk(struct xml_source src, const struct xml_handler *h)
{
    struct walk w = { .h = h, .src = src, .left = h->cap ? h->cap : 64u << 20 };
    xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC };
    sax.startElementNs = on_open;
    sax.endElementNs = on_close;
    sax.characters = on_text;
    sax.cdataBlock = on_text;
    sax.ignorableWhitespace = on_text;
    sax.reference = on_reference;
    sax.internalSubset = on_doctype;
    sax.entityDecl = on_entity;
    sax.getEntity = no_entity;
    sax.getParameterEntity = no_entity;
    sax.serror = (xmlStructuredErrorFunc)silent;
    w.ctxt = xmlCreateIOParserCtxt(&sax, &w, on_read, NULL, &w, XML_CHAR_ENCODING_NONE);
    if (!w.ctxt)
        return w.err ? w.err : E_SYNTAX;
    xmlCtxtUseOptions(w.ctxt,
                      XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    int r = xmlParseDocument(w.ctxt);
    bool good = r == 0 && w.ctxt->wellFormed;
    if (w.ctxt->myDoc) {
        xmlFreeDoc(w.ctxt->myDoc);
        w.ctxt->myDoc = NULL;
    }
    xmlFreeParserCtxt(w.ctxt);
    if (w.err || w.stopped || good)
        return w.err;
    return E_SYNTAX;
}

static enum err str_read(void *arg, char *to, size_t n, size_t *got)
{
    struct str *s = arg;
    *got = n < s->n ? n : s->n;
    if (*got)
        memcpy(to, s->p, *got);
    *s = str_sub(*s, *got, s->n);
    return E_OK;
}

enum err xml_walk_str(struct str s, const struct xml_handler *h)
{
    return xml_walk((struct xml_source){ str_read, &s }, h);
}

static enum err part_read(void *arg, char *to, size_t n, size_t *got)
{
    return zip_stream_read(arg, to, n, got);
}

enum err xml_walk_part(struct zip *z, struct str name, const struct xml_handler *h)
{
    size_t k = zip_find(z, name);
    struct zip_stream *s;
    if (k == SIZE_MAX)
        return E_NOT_FOUND;
    enum err e = zip_stream_open(z, k, &s);
    if (!e)
        e = xml_walk((struct xml_source){ part_read, s }, h);
    zip_stream_close(s);
    return e;
}

bool xml_is(const struct xml_tag *t, const char *name)
{
    return strcmp(t->name, name) == 0;
}

/* libxml2 gives five pointers per attribute: local name, prefix, namespace, value, end of value. */
struct str xml_attr(const struct xml_tag *t, const char *name)
{
    bool rel = strncmp(name, "rel:", 4) == 0;
    const char *local = rel ? name + 4 : name;
    struct str second = STR_NONE;
    for (int i = 0; i < t->attrs_n; i++) {
        const unsigned char *const *a = t->attrs + 5 * i;
        if (strcmp((const char *)a[0], local) != 0)
            continue;
        struct str v = { (const char *)a[3], (size_t)(a[4] - a[3]) };
        struct str ns = str_of((const char *)a[2]);
        if (rel ? str_ends(ns, S("relationships")) : ns.n == 0)
            return v;
        if (!rel && !str_ends(ns, S("relationships")))
            second = v;
    }
    return second;
}

int64_t xml_int(const struct xml_tag *t, const char *name, int64_t otherwise)
{
    int64_t v;
    return str_int(xml_attr(t, name), &v) ? v : otherwise;
}
