/* Words in paths. What stands nearer to the file decides over what stands further up. */
#include "server/app/import_guess.h"

#include "server/app/dict.h"
#include "server/base/utf.h"

static const struct {
    const char *word;
    int64_t kind;
} kind_words[] = {
    { "微课", resource_kind_micro_lesson }, { "教学设计", resource_kind_lesson_plan },
    { "教案", resource_kind_lesson_plan },  { "导学案", resource_kind_guide_sheet },
    { "学案", resource_kind_guide_sheet },  { "学习单", resource_kind_guide_sheet },
    { "课件", resource_kind_courseware },   { "实录", resource_kind_lesson_video },
    { "录像", resource_kind_lesson_video }, { "课例", resource_kind_case },
    { "案例", resource_kind_case },         { "试卷", resource_kind_paper },
    { "测试", resource_kind_paper },        { "期中", resource_kind_paper },
    { "期末", resource_kind_paper },        { "单元卷", resource_kind_paper },
    { "试题", resource_kind_question },     { "题库", resource_kind_question },
    { "作业", resource_kind_exercise },     { "练习", resource_kind_exercise },
    { "实验", resource_kind_experiment },   { "论文", resource_kind_research },
    { "课题", resource_kind_research },     { "质量分析", resource_kind_analysis },
    { "活动方案", resource_kind_activity }, { "素材", resource_kind_material },
    { "图片", resource_kind_material },     { "音频", resource_kind_material },
};

static const struct {
    const char *exts;
    int64_t kind;
} ext_kinds[] = {
    { "ppt pptx pps ppsx dps key enbx", resource_kind_courseware },
    { "doc docx wps pdf", resource_kind_lesson_plan },
    { "mp4 mov avi wmv flv mkv", resource_kind_micro_lesson },
    { "zip rar 7z", resource_kind_package },
};

static bool has(struct str where, struct str what)
{
    return what.n && str_find(where, what, 0) != SIZE_MAX;
}

/* "三下", "三年级下册", "3年级下册", "七(上)". */
static void grade_of(struct str part, struct guess *g)
{
    static const char *const digits[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    struct dict_table t = dict_table(DICT_grade);
    for (size_t i = 0; i < 9 && !g->grade.n; i++) {
        struct str d = str_of(digits[i]);
        char up[16] = "", down[16] = "", arabic[16] = "";
        size_t n = d.n;
        for (size_t k = 0; k < n; k++)
            up[k] = down[k] = d.p[k];
        for (size_t k = 0; k < 3; k++) {
            up[n + k] = "上"[k];
            down[n + k] = "下"[k];
        }
        arabic[0] = (char)('1' + i);
        for (size_t k = 0; k < 6; k++)
            arabic[1 + k] = "年级"[k];
        bool is_up = has(part, str_of(up)), is_down = has(part, str_of(down));
        if (has(part, t.rows[i].text) || has(part, str_of(arabic)) || is_up || is_down)
            g->grade = t.rows[i].code;
        if (is_up || is_down)
            g->half = is_up ? 1 : 2;
    }
    if (!g->half && has(part, S("上册")))
        g->half = 1;
    if (!g->half && has(part, S("下册")))
        g->half = 2;
}

static void words_of(struct str part, struct guess *g)
{
    struct dict_table subjects = dict_table(DICT_subject), editions = dict_table(DICT_edition);
    for (size_t i = 0; i < subjects.rows_n && !g->subject.n; i++)
        if (has(part, subjects.rows[i].text))
            g->subject = subjects.rows[i].code;
    if (!g->subject.n && (has(part, S("道法")) || has(part, S("品德"))))
        g->subject = S("morality");
    for (size_t i = 0; i < editions.rows_n && !g->edition.n; i++)
        if (has(part, editions.rows[i].text))
            g->edition = editions.rows[i].text;
    if (!g->edition.n && has(part, S("部编")))
        g->edition = S("统编版");
    for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words && !g->kind; i++)
        if (has(part, str_of(kind_words[i].word)))
            g->kind = kind_words[i].kind;
    grade_of(part, g);
}

static struct str ext_of(struct str name)
{
    for (size_t i = name.n; i-- > 1;)
        if (name.p[i] == '.')
            return str_sub(name, i + 1, name.n);
    return STR_NONE;
}

/* Equal but for the case of ASCII. */
static bool same_word(struct str a, struct str b)
{
    bool same = a.n == b.n;
    for (size_t i = 0; same && i < a.n; i++)
        same = utf_fold((unsigned char)a.p[i]) == (unsigned char)b.p[i];
    return same;
}

static int64_t kind_by_ext(struct str ext)
{
    for (size_t i = 0; i < sizeof ext_kinds / sizeof *ext_kinds; i++) {
        struct str words = str_of(ext_kinds[i].exts), w;
        while (str_next(&words, ' ', &w))
            if (same_word(ext, w))
                return ext_kinds[i].kind;
    }
    return resource_kind_material;
}

/* Cuts what versions of a file are told apart by. */
static struct str title_of(struct str name)
{
    static const char *const tails[] = { "最终版", "终稿",   "定稿", "修改版", "修改", "副本",
                                         "新版",   "- 副本", "_",    "-",      " " };
    struct str ext = ext_of(name), s = name;
    if (ext.n)
        s = str_sub(s, 0, s.n - ext.n - 1);
    for (bool again = true; again;) {
        again = false;
        s = str_trim(s);
        for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
            if (s.n > str_of(tails[i]).n && str_ends(s, str_of(tails[i]))) {
                s = str_sub(s, 0, s.n - str_of(tails[i]).n);
                again = true;
            }
        if (s.n > 3 && s.p[s.n - 1] == ')' && s.p[s.n - 3] == '(') {
            s = str_sub(s, 0, s.n - 3);
            again = true;
        }
    }
    return s.n ? s : name;
}

/* What stands behind the last '/'. */
static struct str path_last(struct str path)
{
    size_t at = path.n;
    while (at > 0 && path.p[at - 1] != '/')
        at--;
    return str_sub(path, at, path.n);
}

struct guess guess_of(struct str path)
{
    struct guess g = { .subject = S(""), .grade = S(""), .edition = S("") };
    struct str name = path_last(path);
    for (struct str rest = path; rest.n;) {
        struct str part = path_last(rest);
        words_of(part, &g);
        rest = str_sub(rest, 0, rest.n > part.n ? rest.n - part.n - 1 : 0);
    }
    if (!g.kind)
        g.kind = kind_by_ext(ext_of(name));
    g.title = title_of(name);
    return g;
}

struct str lesson_core(struct str name)
{
    struct str s = str_trim(name);
    if (str_starts(s, S("第"))) {
        static const char *const ends[] = { "节", "课", "章" };
        for (size_t i = 0; i < 3; i++) {
            size_t at = str_find(s, str_of(ends[i]), 0);
            if (at != SIZE_MAX && at <= 12)
                return str_trim(str_sub(s, at + 3, s.n));
        }
    }
    size_t at = 0;
    while (at < s.n && ((s.p[at] >= '0' && s.p[at] <= '9') || s.p[at] == '.' || s.p[at] == '*' ||
                        s.p[at] == ' '))
        at++;
    return at < s.n ? str_sub(s, at, s.n) : s;
}
