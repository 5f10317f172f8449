/* What new documents begin with: the template of their kind, or what stands in another one. */
#ifndef APP_DOC_TEMPLATE_H
#define APP_DOC_TEMPLATE_H

#include "server/app/call.h"
#include "storage/doc.h"

/* What is known of the fields of a form (FACTS in doc_templates.def) before anybody fills it in. */
struct doc_fact {
    struct str name, value;
};
struct doc_facts {
    struct doc_fact items[8];
    size_t n;
};
/* The first update of a document of this kind, in the arena; empty for a blank one. known may be
 * NULL. */
enum err doc_template(struct call *c, struct str kind, const struct doc_facts *known,
                      struct str *update) MUST_USE;
/* Either of them, as a new document gets it. The history, the authors and what was deleted of the
 * other one stay there; its images come along. Open, doc_make, plant in place of doc_fill, and fini
 * in any case. */
struct doc_seed_image {
    uint32_t node; /* a ynode of edit */
    int64_t doc, id;
    struct str url; /* its new address */
};
struct doc_seed {
    struct str update; /* of a template */
    struct ydoc *copy;
    struct ydoc_edit *edit;
    struct doc_seed_image *images;
    size_t images_n;
};

/* from: a document that the caller may read; 0: the template of the kind, with what is known (NULL:
 * nothing). E_INPUT: he may not read it. */
enum err doc_seed_open(struct call *c, struct str kind, int64_t from, const struct doc_facts *known,
                       struct doc_seed *s) MUST_USE;
enum err doc_seed_plant(struct call *c, struct doc_seed *s, const struct doc *d) MUST_USE;
void doc_seed_fini(struct doc_seed *s);

#endif
