/* Backups and copies: rows go out of one engine and into the other and come back the same; a backup
 * made while others write holds every file its rows name; what is damaged or cut off is noticed;
 * old backups go, and only what they alone held goes with them. JIBEI_TEST_DB: the house lies on
 * PostgreSQL. */
#include "server/app/audit.h"
#include "server/app/backup.h"
#include "server/app/backup_files.h"
#include "server/app/config.h"
#include "server/app/job.h"
#include "server/app/manifest.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/fault.h"
#include "server/base/id.h"
#include "storage/blob.h"
#include "storage/counter.h"
#include "storage/disk.h"
#include "storage/dump_file.h"
#include "storage/notice.h"
#include "storage/outbox.h"
#include "storage/setting.h"
#include "storage/spool.h"
#include "tests/unit/testdb.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OK(x) assert_int_equal((x), E_OK)

static struct testdb t;
static struct house house;
static struct config config;
static struct db *db;
static struct arena *a;
static char blobs_dir[64], spool_dir[64];
static int spool;
static atomic_int serial;

static struct call call_of(struct db *handle, struct arena *arena)
{
    return (struct call){ .house = &house,
                          .db = handle,
                          .arena = arena,
                          .viewer = &viewer_house,
                          .now = clock_now(),
                          .request = "test" };
}

/* A stored content with its row, as an upload leaves it. */
static enum err store_one(struct db *handle, struct arena *arena, struct blob *b)
{
    char name[32], text[80], sha[SHA256_HEX + 1];
    uint64_t size;
    struct txn tx = { 0 };
    int n = atomic_fetch_add(&serial, 1);
    snprintf(name, sizeof name, "piece%d", n);
    snprintf(text, sizeof text, "内容 %d %llu", n, (unsigned long long)id_random(1ULL << 40));
    enum err e = file_write(spool, name, str_of(text));
    if (e || (e = file_hash(spool, name, sha, &size)))
        return e;
    *b = (struct blob){ .size = (int64_t)size,
                        .crc32 = crc32_of(0, str_of(text)),
                        .verdict = BLOB_ACCEPTED,
                        .seen_at = clock_now(),
                        .sha256 = arena_str(arena, str_of(sha)),
                        .mime = S("text/plain"),
                        .kind = S("text") };
    if ((e = blobs_keep(house.blobs, spool, name, b->sha256, size)))
        return e;
    e = txn_begin(&tx, handle);
    return txn_end(&tx, e ? e : blob_put(handle, b));
}

static int open_all(void **st)
{
    (void)st;
    if (testdb_open(&t) || db_open(t.store, &db))
        return -1;
    a = arena_new();
    config.blobs = "";
    house.config = &config;
    house.data = t.dir;
    house.store = t.store;
    snprintf(blobs_dir, sizeof blobs_dir, "%s/blobs", t.dir);
    snprintf(spool_dir, sizeof spool_dir, "%s/spool", t.dir);
    int dir;
    if (blobs_open(blobs_dir, &house.blobs) || disk_folder(AT_FDCWD, spool_dir, &spool, NULL) ||
        disk_folder(AT_FDCWD, t.dir, &dir, NULL) ||
        file_write(dir, "secret", S("0123456789abcdef")))
        return -1;
    disk_close(dir);
    struct blob b;
    for (int i = 0; i < 40; i++)
        if (store_one(db, a, &b))
            return -1;
    struct txn tx = { 0 };
    if (txn_begin(&tx, db))
        return -1;
    for (int i = 0; i < 3000; i++)
        if (notice_put(db, i % 7 + 1, "disk_low", "", i, S("{\"percent\":5}")))
            return -1;
    struct call c = call_of(db, a);
    if (audit_add(&c, "test.one", "test", 1, S("一")) ||
        setting_put(db, "x", S("值 ' \" \\ 0"), 1, 5) || txn_end(&tx, E_OK))
        return -1;
    return 0;
}

static int close_all(void **st)
{
    (void)st;
    blobs_close(house.blobs);
    disk_close(spool);
    arena_free(a);
    db_close(db);
    testdb_close(&t);
    return 0;
}

/* ---- rows through the other engine */

struct counting {
    int64_t rows;
    uint64_t sum;
    bool skip;
};

static enum err count_table(void *arg, const struct table *table)
{
    struct counting *n = arg;
    n->skip = table_is_derived(table->name) ||
              str_eqz(table->name, "job"); /* made again where they arrive */
    if (!n->skip)
        n->sum = n->sum * 31 + crc32_of(0, table->name);
    return E_OK;
}

static enum err count_row(void *arg, const struct table *table, const struct val *v)
{
    struct counting *n = arg;
    if (n->skip)
        return E_OK;
    n->rows++;
    for (size_t i = 0; i < table->columns_n; i++)
        n->sum = n->sum * 1000003 + (uint64_t)v[i].type + (uint64_t)v[i].i + crc32_of(0, v[i].s);
    return E_OK;
}

static struct counting counted(struct store *s)
{
    struct counting n = { 0 };
    struct arena *own = arena_new();
    struct db *handle;
    struct txn tx = { 0 };
    OK(db_open(s, &handle));
    OK(txn_read(&tx, handle));
    OK(dump_all(handle, own, &(struct dump_to){ count_table, count_row, &n }));
    OK(txn_end(&tx, E_OK));
    db_close(handle);
    arena_free(own);
    return n;
}

static void rows_come_back_through_a_file(void **st)
{
    (void)st;
    char url[80], path[80];
    struct store *other;
    struct db *handle;
    struct arena *own = arena_new();
    int64_t rows = 0;
    snprintf(url, sizeof url, "sqlite:%s/other.db", t.dir);
    snprintf(path, sizeof path, "%s/rows.dump", t.dir);
    OK(store_open(url, &other));
    OK(store_migrate(other, NULL));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    OK(db_open(t.store, &handle));
    OK(dump_write(handle, own, fd));
    db_close(handle);
    OK(db_open(other, &handle));
    assert_true(dump_fits(handle, own, fd));
    OK(dump_read(handle, own, fd, &rows));
    struct counting mine = counted(t.store), theirs = counted(other);
    assert_true(mine.rows > 3000);
    assert_true(rows >= mine.rows);
    assert_int_equal(mine.rows, theirs.rows);
    assert_true(mine.sum == theirs.sum);
    OK(db_run(handle, "INSERT INTO notice(person_id, kind, noun, noun_id, params, at, read_at)"
                      " VALUES(1, 'x', '', 0, '{}', 1, 0)")); /* the next id is free */
    /* Cut off or changed anywhere: refused, and the rows stay. */
    struct counting before = counted(other);
    struct stat s;
    assert_int_equal(fstat(fd, &s), 0);
    for (int i = 1; i < 12; i++) {
        assert_int_equal(ftruncate(fd, s.st_size * (12 - i) / 12), 0);
        assert_int_equal(dump_read(handle, own, fd, &rows), E_CORRUPT);
    }
    struct counting after = counted(other);
    assert_true(before.sum == after.sum && before.rows == after.rows);
    close(fd);
    db_close(handle);
    store_close(other);
    arena_free(own);
}

/* ---- backups under load */

static atomic_bool stop;

static void *go_on(void *arg)
{
    struct arena *own = arena_new();
    struct db *handle;
    enum err e = db_open(t.store, &handle);
    while (!e && !atomic_load(&stop)) {
        struct blob b;
        e = store_one(handle, own, &b);
        if (e == E_RETRY)
            e = E_OK;
        arena_reset(own);
    }
    db_close(handle);
    arena_free(own);
    *(enum err *)arg = e;
    return NULL;
}

static void all_there(const char *folder, const struct backup *made, size_t *blobs)
{
    char path[160];
    struct content_folder pool;
    struct manifest m;
    struct buf text;
    struct str rest, sha;
    uint64_t size, got;
    char is[SHA256_HEX + 1];
    int dir, at;
    buf_init(&text, MANIFEST_CAP);
    snprintf(path, sizeof path, "%s/%s", folder, made->name);
    OK(disk_folder(AT_FDCWD, path, &dir, NULL));
    OK(manifest_read(dir, &text, &m));
    OK(file_hash(dir, arena_z(a, m.rows_name), is, &got));
    assert_true(str_eqz(m.rows_sha, is));
    snprintf(path, sizeof path, "%s/blobs", folder);
    OK(contents_open(path, &pool));
    for (rest = m.blobs; manifest_next(&rest, &sha, &size);) {
        OK(contents_at(&pool, sha, &at));
        OK(file_hash(at, arena_z(a, sha), is, &got));
        assert_true(str_eqz(sha, is) && got == size);
    }
    *blobs = m.blobs_n;
    if (!store_is_pg(t.store)) { /* every blob row of the copy is in the manifest */
        char url[200];
        struct store *copy;
        struct db *handle;
        int64_t n;
        OK(file_copy(dir, "rows.db", spool, "copy.db", is,
                     &got)); /* opening a database changes it */
        snprintf(url, sizeof url, "sqlite:%s/copy.db", spool_dir);
        OK(store_open(url, &copy));
        OK(db_open(copy, &handle));
        OK(db_int(handle, &n, "SELECT count(*) FROM blob"));
        assert_true(n > 0 && (size_t)n <= m.blobs_n);
        db_close(handle);
        store_close(copy);
        OK(disk_remove(spool, "copy.db"));
    }
    contents_close(&pool);
    disk_close(dir);
    buf_fini(&text);
}

static enum err again(struct call *c, struct str folder, struct backup *out)
{
    enum err e;
    do {
        c->fault = (struct fault_note){ 0 };
        c->now = clock_now();
        e = backup_make(c, folder, out);
    } while (e == E_RETRY);
    return e;
}

static void a_backup_under_load_is_whole(void **st)
{
    (void)st;
    struct str folder = arena_fmt(a, "%s/backups", t.dir);
    struct call c = call_of(db, a);
    struct backup one, two;
    size_t n1, n2;
    enum err e = E_OK;
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, go_on, &e), 0);
    OK(again(&c, folder, &one));
    OK(again(&c, folder, &two));
    atomic_store(&stop, true);
    pthread_join(writer, NULL);
    OK(e);
    all_there(folder.p, &one, &n1);
    all_there(folder.p, &two, &n2);
    assert_true(n1 >= 40 && n2 >= n1);
    OK(backup_prune(&c, folder, 1));
    all_there(folder.p, &two, &n2); /* what the newer one needs stays */
    struct str newest;
    OK(backup_newest(folder.p, a, &newest));
    assert_true(str_ends(newest, str_of(two.name)));
}

/* How many folders of backups, whole or cut off, there are. */
static int sets_in(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *one; (one = readdir(d));)
        n += strchr(one->d_name, '-') != NULL;
    closedir(d);
    return n;
}

/* What a killed backup left goes with the next one; a second one at the same time is refused. */
static void backups_come_one_at_a_time(void **st)
{
    (void)st;
    struct str folder = arena_fmt(a, "%s/backups3", t.dir);
    struct call c = call_of(db, a);
    struct backup made;
    int root, left;
    OK(disk_folder(AT_FDCWD, folder.p, &root, NULL));
    OK(disk_folder(root, ".partial-20250901-020000-000", &left, NULL));
    OK(file_write(left, "rows.db", S("half")));
    disk_close(left);
    OK(again(&c, folder, &made));
    assert_int_equal(sets_in(folder.p), 1);
    int data, lock;
    OK(disk_folder(AT_FDCWD, t.dir, &data, NULL));
    OK(disk_open_write(data, "backup.lock", &lock));
    assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(again(&c, arena_fmt(a, "%s/backups4", t.dir), &made), E_BUSY);
    disk_close(lock);
    OK(again(&c, folder, &made));
    disk_close(data);
    disk_close(root);
}

static void damage_is_told(void **st)
{
    (void)st;
    struct str folder = arena_fmt(a, "%s/backups2", t.dir);
    struct call c = call_of(db, a);
    struct blob b;
    struct backup made;
    char path[160];
    OK(store_one(db, a, &b));
    snprintf(path, sizeof path, "%s/%.2s/%.*s", blobs_dir, b.sha256.p, STR_ARG(b.sha256));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(again(&c, folder, &made), E_CORRUPT);
    assert_int_equal(made.missing, 1);
    assert_true(c.fault.text.n > 0);

    /* The night's backup is made once, old ones go all the same, and the job goes on saying so. */
    struct job job = { 0 };
    struct str nightly = arena_fmt(a, "%s/backups", t.dir), newest, same;
    OK(db_run(db, "DELETE FROM counter WHERE name LIKE 'backup%'"));
    OK(setting_put(db, "backup_keep", S("1"), 1, 6));
    c.now = clock_now() + DAY_MS;
    assert_int_equal(run_nightly_backup(&c, &job), E_CORRUPT);
    OK(backup_newest(nightly.p, a, &newest));
    c.now += MINUTE_MS;
    assert_int_equal(run_nightly_backup(&c, &job), E_CORRUPT);
    OK(backup_newest(nightly.p, a, &same));
    assert_true(str_eq(newest, same));
    assert_int_equal(sets_in(nightly.p), 1);

    OK(db_run(db, "DELETE FROM blob WHERE id = ?1", I(b.id)));
    c.now += DAY_MS;
    OK(run_nightly_backup(&c, &job));
    OK(run_nightly_backup(&c, &job));
    assert_int_equal(sets_in(nightly.p), 1);
    assert_int_equal(backup_make(&c, arena_fmt(a, "%s/no/such", t.dir), &made), E_IO);
    assert_true(c.fault.text.n > 0);
}

/* An upgrade goes on without some stored file, but never without a backup: while one is missing,
 * the n-th call to the disk fails. */
static void no_upgrade_without_a_backup(void **st)
{
    (void)st;
    struct blob b;
    char name[BACKUP_NAME], path[300];
    int made = 0;
    long calls = LONG_MAX;
    OK(store_one(db, a, &b));
    snprintf(path, sizeof path, "%s/%.2s/%.*s", blobs_dir, b.sha256.p, STR_ARG(b.sha256));
    assert_int_equal(unlink(path), 0);
    for (long nth = 1; nth <= calls; nth++) {
        fault_set(FAULT_DISK, nth, 0);
        enum err e = backup_before_upgrade(&house, name);
        calls = fault_calls(FAULT_DISK) < nth ? 0 : calls;
        fault_set(FAULT_DISK, 0, 0);
        if (e)
            continue;
        made++;
        snprintf(path, sizeof path, "%s/backups/%s/manifest", t.dir, name);
        assert_int_equal(access(path, R_OK), 0);
    }
    assert_true(made > 0);
    OK(db_run(db, "DELETE FROM blob WHERE id = ?1", I(b.id)));
}

/* K2: while a backup is being made no stored file goes. */
static void the_sweeper_waits_for_a_backup(void **st)
{
    (void)st;
    struct call c = call_of(db, a);
    struct blob b, got;
    OK(store_one(db, a, &b));
    OK(db_run(db, "UPDATE blob SET seen_at = 1, created_at = 1 WHERE id = ?1", I(b.id)));
    OK(spools_open(spool_dir, 1, &house.spools));
    OK(counter_set(db, BACKUP_HOLD, c.now + MINUTE_MS));
    OK(run_sweep_files(&c, NULL));
    OK(blob_get(db, a, b.id, &got));
    OK(counter_set(db, BACKUP_HOLD, 0));
    OK(run_sweep_files(&c, NULL));
    assert_int_equal(blob_get(db, a, b.id, &got), E_NOT_FOUND);
    spools_close(house.spools);
    house.spools = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_through_a_file),
        cmocka_unit_test(a_backup_under_load_is_whole),
        cmocka_unit_test(backups_come_one_at_a_time),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(no_upgrade_without_a_backup),
        cmocka_unit_test(the_sweeper_waits_for_a_backup),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
