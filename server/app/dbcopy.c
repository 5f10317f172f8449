/* jibei db copy --to URL: moves a county's rows to another database, of either engine, and compares
 * both row by row. The files stay where they are. The target must be empty or a copy made before;
 * the folder is ours alone meanwhile, so nobody writes to the source through this folder. */
#include "server/app/command.h"
#include "server/app/house.h"
#include "storage/db_dump.h"

#include <stdio.h>
#include <string.h>

struct copying {
    struct db *from, *to;
    struct arena *a;
    struct load *load;
    bool known, foreign; /* foreign: to the other engine */
    int64_t tables, rows, differ;
};

static enum err copy_table(void *arg, const struct table *t)
{
    struct copying *x = arg;
    enum err e = load_table(x->load, t, &x->known);
    x->tables += x->known;
    return e;
}

static enum err copy_row(void *arg, const struct table *t, const struct val *v)
{
    struct copying *x = arg;
    (void)t;
    if (!x->known)
        return E_OK;
    x->rows++;
    return load_row(x->load, v);
}

static enum err copy_all(struct copying *x)
{
    struct txn in = { 0 }, out = { 0 };
    enum err e = txn_read(&in, x->from);
    if (!e && !(e = txn_begin(&out, x->to)) &&
        !(e = load_begin(x->to, x->a, x->foreign, &x->load)) &&
        !(e = dump_all(x->from, x->a, &(struct dump_to){ copy_table, copy_row, x })))
        e = load_end(x->load);
    e = txn_end(&out, e);
    return txn_end(&in, e);
}

static bool same_row(const struct table *t, const struct val *a, const struct val *b)
{
    for (size_t i = 0; i < t->columns_n; i++)
        if (!val_same(&a[i], &b[i]))
            return false;
    return true;
}

static enum err compare_table(struct copying *x, const struct table *t, const struct table *other)
{
    struct dump_walk *a = dump_walk_new(x->from, x->a, t);
    struct dump_walk *b = dump_walk_new(x->to, x->a, other);
    const struct val *va, *vb;
    enum err ea = E_OK, eb = E_OK;
    int64_t differ = 0;
    for (bool more = true; more;) {
        bool in_a = dump_walk_next(a, &va, &ea), in_b = dump_walk_next(b, &vb, &eb);
        differ += in_a != in_b || (in_a && !same_row(t, va, vb));
        more = in_a && in_b;
    }
    dump_walk_free(a);
    dump_walk_free(b);
    if (differ)
        printf("✗ 表 %.*s 不一致\n", STR_ARG(t->name));
    x->differ += differ;
    return ea ? ea : eb;
}

static enum err compare_all(struct copying *x)
{
    struct table *mine, *theirs;
    size_t n, m;
    enum err e = catalog_tables(x->from, x->a, &mine, &n);
    if (!e)
        e = catalog_tables(x->to, x->a, &theirs, &m);
    for (size_t i = 0; i < n && !e; i++) {
        const struct table *other = catalog_find(theirs, m, mine[i].name);
        bool compared =
            !str_eqz(mine[i].name, "job") && !(x->foreign && table_is_derived(mine[i].name));
        if (other && compared)
            e = compare_table(x, &mine[i], other);
    }
    return e;
}

static enum err both(struct copying *x, struct house *h, struct store *to)
{
    enum err e;
    x->foreign = store_is_pg(h->store) != store_is_pg(to);
    if ((e = db_open(h->store, &x->from)) || (e = db_open(to, &x->to)) || (e = copy_all(x)))
        return e;
    return compare_all(x);
}

static enum err copy_to(struct house *h, const char *url, struct copying *x)
{
    struct store *to = NULL;
    enum schema is;
    enum err e = store_open(url, &to);
    if (!e && !(e = store_schema(to, &is)) && is == SCHEMA_NEWER) {
        fprintf(stderr, "目标数据库属于较新版本的集备，没有作任何改动。\n");
        e = E_STATE;
    }
    if (!e && !(e = store_migrate(to, NULL)))
        e = both(x, h, to);
    db_close(x->from);
    db_close(x->to);
    store_close(to);
    return e;
}

int cmd_db(struct args *a)
{
    struct copying x = { .a = NULL };
    struct house *h = NULL;
    const char *url = args_option(a, "to"), *word = args_word(a);
    if (!url || !word || strcmp(word, "copy") != 0 || !args_end(a))
        return 2;
    enum err e = house_open(a->config, HOUSE_ALONE, &h);
    if (e)
        return 1;
    x.a = arena_new();
    e = copy_to(h, url, &x);
    if (e)
        fprintf(stderr, "复制没有完成：%s\n", err_row(e)->text);
    else
        printf("已复制 %lld 张表、%lld 行；逐行比较%s。%s\n", (long long)x.tables,
               (long long)x.rows, x.differ ? "发现不一致" : "完全一致",
               x.foreign ? "检索索引会在新数据库启动后自动重建。" : "");
    arena_free(x.a);
    house_close(h);
    return e || x.differ ? 1 : 0;
}
