/* Numbering of a docx. What the editor's lists can show (dots; 1. 2. 3.) is told as lists; all else
 * ("一、", "（二）", "①", "1.1") as the words that Word would print. */
#include "server/format/docx_int.h"

#include "server/base/mem.h"
#include "server/base/utf.h"

#include <string.h>

enum { LEVELS = 9, NUMBERS_MAX = 5000, FIGURE_MAX = 30000 };

struct level {
    struct str format, text;
    int start;
};

struct abstract {
    struct level level[LEVELS];
    int count[LEVELS]; /* behind the last figure given; 0: none yet */
};

struct number {
    struct abstract *of;
    int start[LEVELS]; /* 0: as the abstract says */
    bool begun[LEVELS];
};

struct docx_numbers {
    struct arena *a;
    struct map *abstracts, *numbers; /* by their ids, as written */
    struct abstract *abstract;       /* the one being read */
    struct number *number;
    int64_t ilvl;
    size_t n;
};

static struct level *level_at(struct docx_numbers *w)
{
    return w->abstract && w->ilvl >= 0 && w->ilvl < LEVELS ? &w->abstract->level[w->ilvl] : NULL;
}

static int start_of(const struct xml_tag *t)
{
    int64_t v = xml_int(t, "val", 1);
    return v < 0 ? 0 : v > FIGURE_MAX ? FIGURE_MAX : (int)v;
}

static void open_abstract(struct docx_numbers *w, const struct xml_tag *t)
{
    struct level *l;
    if (xml_is(t, "abstractNum")) {
        w->abstract = w->n++ < NUMBERS_MAX ? ARENA_NEW(w->a, struct abstract) : NULL;
        if (w->abstract)
            map_put(w->abstracts, xml_attr(t, "abstractNumId"), w->abstract);
    } else if (xml_is(t, "lvl")) {
        w->ilvl = xml_int(t, "ilvl", -1);
        if ((l = level_at(w)))
            *l = (struct level){ S(""), S(""), 1 };
    } else if (!(l = level_at(w)))
        return;
    else if (xml_is(t, "start"))
        l->start = start_of(t);
    else if (xml_is(t, "numFmt"))
        l->format = arena_str(w->a, xml_attr(t, "val"));
    else if (xml_is(t, "lvlText"))
        l->text = arena_str(w->a, utf_head(xml_attr(t, "val"), 200));
}

static void numbers_open(void *arg, const struct xml_tag *t)
{
    struct docx_numbers *w = arg;
    if (xml_is(t, "num") && w->n++ < NUMBERS_MAX) {
        w->abstract = NULL;
        w->number = ARENA_NEW(w->a, struct number);
        map_put(w->numbers, xml_attr(t, "numId"), w->number);
    } else if (!w->number)
        open_abstract(w, t);
    else if (xml_is(t, "abstractNumId"))
        w->number->of = map_get(w->abstracts, xml_attr(t, "val"));
    else if (xml_is(t, "lvlOverride"))
        w->ilvl = xml_int(t, "ilvl", -1);
    else if (xml_is(t, "startOverride") && w->ilvl >= 0 && w->ilvl < LEVELS)
        w->number->start[w->ilvl] = start_of(t);
}

static void numbers_close(void *arg, const char *name)
{
    struct docx_numbers *w = arg;
    if (!strcmp(name, "num"))
        w->number = NULL;
    else if (!strcmp(name, "abstractNum"))
        w->abstract = NULL;
}

struct docx_numbers *docx_numbers_read(struct zip *z, struct arena *a, struct str part)
{
    struct docx_numbers *w = NEW(struct docx_numbers);
    w->a = a;
    w->abstracts = map_new();
    w->numbers = map_new();
    struct xml_handler h = {
        .arg = w, .open = numbers_open, .close = numbers_close, .cap = 16u << 20
    };
    (void)!xml_walk_part(z, part, &h);
    return w;
}

void docx_numbers_free(struct docx_numbers *n)
{
    if (!n)
        return;
    map_free(n->abstracts);
    map_free(n->numbers);
    mem_free(n);
}

/* ---- words */

static void put_chinese(struct buf *b, int v)
{
    static const char *const digits[] = {
        "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"
    };
    static const struct {
        int value;
        const char *word;
    } units[] = { { 10000, "万" }, { 1000, "千" }, { 100, "百" }, { 10, "十" } };
    bool gap = false, any = false;
    if (v == 0)
        buf_addz(b, digits[0]);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        int d = v / units[i].value;
        v %= units[i].value;
        gap = gap || (any && !d);
        if (!d)
            continue;
        if (gap)
            buf_addz(b, "零");
        if (any || d > 1 || units[i].value != 10) /* 十一, not 一十一 */
            buf_addz(b, digits[d]);
        buf_addz(b, units[i].word);
        any = true;
        gap = false;
    }
    if (v && gap)
        buf_addz(b, "零");
    if (v)
        buf_addz(b, digits[v]);
}

static void put_roman(struct buf *b, int v, bool upper)
{
    static const struct {
        int value;
        const char *upper, *lower;
    } rows[] = { { 1000, "M", "m" }, { 900, "CM", "cm" }, { 500, "D", "d" }, { 400, "CD", "cd" },
                 { 100, "C", "c" },  { 90, "XC", "xc" },  { 50, "L", "l" },  { 40, "XL", "xl" },
                 { 10, "X", "x" },   { 9, "IX", "ix" },   { 5, "V", "v" },   { 4, "IV", "iv" },
                 { 1, "I", "i" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (; v >= rows[i].value; v -= rows[i].value)
            buf_addz(b, upper ? rows[i].upper : rows[i].lower);
}

static void put_figure(struct buf *b, struct str format, int v)
{
    bool letter = str_eqz(format, "upperLetter") || str_eqz(format, "lowerLetter");
    if (str_starts(format, S("chineseCounting")) || str_eqz(format, "japaneseCounting") ||
        str_eqz(format, "ideographDigital") || str_eqz(format, "taiwaneseCountingThousand"))
        put_chinese(b, v);
    else if (str_starts(format, S("decimalEnclosedCircle")) && v >= 1 && v <= 20)
        buf_utf8(b, 0x2460 + (uint32_t)v - 1);
    else if (str_eqz(format, "upperRoman") || str_eqz(format, "lowerRoman"))
        put_roman(b, v, *format.p == 'u');
    else if (letter && v >= 1)
        for (int k = (v - 1) / 26; k >= 0; k--) /* a … z, aa … zz */
            buf_char(b, (char)((*format.p == 'u' ? 'A' : 'a') + (v - 1) % 26));
    else if (str_eqz(format, "decimalFullWidth"))
        for (int k = 10000; k; k /= 10)
            v >= k || k == 1 ? buf_utf8(b, 0xFF10 + (uint32_t)(v / k % 10)) : (void)0;
    else if (!str_eqz(format, "none"))
        buf_int(b, v);
}

static struct str words_of(const struct docx_numbers *w, const struct abstract *of, int64_t ilvl)
{
    struct buf b;
    struct str text = of->level[ilvl].text;
    buf_init(&b, 64 << 10);
    for (size_t i = 0; i < text.n; i++) {
        int k = i + 1 < text.n ? text.p[i + 1] - '1' : -1;
        if (text.p[i] != '%' || k < 0 || k >= LEVELS) {
            buf_char(&b, text.p[i]);
            continue;
        }
        int v = of->count[k] ? of->count[k] - 1 : of->level[k].start;
        put_figure(&b, of->level[k].format, v);
        i++;
    }
    struct str s = arena_str(w->a, buf_str(&b));
    buf_fini(&b);
    return s;
}

/* "1.", "1、", "(1)", …: what the editor's own lists look like. */
static bool plain(struct str text, int64_t ilvl)
{
    static const char *const ends[] = { "", ".", "．", "、", ")", "）" };
    char figure[3] = { '%', (char)('1' + ilvl), 0 };
    struct str s = text;
    if (str_starts(s, S("(")) || str_starts(s, S("（")))
        s = str_sub(s, *s.p == '(' ? 1 : 3, s.n);
    if (!str_starts(s, str_of(figure)))
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_eqz(str_sub(s, 2, s.n), ends[i]))
            return true;
    return false;
}

bool docx_number(struct docx_numbers *n, int64_t num, int64_t ilvl, enum docx_count *count,
                 int *figure, struct str *words)
{
    char key[24];
    struct buf b = { .cap = sizeof key };
    buf_int(&b, num);
    struct number *number = map_get(n->numbers, buf_str(&b));
    buf_fini(&b);
    if (!number || !number->of || ilvl < 0 || ilvl >= LEVELS)
        return false;
    struct abstract *of = number->of;
    const struct level *l = &of->level[ilvl];
    if (!number->begun[ilvl] && number->start[ilvl])
        *figure = number->start[ilvl];
    else
        *figure = of->count[ilvl] ? of->count[ilvl] : l->start;
    of->count[ilvl] = *figure + 1;
    number->begun[ilvl] = true;
    for (int k = (int)ilvl + 1; k < LEVELS; k++)
        of->count[k] = 0;
    *count = str_eqz(l->format, "bullet")                            ? COUNT_bullet
             : str_eqz(l->format, "decimal") && plain(l->text, ilvl) ? COUNT_list
                                                                     : COUNT_words;
    *words = words_of(n, of, ilvl);
    return true;
}
