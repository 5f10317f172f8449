/* The checks that read rows. SQLite: pages and indexes (integrity_check, which for FTS5 tables also
 * compares their index), foreign keys. PostgreSQL keeps its own foreign keys; what is asked there
 * is that every constraint is valid. Both: the table of counts. */
#include "storage/check.h"

static const struct count {
    const char *what, *sql;
} counts[] = {
#define CHECK_ROWS(what, sql) { what, sql },
#include "storage/check.def"
#undef CHECK_ROWS
};

struct saying {
    void (*said)(void *arg, struct str what);
    void *arg;
    struct arena *a;
};

static void say(struct saying *s, const char *what, struct str more)
{
    s->said(s->arg, arena_fmt(s->a, "%s：%.*s", what, STR_ARG(more)));
}

/* What follows looks into most pages many times and in no order: a cache of a few pages would read
 * the file hundreds of times over. The handle is a command's own and is closed after it. */
static enum err roomy(struct db *db)
{
    int64_t n;
    enum err e = db_int(db, &n, "PRAGMA mmap_size=2147418112");
    return e ? e : db_run(db, "PRAGMA cache_size=-65536");
}

static enum err pages(struct db *db, struct saying *s)
{
    struct rows r;
    db_rows(db, &r, "PRAGMA integrity_check(20)");
    while (rows_next(&r))
        if (!str_eqz(rows_str(&r, 0), "ok"))
            say(s, "数据库文件损坏", rows_str(&r, 0));
    return rows_end(&r);
}

static enum err references(struct db *db, struct saying *s)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT \"table\" || ' → ' || parent || '，' || count(*) || ' 行'"
            " FROM pragma_foreign_key_check GROUP BY \"table\", parent");
    while (rows_next(&r))
        say(s, "引用的行不存在", rows_str(&r, 0));
    return rows_end(&r);
}

static enum err constraints(struct db *db, struct saying *s)
{
    struct rows r;
    db_rows(db, &r,
            "SELECT CAST(conname AS text) FROM pg_constraint k JOIN pg_namespace n"
            " ON n.oid = k.connamespace WHERE n.nspname = current_schema() AND NOT convalidated");
    while (rows_next(&r))
        say(s, "约束没有生效", rows_str(&r, 0));
    return rows_end(&r);
}

static enum err counted(struct db *db, struct saying *s)
{
    enum err e = E_OK;
    for (size_t i = 0; i < sizeof counts / sizeof *counts && !e; i++) {
        int64_t n = 0;
        e = db_int(db, &n, counts[i].sql);
        if (!e && n)
            say(s, counts[i].what, arena_fmt(s->a, "%lld 行", (long long)n));
    }
    return e;
}

enum err check_rows(struct db *db, void (*said)(void *arg, struct str what), void *arg)
{
    struct saying s = { said, arg, arena_new() };
    struct txn tx = { 0 };
    enum err e = db_is_pg(db) ? E_OK : roomy(db);
    if (!e)
        e = txn_read(&tx, db);
    if (!e)
        e = db_is_pg(db) ? constraints(db, &s) : pages(db, &s);
    if (!e && !db_is_pg(db))
        e = references(db, &s);
    if (!e)
        e = counted(db, &s);
    arena_free(s.a);
    return txn_end(&tx, e);
}
