/* Reading. W1: a page is the next PAGE rows behind the last key, so that a table of any size costs
 * little memory on both engines. */
#include "storage/db_dump.h"

#include "server/base/buf.h"
#include "server/base/mem.h"

#include <string.h>

enum { PAGE = 2000, SQL_CAP = 64 * 1024 };

struct dump_walk {
    struct db *db;
    const struct table *t;
    const char *first, *next;
    struct rows rows;
    bool open, started;
    int64_t in_page;
    struct arena *keys; /* the last row's key, while its page is closed */
    struct val values[COLUMNS_MAX], last[COLUMNS_MAX];
};

static void quoted(struct buf *b, struct str name)
{
    buf_char(b, '"');
    buf_add(b, name);
    buf_char(b, '"');
}

static void key_list(struct buf *b, const struct table *t)
{
    for (size_t k = 1; k <= t->keys_n; k++)
        for (size_t i = 0; i < t->columns_n; i++)
            if (t->columns[i].key == (int64_t)k) {
                buf_addz(b, k > 1 ? ", " : "");
                quoted(b, t->columns[i].name);
            }
}

/* SELECT columns FROM table [WHERE (key) > (?1, …)] ORDER BY key LIMIT PAGE */
static const char *page_sql(struct arena *a, const struct table *t, bool behind)
{
    struct buf b;
    buf_init(&b, SQL_CAP);
    buf_addz(&b, "SELECT ");
    for (size_t i = 0; i < t->columns_n; i++) {
        buf_addz(&b, i ? ", " : "");
        if (t->columns[i].cast.n)
            buf_addz(&b, "CAST(");
        quoted(&b, t->columns[i].name);
        if (t->columns[i].cast.n)
            buf_addz(&b, " AS text)");
    }
    buf_addz(&b, " FROM ");
    quoted(&b, t->name);
    if (behind) {
        buf_addz(&b, " WHERE (");
        key_list(&b, t);
        buf_addz(&b, ") > (");
        for (size_t k = 1; k <= t->keys_n; k++)
            buf_fmt(&b, "%s?%zu", k > 1 ? ", " : "", k);
        buf_char(&b, ')');
    }
    buf_addz(&b, " ORDER BY ");
    key_list(&b, t);
    buf_fmt(&b, " LIMIT %d", PAGE);
    const char *sql = arena_z(a, buf_str(&b));
    buf_fini(&b);
    return sql;
}

struct dump_walk *dump_walk_new(struct db *db, struct arena *a, const struct table *t)
{
    struct dump_walk *w = NEW(struct dump_walk);
    w->db = db;
    w->t = t;
    w->first = page_sql(a, t, false);
    w->next = page_sql(a, t, true);
    w->keys = arena_new();
    return w;
}

void dump_walk_free(struct dump_walk *w)
{
    if (!w)
        return;
    enum err e = w->open ? rows_end(&w->rows) : E_OK;
    (void)e; /* who stops early has an error of his own */
    arena_free(w->keys);
    mem_free(w);
}

static void read_row(struct dump_walk *w)
{
    for (size_t i = 0; i < w->t->columns_n; i++) {
        struct val *v = &w->values[i];
        *v = (struct val){ .type = w->t->columns[i].type };
        if (rows_null(&w->rows, (int)i))
            v->type = VAL_NULL;
        else if (v->type == VAL_INT)
            v->i = rows_int(&w->rows, (int)i);
        else
            v->s = rows_str(&w->rows, (int)i);
    }
}

static void keep_key(struct dump_walk *w)
{
    arena_reset(w->keys);
    for (size_t i = 0; i < w->t->columns_n; i++)
        if (w->t->columns[i].key) {
            struct val *v = &w->last[w->t->columns[i].key - 1];
            *v = w->values[i];
            v->s = arena_str(w->keys, v->s);
        }
}

bool dump_walk_next(struct dump_walk *w, const struct val **v, enum err *e)
{
    for (;;) {
        if (!w->open) {
            if (w->started)
                db_rows_vals(w->db, &w->rows, w->next, w->last, w->t->keys_n);
            else
                db_rows_vals(w->db, &w->rows, w->first, NULL, 0);
            w->open = w->started = true;
            w->in_page = 0;
        }
        if (rows_next(&w->rows)) {
            w->in_page++;
            read_row(w);
            if (w->in_page == PAGE)
                keep_key(w);
            *v = w->values;
            return true;
        }
        *e = rows_end(&w->rows);
        w->open = false;
        if (*e || w->in_page < PAGE)
            return false;
    }
}

bool table_is_derived(struct str name)
{
    return str_starts(name, S("search_"));
}

bool val_same(const struct val *a, const struct val *b)
{
    if (a->type != b->type)
        return false;
    return a->type == VAL_INT ? a->i == b->i : a->type == VAL_NULL || str_eq(a->s, b->s);
}

enum err dump_all(struct db *db, struct arena *a, const struct dump_to *to)
{
    struct table *tables = NULL;
    size_t n = 0;
    enum err e = catalog_tables(db, a, &tables, &n);
    for (size_t i = 0; i < n && !e; i++) {
        const struct val *v;
        if ((e = to->table(to->arg, &tables[i])))
            break;
        struct dump_walk *w = dump_walk_new(db, a, &tables[i]);
        while (!e && dump_walk_next(w, &v, &e))
            e = to->row(to->arg, &tables[i], v);
        dump_walk_free(w);
    }
    return e;
}
