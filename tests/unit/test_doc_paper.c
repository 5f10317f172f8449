/* Live documents and paper: what only one of them has, and what somebody made of a plan of others.
 */
#include "tests/unit/paper_case.h"

static void what_the_editor_has_not_is_put_near(void **st)
{
    (void)st;
    struct ydoc *d = ydoc_new(NULL);
    struct buf got;
    buf_init(&got, 1 << 20);
    lives(papers_read(a, "<taskList><taskItem checked=\"1\"><paragraph>备课</paragraph>"
                         "</taskItem></taskList>"
                         "<bulletList><listItem/></bulletList><bulletList/><table/>"
                         "<table><tableRow><tableCell/></tableRow></table><blockquote/>"
                         "<codeBlock>a<hardBreak/><t bold=\"1\">b</t></codeBlock>"
                         "<paragraph><t code=\"1\" bold=\"1\">x</t></paragraph>"),
          d);
    reads(d, STR_NONE, &got);
    same(&got, "<bulletList><listItem><paragraph>☑ </paragraph>\n<paragraph>备课</paragraph>\n"
               "</listItem></bulletList>"
               "<bulletList><listItem><paragraph/>\n</listItem></bulletList>"
               "<table><tableRow><tableCell><paragraph/>\n</tableCell></tableRow></table>"
               "<blockquote><paragraph/>\n</blockquote><codeBlock>a\nb</codeBlock>\n"
               "<paragraph><t code=\"1\">x</t></paragraph>\n");
    buf_fini(&got);
    ydoc_free(d);
}

static void strange_elements_are_told(void **st)
{
    (void)st;
    struct ydoc *d = ydoc_new(NULL);
    struct paper_report r = { .arena = a };
    struct paper *p;
    struct buf got;
    ynode n, t;
    buf_init(&got, 1 << 20);
    struct ydoc_edit *e = ydoc_edit_open(d, 7);
    ynode body = yroot(e, S("body"));
    assert_int_equal(ylist_insert_node(e, body, 0, YELEMENT, S("video"), &n), E_OK);
    assert_int_equal(ylist_insert_node(e, n, 0, YXMLTEXT, STR_NONE, &t), E_OK);
    assert_int_equal(ytext_insert(e, t, 0, S("说明"), NULL, 0), E_OK);
    assert_int_equal(ylist_insert_node(e, body, 1, YELEMENT, S("tableRow"), &n), E_OK);
    assert_int_equal(ylist_insert_node(e, body, 2, YELEMENT, S("heading"), &n), E_OK);
    assert_int_equal(ymap_set(e, n, S("level"), S("\"x\"")), E_OK);
    assert_int_equal(ymap_set(e, n, S("textAlign"), S("7")), E_OK);
    assert_int_equal(ydoc_edit_close(e, &got), E_OK);
    assert_int_equal(doc_paper(a, d, STR_NONE, &r, &p), E_OK);
    buf_clear(&got);
    papers_children(p, &got);
    same(&got, "<paragraph>说明</paragraph>\n<heading/>\n");
    assert_int_equal(r.n[LOSS_unknown], 2);
    assert_true(str_eqz(r.example[LOSS_unknown], "video"));
    buf_fini(&got);
    ydoc_free(d);
}

/* What a teacher made of a plan of others: a word struck, a paragraph taken out, one added. */
static void what_is_mine_is_told(void **st)
{
    (void)st;
    struct ydoc_setup keep = { .keep_deleted = true };
    struct ydoc *d = ydoc_new(&keep);
    struct buf got, sv;
    ynode n, t;
    buf_init(&got, 1 << 20);
    buf_init(&sv, 1 << 10);
    lives(papers_read(a, "<paragraph>共案的话</paragraph>"), d);
    ydoc_state_vector(d, &sv);
    struct ydoc_edit *e = ydoc_edit_open(d, 9);
    ynode body = yroot(e, S("body"));
    assert_int_equal(ylist_insert_node(e, body, 1, YELEMENT, S("paragraph"), &n), E_OK);
    assert_int_equal(ylist_insert_node(e, n, 0, YXMLTEXT, STR_NONE, &t), E_OK);
    assert_int_equal(ytext_insert(e, t, 0, S("我的话"), NULL, 0), E_OK);
    assert_int_equal(ylist_delete(e, body, 0, 1), E_OK);
    assert_int_equal(ydoc_edit_close(e, &got), E_OK);
    reads(d, buf_str(&sv), &got);
    same(&got, "<paragraph mine=\"1\"><t mine=\"1\">共案的话</t></paragraph>\n"
               "<paragraph mine=\"1\"><t mine=\"1\">我的话</t></paragraph>\n");
    struct paper_report r = { .arena = a };
    struct paper *p;
    assert_int_equal(doc_paper(a, d, buf_str(&sv), &r, &p), E_OK);
    assert_true(p->first->gone && p->first->first->gone && !p->last->gone);
    struct paper_job j = job_of(p);
    buf_clear(&got);
    assert_int_equal(paper_html(&j, &r, &got), E_OK);
    assert_non_null(strstr(got.p, "<p><span class=\"mine\"><s>共案的话</s></span></p>\n"
                                  "<p><span class=\"mine\">我的话</span></p>"));
    buf_clear(&got);
    assert_int_equal(paper_markdown(&j, &r, &got), E_OK);
    assert_non_null(strstr(got.p, "<span style=\"color:#c00000;\"><s>共案的话</s></span>"));
    buf_fini(&got);
    buf_fini(&sv);
    ydoc_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_editor_has_not_is_put_near),
        cmocka_unit_test(strange_elements_are_told),
        cmocka_unit_test(what_is_mine_is_told),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
