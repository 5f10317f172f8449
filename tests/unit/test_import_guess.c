/* What paths of an old net disk are taken for. */
#include "server/app/dict.h"
#include "server/app/import_guess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void is(const char *path, const char *subject, const char *grade, int half, int64_t kind,
               const char *title)
{
    struct guess g = guess_of(str_of(path));
    if (!str_eqz(g.subject, subject) || !str_eqz(g.grade, grade) || g.half != half ||
        g.kind != kind || !str_eqz(g.title, title))
        fail_msg("%s: %.*s %.*s %d %d %.*s", path, STR_ARG(g.subject), STR_ARG(g.grade), g.half,
                 (int)g.kind, STR_ARG(g.title));
}

static void test_paths(void **st)
{
    (void)st;
    is("语文/三年级下册/第一单元/3荷花教案.docx", "chinese", "P3", 2, resource_kind_lesson_plan,
       "3荷花教案");
    is("数学/五上/课件/小数乘小数(2).pptx", "math", "P5", 1, resource_kind_courseware,
       "小数乘小数");
    is("七上语文/春-最终版.docx", "chinese", "J7", 1, resource_kind_lesson_plan, "春");
    is("3年级/道法/家庭的记忆 微课.MP4", "morality", "P3", 0, resource_kind_micro_lesson,
       "家庭的记忆 微课");
    is("杂物/IMG_0001.JPG", "", "", 0, resource_kind_material, "IMG_0001");
    is("英语/期末/三年级下册期末.doc", "english", "P3", 2, resource_kind_paper, "三年级下册期末");
    is("录像/数学.AVI", "math", "", 0, resource_kind_lesson_video, "数学");
    is(".doc", "", "", 0, resource_kind_material, ".doc");
    is("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/1/2/3/4/5/6/语文/7/春 教案.docx",
       "chinese", "", 0, resource_kind_lesson_plan, "春 教案");
}

static void test_nearer_wins(void **st)
{
    (void)st;
    is("语文/备课/数学老师的/四年级下册 试卷/1.pdf", "math", "P4", 2, resource_kind_paper, "1");
    assert_true(str_eqz(guess_of(S("部编版/语文/x.doc")).edition, "统编版"));
    assert_true(str_eqz(guess_of(S("北师大版数学/x.doc")).edition, "北师大版"));
}

static void test_core(void **st)
{
    (void)st;
    assert_true(str_eqz(lesson_core(S("3 荷花")), "荷花"));
    assert_true(str_eqz(lesson_core(S("12* 方帽子店")), "方帽子店"));
    assert_true(str_eqz(lesson_core(S("第1节 长度和时间的测量")), "长度和时间的测量"));
    assert_true(str_eqz(lesson_core(S("3.6 探究凸透镜成像规律")), "探究凸透镜成像规律"));
    assert_true(str_eqz(lesson_core(S("24")), "24"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_paths),
                                        cmocka_unit_test(test_nearer_wins),
                                        cmocka_unit_test(test_core) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
