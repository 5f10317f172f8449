/* Which book somebody teaches by who named none: the one his school adopted. */
#include "server/app/dict.h"
#include "server/app/teaching.h"
#include "storage/taxon.h"

/* The edition's name stands second in the path. */
struct str teaching_edition(struct str path)
{
    size_t from = str_find(path, S(" · "), 0);
    if (from == SIZE_MAX)
        return STR_NONE;
    size_t to = str_find(path, S(" · "), from + 4);
    return str_sub(path, from + 4, to);
}

/* How well a volume suits: of the very edition before one whose name begins so, 人教版 before
 * 人教版（PEP）; of this half of the year before the other. 0: another edition's. */
static int suits(const struct taxon *volume, struct str edition, const struct term *t)
{
    struct str own = teaching_edition(volume->path);
    struct str half = str_ends(t->key, S("-2")) ? S("下册") : S("上册");
    if (!str_starts(own, edition))
        return 0;
    return 1 + 2 * str_eq(own, edition) + (str_find(volume->name, half, 0) != SIZE_MAX);
}

enum err teaching_book(struct call *c, const struct term *term, struct teaching *t)
{
    struct adoption *a;
    struct taxon *v;
    size_t a_n, v_n;
    int64_t year;
    struct str edition = STR_NONE;
    int best = 0;
    if (!str_int(str_sub(term->key, 0, 4), &year))
        return E_OK;
    enum err e = adoption_list(c->db, c->arena, t->school, year, &a, &a_n);
    for (size_t i = 0; i < a_n && !e; i++)
        if (str_eq(a[i].grade, t->grade) && str_eq(a[i].subject, t->subject))
            edition = dict_text(DICT_edition, dict_number(DICT_edition, a[i].edition));
    if (e || !edition.n)
        return e;
    e = taxon_volumes(c->db, c->arena, t->subject, t->grade, S(""), &v, &v_n);
    for (size_t i = 0; i < v_n && !e; i++) {
        int how = suits(&v[i], edition, term);
        if (how <= best)
            continue;
        best = how;
        t->taxon = v[i].id;
        t->taxon_path = v[i].path;
    }
    return e;
}
