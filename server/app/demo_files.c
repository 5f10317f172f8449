/* The bytes of the demo's files: made here where a few lines can, from demo_files/ where they
 * cannot. */
#include "server/app/demo.h"
#include "server/app/demo_embed.h"
#include "server/base/mem.h"
#include "server/format/sheet.h"
#include "server/format/write.h"

#include <string.h>

enum { LINES = 18, SIDE = 240 };

/* What a lesson plan says; %s is the lesson. Chosen by the demo's random numbers, so that texts
 * differ. */
static const char *const goals[] = {
    "能结合具体情境理解%s的主要内容，说出自己的体会。",
    "通过自主学习与小组合作，初步掌握%s的学习方法。",
    "在观察、比较、讨论中经历%s的探究过程。",
    "联系生活经验，感受%s与身边事物的联系。",
    "能用自己的话复述%s的要点，并完成一个小练习。",
    "借助图表梳理%s的思路，培养有条理地表达的能力。",
};
static const char *const hard[] = {
    "学生对%s的关键词句理解不深，需要结合例子讲解。",
    "把%s中的方法迁移到新的问题上。",
    "用规范的语言表达%s的结论。",
    "体会%s所蕴含的情感与道理。",
};
static const char *const steps[] = {
    "导入新课：出示图片，引出课题“%s”，请学生说说已经知道什么。",
    "自主学习：默读（观察）材料，圈画%s中不懂的地方，提出问题。",
    "合作探究：四人小组围绕%s的核心问题讨论，填写学习单。",
    "交流展示：各组汇报对%s的发现，其他组补充、质疑。",
    "巩固练习：完成与%s有关的基础题三道、提升题一道。",
    "课堂小结：师生一起回顾%s的收获，梳理成思维导图。",
    "拓展延伸：课后搜集与%s有关的资料，下节课分享。",
    "板书设计：以“%s”为中心，左侧写要点，右侧写方法。",
};

#define MANY(list) (sizeof(list) / sizeof *(list))

static struct str filled(struct demo *d, const char *pattern, struct str lesson)
{
    const char *at = strstr(pattern, "%s");
    struct buf b;
    buf_init(&b, 4096);
    buf_put(&b, pattern, (size_t)(at - pattern));
    buf_add(&b, lesson);
    buf_addz(&b, at + 2);
    struct str s = arena_str(d->call->arena, buf_str(&b));
    buf_fini(&b);
    return s;
}

static struct str one_of(struct demo *d, const char *const *list, size_t n, struct str lesson)
{
    return filled(d, list[rng_below(&d->rng, n)], lesson);
}

static size_t plan(struct demo *d, struct str lesson, struct str *line)
{
    size_t n = 0;
    line[n++] = S("# 教学目标");
    line[n++] = one_of(d, goals, MANY(goals), lesson);
    line[n++] = one_of(d, goals, MANY(goals), lesson);
    line[n++] = S("# 教学重点与难点");
    line[n++] = one_of(d, hard, MANY(hard), lesson);
    line[n++] = S("# 教学过程");
    line[n++] = S("| 环节与时间 | 教师活动 | 设计意图");
    for (size_t i = 0; i < 4; i++)
        line[n++] = arena_fmt(d->call->arena, "| 环节%d（%d分钟） | %.*s | 落实目标，关注全体学生",
                              (int)i + 1, 5 + (int)rng_below(&d->rng, 8),
                              STR_ARG(one_of(d, steps, MANY(steps), lesson)));
    line[n++] = S("# 作业设计");
    line[n++] = one_of(d, steps, MANY(steps), lesson);
    line[n++] = S("# 教学反思");
    line[n++] = one_of(d, hard, MANY(hard), lesson);
    return n;
}

static enum err make_slides(struct demo *d, struct str title, struct str lesson, struct buf *out)
{
    struct slide s[7];
    struct str lines[7][3];
    for (size_t i = 0; i < 7; i++) {
        static const char *const heads[] = { "课题",     "学习目标", "自主学习", "合作探究",
                                             "交流展示", "巩固练习", "课堂小结" };
        lines[i][0] = i == 0 ? lesson : one_of(d, steps, MANY(steps), lesson);
        lines[i][1] = one_of(d, goals, MANY(goals), lesson);
        lines[i][2] = one_of(d, hard, MANY(hard), lesson);
        s[i] = (struct slide){ i == 0 ? title : str_of(heads[i]), lines[i], i == 0 ? 1 : 3 };
    }
    struct str thumb = STR_NONE;
    for (const struct demo_embed *f = demo_embed; f->name; f++)
        if (strcmp(f->name, "slide.jpg") == 0)
            thumb = f->bytes;
    return pptx_write(title, s, 7, thumb, d->start, out);
}

static enum err make_sheet(struct demo *d, struct str lesson, struct buf *out)
{
    static const int widths[] = { 6, 40, 14, 8, 8 };
    static const char *const levels[] = { "识记", "理解", "应用", "分析" };
    struct xlsx *x = xlsx_new(4 * 1024 * 1024);
    const struct str head[] = { S("题号"), S("考查内容"), S("认知层次"), S("题型"), S("分值") };
    xlsx_sheet(x, S("双向细目表"), widths, 5);
    xlsx_head(x, head, 5);
    for (int i = 1; i <= 12; i++) {
        const struct str row[] = {
            arena_fmt(d->call->arena, "%d", i), one_of(d, goals, MANY(goals), lesson),
            str_of(levels[rng_below(&d->rng, 4)]), i <= 6 ? S("选择题") : S("解答题"),
            arena_fmt(d->call->arena, "%d", 2 + (int)rng_below(&d->rng, 6))
        };
        xlsx_row(x, row, 5);
    }
    enum err e = xlsx_finish(x, d->start, out);
    xlsx_free(x);
    return e;
}

/* Petals around a middle: no two alike. */
static enum err make_picture(struct demo *d, struct buf *out)
{
    unsigned char *rgb = mem_array(SIDE * SIDE, 3);
    int petals = 5 + (int)rng_below(&d->rng, 6), hue = (int)rng_below(&d->rng, 200);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int dx = x - SIDE / 2, dy = y - SIDE / 2, r2 = dx * dx + dy * dy;
            int wave = (dx * petals * 7 + dy * (petals - 3) * 5) & 127;
            unsigned char *p = rgb + (y * SIDE + x) * 3;
            bool inside = r2 < (60 + wave / 3) * (60 + wave / 3);
            p[0] = (unsigned char)(inside ? 230 - wave / 4 : 236);
            p[1] = (unsigned char)(inside ? hue : 244);
            p[2] = (unsigned char)(inside ? 120 + wave / 2 : 238);
        }
    enum err e = png_write(rgb, SIDE, SIDE, out);
    mem_free(rgb);
    return e;
}

static enum err make_sound(struct demo *d, struct buf *out)
{
    static const double scale[] = { 262, 294, 330, 392, 440, 523 };
    struct tone t[8];
    for (int i = 0; i < 8; i++)
        t[i] = (struct tone){ scale[rng_below(&d->rng, 6)], 250 };
    return wav_write(t, 8, out);
}

static enum err make_zip(struct demo *d, struct str title, struct str lesson, struct buf *out)
{
    struct buf doc, text;
    struct str line[LINES];
    size_t n = plan(d, lesson, line);
    buf_init(&doc, 1 << 20);
    buf_init(&text, 1 << 16);
    enum err e = docx_write(title, line, n, d->start, &doc);
    for (size_t i = 0; i < n; i++) {
        buf_add(&text, line[i]);
        buf_addz(&text, "\r\n");
    }
    struct zip_part parts[] = { { S("教案/教学设计.docx"), buf_str(&doc) },
                                { S("说明.txt"), buf_str(&text) } };
    if (!e)
        e = zip_write(parts, 2, d->start, out);
    buf_fini(&doc);
    buf_fini(&text);
    return e;
}

static enum err make_text(struct demo *d, struct str title, struct str lesson, struct buf *out)
{
    struct str line[LINES];
    size_t n = plan(d, lesson, line);
    buf_add(out, title);
    for (size_t i = 0; i < n; i++) {
        buf_addz(out, "\r\n");
        buf_add(out, line[i]);
    }
    return out->err;
}

enum err demo_file(struct demo *d, const char *ext, struct str title, struct str lesson,
                   struct buf *out)
{
    struct str line[LINES], e = str_of(ext);
    for (const struct demo_embed *f = demo_embed; f->name; f++)
        if (str_ends(str_of(f->name), e)) {
            buf_add(out, f->bytes);
            return out->err;
        }
    if (str_eqz(e, "docx"))
        return docx_write(title, line, plan(d, lesson, line), d->start, out);
    if (str_eqz(e, "pdf"))
        return pdf_write(title, line, plan(d, lesson, line), out);
    if (str_eqz(e, "pptx"))
        return make_slides(d, title, lesson, out);
    if (str_eqz(e, "xlsx"))
        return make_sheet(d, lesson, out);
    if (str_eqz(e, "png"))
        return make_picture(d, out);
    if (str_eqz(e, "wav"))
        return make_sound(d, out);
    if (str_eqz(e, "zip"))
        return make_zip(d, title, lesson, out);
    return make_text(d, title, lesson, out);
}
