/* Formulas that people type. What is understood becomes Office Math that is read back as a formula
 * which becomes the same (latex.h, L1); what is not leaves nothing behind. */
#include "tests/fuzz/fuzz.h"

#include "server/format/latex.h"

static void on_open(void *arg, const struct xml_tag *t)
{
    omml_open(arg, t);
}

static void on_close(void *arg, const char *name)
{
    (void)name;
    omml_close(arg);
}

static void on_text(void *arg, struct str s)
{
    omml_text(arg, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n }, at;
    struct buf one, two, back, xml;
    struct buf *all[] = { &one, &two, &back, &xml };
    for (size_t i = 0; i < 4; i++)
        buf_init(all[i], (size_t)64 << 20);
    if (latex_omml(in, &one, &at)) {
        MUST(one.n == 0);
    } else {
        struct omml *o = omml_new();
        struct xml_handler h = { .arg = o, .open = on_open, .close = on_close, .text = on_text };
        buf_addz(&xml, "<m:oMath xmlns:m=\"m\" xmlns:w=\"w\">");
        buf_add(&xml, buf_str(&one));
        buf_addz(&xml, "</m:oMath>");
        /* Deeper than XML may be, or not UTF-8: then there is nothing to compare. */
        if (!xml_walk_str(buf_str(&xml), &h) && omml_latex(o, &back) && back.n < LATEX_MAX &&
            !latex_omml(buf_str(&back), &two, &at))
            MUST(str_eq(buf_str(&one), buf_str(&two)));
        omml_free(o);
    }
    for (size_t i = 0; i < 4; i++)
        buf_fini(all[i]);
    return 0;
}
