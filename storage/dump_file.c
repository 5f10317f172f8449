/* Rows to bytes and back, through one buffer in each direction. A broken file gives E_CORRUPT,
 * whatever it holds. */
#include "storage/dump_file.h"

#include "server/base/buf.h"
#include "server/base/mem.h"
#include "storage/disk.h"
#include "storage/migrate.h"

#include <string.h>

enum { PIECE = 256 * 1024, VALUE_MAX = 256 * 1024 * 1024, STEPS_MAX = 400 };
static const char magic[] = "JIBEIDMP1\n";

/* ---- writing */

struct writer {
    int fd;
    struct buf out;
    uint64_t at;
    int64_t rows;
};

static enum err flush(struct writer *w)
{
    enum err e = w->out.err ? w->out.err : disk_write(w->fd, w->out.p, w->out.n, w->at);
    w->at += w->out.n;
    buf_clear(&w->out);
    return e;
}

static void put_name(struct buf *b, struct str s)
{
    buf_varuint(b, s.n);
    buf_add(b, s);
}

static enum err write_table(void *arg, const struct table *t)
{
    struct writer *w = arg;
    buf_char(&w->out, 'T');
    put_name(&w->out, t->name);
    buf_varuint(&w->out, t->columns_n);
    for (size_t i = 0; i < t->columns_n; i++) {
        put_name(&w->out, t->columns[i].name);
        buf_char(&w->out, (char)t->columns[i].type);
    }
    return E_OK;
}

static enum err write_row(void *arg, const struct table *t, const struct val *v)
{
    struct writer *w = arg;
    buf_char(&w->out, 'R');
    for (size_t i = 0; i < t->columns_n; i++) {
        buf_char(&w->out, (char)v[i].type);
        if (v[i].type == VAL_INT)
            buf_u64(&w->out, (uint64_t)v[i].i);
        else if (v[i].type != VAL_NULL)
            put_name(&w->out, v[i].s);
    }
    w->rows++;
    return w->out.n >= PIECE ? flush(w) : E_OK;
}

enum err dump_write(struct db *db, struct arena *a, int fd)
{
    struct writer w = { .fd = fd };
    struct txn tx = { 0 };
    struct str *steps;
    size_t n;
    buf_init(&w.out, VALUE_MAX);
    buf_addz(&w.out, magic);
    enum err e = txn_read(&tx, db);
    if (e || (e = catalog_steps(db, a, &steps, &n)))
        goto done;
    for (size_t i = 0; i < n; i++) {
        buf_char(&w.out, 'S');
        put_name(&w.out, steps[i]);
    }
    if ((e = dump_all(db, a, &(struct dump_to){ write_table, write_row, &w })))
        goto done;
    buf_char(&w.out, 'Z');
    buf_varuint(&w.out, (uint64_t)w.rows);
    e = flush(&w);
done:
    buf_fini(&w.out);
    return txn_end(&tx, e);
}

/* ---- reading */

struct reader {
    int fd;
    char *piece;
    size_t have, pos;
    uint64_t at;
    enum err err;
    struct arena *row; /* texts of the row being read */
};

static int get(struct reader *r)
{
    if (!r->err && r->pos == r->have) {
        r->err = disk_read(r->fd, r->piece, PIECE, r->at, &r->have);
        r->at += r->have;
        r->pos = 0;
        if (!r->err && r->have == 0)
            r->err = E_CORRUPT;
    }
    return r->err ? 0 : (unsigned char)r->piece[r->pos++];
}

static uint64_t get_number(struct reader *r)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        int c = get(r);
        v |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80))
            return v;
    }
    r->err = r->err ? r->err : E_CORRUPT;
    return 0;
}

static struct str get_bytes(struct reader *r, struct arena *a)
{
    uint64_t n = get_number(r);
    if (!r->err && n > VALUE_MAX)
        r->err = E_CORRUPT;
    if (r->err)
        return STR_NONE;
    char *p = arena_alloc(a, (size_t)n + 1);
    for (size_t done = 0; done < n && !r->err;) {
        if (r->pos == r->have) {
            p[done++] = (char)get(r);
            continue;
        }
        size_t some = r->have - r->pos < n - done ? r->have - r->pos : (size_t)n - done;
        memcpy(p + done, r->piece + r->pos, some);
        r->pos += some;
        done += some;
    }
    return (struct str){ p, (size_t)n };
}

static void reader_init(struct reader *r, int fd)
{
    *r = (struct reader){ .fd = fd, .piece = mem_new(PIECE), .row = arena_new() };
    for (size_t i = 0; i < sizeof magic - 1; i++)
        if (get(r) != (unsigned char)magic[i])
            r->err = r->err ? r->err : E_CORRUPT;
}

static void reader_fini(struct reader *r)
{
    mem_free(r->piece);
    arena_free(r->row);
}

/* The names after 'S'; gives the tag behind them. */
static int get_steps(struct reader *r, struct arena *a, struct str *steps, size_t *n)
{
    int tag;
    *n = 0;
    while ((tag = get(r)) == 'S' && !r->err) {
        struct str name = get_bytes(r, a);
        if (*n == STEPS_MAX)
            r->err = E_CORRUPT;
        else
            steps[(*n)++] = name;
    }
    return tag;
}

/* The migrations named at the beginning. E_CORRUPT: no such file, or a broken one. */
static enum err read_steps(int fd, struct arena *a, struct str **steps, size_t *n)
{
    struct reader r;
    reader_init(&r, fd);
    *steps = arena_array(a, STEPS_MAX, sizeof **steps);
    get_steps(&r, a, *steps, n);
    reader_fini(&r);
    return r.err;
}

static bool for_both(struct str step)
{
    return str_find(step, S(".pg."), 0) == SIZE_MAX && str_find(step, S(".sqlite."), 0) == SIZE_MAX;
}

static bool is_known(struct str step)
{
    for (const struct migration *m = migrations; m->name; m++)
        if (str_eqz(step, m->name))
            return true;
    return false;
}

/* Steps for one engine have twins under other names; those for both must be the same ones. */
bool dump_fits(struct db *db, struct arena *a, int fd)
{
    struct str *ours, *theirs;
    size_t n, m, both = 0;
    if (read_steps(fd, a, &theirs, &m) || catalog_steps(db, a, &ours, &n))
        return false;
    for (size_t i = 0; i < m; i++) {
        both += for_both(theirs[i]);
        if (!is_known(theirs[i]))
            return false;
    }
    for (size_t i = 0; i < n; i++)
        both -= for_both(ours[i]);
    return both == 0;
}

static void get_table(struct reader *r, struct arena *a, struct table *t)
{
    *t = (struct table){ .name = get_bytes(r, a), .columns_n = (size_t)get_number(r) };
    if (!r->err && (t->columns_n == 0 || t->columns_n > COLUMNS_MAX))
        r->err = E_CORRUPT;
    if (r->err)
        return;
    t->columns = arena_array(a, t->columns_n, sizeof *t->columns);
    for (size_t i = 0; i < t->columns_n; i++) {
        t->columns[i].name = get_bytes(r, a);
        t->columns[i].type = (enum val_type)get(r);
    }
}

static void get_row(struct reader *r, const struct table *t, struct val *v)
{
    arena_reset(r->row);
    for (size_t i = 0; i < t->columns_n && !r->err; i++) {
        v[i] = (struct val){ .type = (enum val_type)get(r) };
        if (v[i].type == VAL_INT)
            for (int k = 0; k < 8; k++)
                v[i].i = (int64_t)((uint64_t)v[i].i | (uint64_t)get(r) << (8 * k));
        else if (v[i].type == VAL_TEXT || v[i].type == VAL_BLOB)
            v[i].s = get_bytes(r, r->row);
        else if (v[i].type != VAL_NULL)
            r->err = E_CORRUPT;
    }
}

static enum err read_all(struct reader *r, struct load *l, struct arena *a, int tag, int64_t *rows)
{
    struct table t = { 0 };
    struct val v[COLUMNS_MAX];
    bool known = false;
    enum err e = E_OK;
    for (*rows = 0; !e && !r->err && tag != 'Z'; tag = get(r)) {
        if (tag == 'T') {
            get_table(r, a, &t);
            if (!r->err)
                e = load_table(l, &t, &known);
        } else if (tag == 'R' && t.columns_n) {
            get_row(r, &t, v);
            *rows += 1;
            if (!r->err && known)
                e = load_row(l, v);
        } else {
            e = E_CORRUPT;
        }
    }
    if (!e && !r->err && (int64_t)get_number(r) != *rows)
        e = E_CORRUPT;
    return e ? e : r->err;
}

/* Steps for the other engine have run where the file was made. */
static bool is_foreign(struct db *db, const struct str *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_find(steps[i], db_is_pg(db) ? S(".sqlite.") : S(".pg."), 0) != SIZE_MAX)
            return true;
    return false;
}

enum err dump_read(struct db *db, struct arena *a, int fd, int64_t *rows)
{
    struct str steps[STEPS_MAX];
    struct reader r;
    struct load *l = NULL;
    struct txn tx = { 0 };
    size_t n;
    reader_init(&r, fd);
    int tag = get_steps(&r, a, steps, &n);
    enum err e = r.err;
    if (!e && !(e = txn_begin(&tx, db)) && !(e = load_begin(db, a, is_foreign(db, steps, n), &l)) &&
        !(e = read_all(&r, l, a, tag, rows)))
        e = load_end(l);
    reader_fini(&r);
    return txn_end(&tx, e);
}
