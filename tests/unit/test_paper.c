/* Documents on paper, there and back: what a live document or a docx of ours held comes back as it
 * was; a lesson plan with everything in it, and random documents with a printed seed. */
#include "server/base/id.h"
#include "tests/unit/paper_case.h"

static void live_documents_come_back(void **st)
{
    (void)st;
    struct ydoc *d = ydoc_new(NULL);
    struct buf got;
    buf_init(&got, 1 << 20);
    lives(papers_read(a, plan), d);
    reads(d, STR_NONE, &got);
    same(&got, plan);
    buf_fini(&got);
    ydoc_free(d);
}

static void docx_comes_back(void **st)
{
    (void)st;
    struct paper_report r = { .arena = a }, back;
    struct paper_job j = job_of(papers_read(a, plan));
    struct buf out, got;
    buf_init(&out, 16 << 20);
    buf_init(&got, 1 << 20);
    j.title = STR_NONE;
    assert_int_equal(paper_docx(&j, &r, &out), E_OK);
    for (size_t i = 0; i < LOSS_count; i++)
        assert_int_equal(r.n[i], 0);
    papers_children(paper_of(buf_str(&out), &back), &got);
    struct str want = str_of(plan), image = S("text=\"/f/a.png\"");
    size_t at = str_find(want, image, 0);
    want = arena_fmt(a, "%.*stext=\"word/media/image1.png\"%s", (int)at, plan, plan + at + image.n);
    same(&got, want.p);
    buf_fini(&out);
    buf_fini(&got);
}

/* ---- random documents */

static struct rng rng;

static uint64_t below(uint64_t n)
{
    return rng_below(&rng, n);
}

static void random_inlines(struct paper *in)
{
    static const char *const words[] = { "教", "学 ", "a<b&", "😀", "\"x", "长一些的文字，" };
    struct paper_look last = { .bold = true, .code = true };
    for (uint64_t n = below(5); n > 0; n--) {
        struct paper_look l = { .bold = below(4) == 0,
                                .italic = below(5) == 0,
                                .underline = below(6) == 0,
                                .strike = below(8) == 0 };
        if (below(6) == 0)
            l.color = S("#1559c9");
        if (below(8) == 0)
            l.highlight = S("#d3f5df");
        if (in->kind == PAPER_heading)
            l.bold = false;
        if (paper_same_look(&l, &last))
            continue;
        bool other = below(8) == 0;
        struct paper *k = paper_add(a, in, other ? PAPER_hard_break : PAPER_text);
        last = other ? (struct paper_look){ .bold = true, .code = true } : l;
        if (other)
            continue;
        k->text = str_of(words[below(6)]);
        k->look = l;
    }
}

static void random_blocks(struct paper *in, int depth);

static void random_list(struct paper *in, int depth)
{
    struct paper *list = paper_add(a, in, below(2) ? PAPER_bullet_list : PAPER_ordered_list);
    if (list->kind == PAPER_ordered_list)
        list->level = (int)(1 + below(3));
    for (uint64_t n = 1 + below(3); n > 0; n--) {
        struct paper *item = paper_add(a, list, PAPER_list_item);
        random_inlines(paper_add(a, item, PAPER_paragraph));
        if (depth < 3 && below(3) == 0)
            random_list(item, depth + 1);
    }
}

/* Rectangular, with merged cells: where a cell may begin is kept per column. */
static void random_table(struct paper *in, int depth)
{
    int rows = 1 + (int)below(4), columns = 1 + (int)below(4), busy[4] = { 0 };
    struct paper *table = paper_add(a, in, PAPER_table);
    for (int r = 0; r < rows; r++) {
        struct paper *row = paper_add(a, table, PAPER_table_row);
        for (int c = 0; c < columns;) {
            if (busy[c]) {
                busy[c++]--;
                continue;
            }
            struct paper *cell = paper_add(a, row, PAPER_table_cell);
            int span = c + 1 < columns && !busy[c + 1] && below(4) == 0 ? 2 : 1;
            cell->colspan = span;
            cell->rowspan = r + 1 < rows && below(4) == 0 ? 2 : 1;
            for (int k = 0; k < span; k++)
                busy[c + k] = cell->rowspan - 1;
            c += span;
            random_inlines(paper_add(a, cell, PAPER_paragraph));
            if (depth < 2 && below(4) == 0)
                random_blocks(cell, depth + 1);
        }
    }
}

static void random_blocks(struct paper *in, int depth)
{
    enum paper_kind before = PAPER_count;
    for (uint64_t n = 1 + below(5); n > 0; n--) {
        uint64_t what = below(10);
        struct paper *p;
        bool list_before = before == PAPER_bullet_list || before == PAPER_table;
        if (what == 0 && !list_before) {
            random_list(in, depth);
            before = PAPER_bullet_list;
        } else if (what == 1 && !list_before && depth < 2) {
            random_table(in, depth);
            before = PAPER_table;
        } else if (what == 2) {
            p = paper_add(a, in, before = PAPER_heading);
            p->level = 1 + (int)below(6);
            paper_add(a, p, PAPER_text)->text = S("题");
            random_inlines(p);
        } else {
            p = paper_add(a, in, before = PAPER_paragraph);
            p->align = below(4) ? ALIGN_none : ALIGN_right;
            paper_add(a, p, PAPER_text)->text = S("段");
            random_inlines(p);
        }
    }
    if (before == PAPER_table || before == PAPER_bullet_list)
        paper_add(a, in, PAPER_paragraph);
}

/* What paper_add left apart and both sides join: neighbours of one look, and widths. */
static void settle(struct paper *p)
{
    p->widths = NULL;
    for (struct paper *k = p->first; k; k = k->next) {
        while (k->kind == PAPER_text && k->next && k->next->kind == PAPER_text &&
               paper_same_look(&k->look, &k->next->look)) {
            k->text = arena_fmt(a, "%.*s%.*s", STR_ARG(k->text), STR_ARG(k->next->text));
            k->next = k->next->next;
        }
        if (!k->next)
            p->last = k;
        settle(k);
    }
}

static void random_documents_come_back(void **st)
{
    (void)st;
    uint32_t seed = getenv("SEED") ? (uint32_t)strtoul(getenv("SEED"), NULL, 10) : 20261;
    printf("seed %u\n", (unsigned)seed);
    for (uint32_t k = 0; k < 300; k++) {
        struct buf want, got, docx;
        struct ydoc *d = ydoc_new(NULL);
        struct paper *doc = paper_add(a, NULL, PAPER_document), *back;
        struct paper_report r = { .arena = a };
        rng = rng_of(seed + k);
        random_blocks(doc, 0);
        settle(doc);
        buf_init(&want, 1 << 20);
        buf_init(&got, 1 << 20);
        buf_init(&docx, 16 << 20);
        papers_children(doc, &want);
        lives(doc, d);
        reads(d, STR_NONE, &got);
        same(&got, want.p);
        struct paper_job j = job_of(doc);
        j.title = STR_NONE;
        assert_int_equal(paper_docx(&j, &r, &docx), E_OK);
        back = paper_of(buf_str(&docx), &r);
        settle(back);
        buf_clear(&got);
        papers_children(back, &got);
        same(&got, want.p);
        buf_fini(&want);
        buf_fini(&got);
        buf_fini(&docx);
        ydoc_free(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_documents_come_back),
        cmocka_unit_test(docx_comes_back),
        cmocka_unit_test(random_documents_come_back),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
