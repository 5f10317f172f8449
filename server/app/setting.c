/* The table of settings and their values. T1: a value that no longer fits its row (an older program
 * wrote it) is as good as none. T2: the revision of the page is the time of the last change, and it
 * grows with each. */
#include "server/app/setting.h"

#include "server/app/audit.h"
#include "server/app/viewer.h"
#include "server/base/utf.h"
#include "storage/setting.h"

#include <string.h>

enum setting_kind { NUMBER, SWITCH, WORDS };

static const char *const kind_words[] = { "number", "switch", "text" };

static const struct row {
    const char *name, *standard, *unit, *text;
    enum setting_kind kind;
    int64_t min, max;
} rows[SET_count] = {
#define SET(n, k, s, lo, hi, u, t)                                                                 \
    [SET_##                                                                                        \
        n] = { .name = #n, .standard = s, .unit = u, .text = t, .kind = k, .min = lo, .max = hi },
#include "server/app/settings.def"
#undef SET
};

static bool fits(const struct row *row, struct str value)
{
    int64_t n = row->kind == WORDS ? (int64_t)utf_count(value) : 0;
    if (row->kind != WORDS && !str_int(value, &n))
        return false;
    return n >= row->min && n <= row->max;
}

enum err setting_words(struct db *db, struct arena *a, enum setting s, struct str *out)
{
    enum err e = setting_get(db, a, rows[s].name, out);
    if (e == E_NOT_FOUND || (!e && !fits(&rows[s], *out))) { /* T1 */
        *out = str_of(rows[s].standard);
        e = E_OK;
    }
    return e;
}

enum err setting_number(struct db *db, enum setting s, int64_t *out)
{
    struct arena *a = arena_new();
    struct str value = STR_NONE;
    enum err e = setting_words(db, a, s, &value);
    if (!e && !str_int(value, out))
        BUG("a setting's standard is no number");
    arena_free(a);
    return e;
}

static enum err view(struct call *c, struct settings_view *out)
{
    enum err e = setting_rev(c->db, &out->rev);
    out->settings = arena_array(c->arena, SET_count, sizeof *out->settings);
    out->settings_n = SET_count;
    for (int i = 0; i < SET_count && !e; i++) {
        const struct row *r = &rows[i];
        struct setting_view *v = &out->settings[i];
        *v = (struct setting_view){ .name = str_of(r->name),
                                    .kind = str_of(kind_words[r->kind]),
                                    .standard = str_of(r->standard),
                                    .unit = str_of(r->unit),
                                    .text = str_of(r->text),
                                    .min = r->min,
                                    .max = r->max };
        if (!(e = setting_words(c->db, c->arena, (enum setting)i, &v->value)))
            v->changed = !str_eqz(v->value, r->standard);
    }
    return e;
}

enum err settings_show(struct call *c, struct settings_view *out)
{
    return view(c, out);
}

static const struct row *find(struct str name)
{
    for (int i = 0; i < SET_count; i++)
        if (str_eqz(name, rows[i].name))
            return &rows[i];
    return NULL;
}

static enum err refuse(struct call *c, const struct row *r)
{
    if (r->kind == WORDS)
        return fail(c, E_INPUT, r->name, "“%s”最多 %lld 个字。", r->text, (long long)r->max);
    return fail(c, E_INPUT, r->name, "“%s”须是 %lld 到 %lld 之间的整数。", r->text,
                (long long)r->min, (long long)r->max);
}

static enum err change(struct call *c, const struct setting_change *x, int64_t at)
{
    const struct row *r = find(x->name);
    struct str value = str_trim(x->value), old = STR_NONE;
    enum err e;
    if (!r)
        return fail(c, E_INPUT, "name", "没有名为“%.*s”的设置。", STR_ARG(x->name));
    if (!fits(r, value))
        return refuse(c, r);
    if ((e = setting_words(c->db, c->arena, (enum setting)(r - rows), &old)))
        return e;
    if (str_eqz(value, r->standard))
        e = setting_drop(c->db, r->name);
    else
        e = setting_put(c->db, r->name, value, c->viewer->person, at);
    if (e)
        return e;
    struct str detail =
        arena_fmt(c->arena, "%s: %.*s → %.*s", r->name, STR_ARG(old), STR_ARG(value));
    return audit_add(c, "settings.change", "setting", 0, detail);
}

enum err settings_change(struct call *c, int64_t rev, const struct settings_patch *p,
                         struct settings_view *out)
{
    struct txn tx = { 0 };
    int64_t now = 0;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = setting_rev(c->db, &now)))
        goto done;
    if (now != rev) {
        e = E_REV;
        goto done;
    }
    now = c->now > rev ? c->now : rev + 1; /* T2 */
    for (size_t i = 0; i < p->changes_n && !e; i++)
        e = change(c, &p->changes[i], now);
    if (!e)
        e = setting_rev_set(c->db, now);
    if (!e)
        e = view(c, out);
done:
    return txn_end(&tx, e);
}
