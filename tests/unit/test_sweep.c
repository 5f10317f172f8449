/* The sweeper of files: what expired, what nobody needs and what has no row goes; what is young,
 * needed or new again stays. */
#include "server/app/job.h"
#include "server/app/viewer.h"
#include "server/base/clock.h"
#include "server/base/hash.h"
#include "storage/blob.h"
#include "storage/doc.h"
#include "storage/doc_image.h"
#include "storage/link.h"
#include "storage/spool.h"
#include "storage/upload.h"
#include "tests/unit/testdb.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct testdb t;
static struct house house;
static struct db *db;
static struct arena *arena;

static int open_all(void **st)
{
    char path[64];
    (void)st;
    if (testdb_open(&t) || db_open(t.store, &db))
        return -1;
    house.store = t.store;
    snprintf(path, sizeof path, "%s/blobs", t.dir);
    if (blobs_open(path, &house.blobs))
        return -1;
    snprintf(path, sizeof path, "%s/spool", t.dir);
    if (spools_open(path, 1, &house.spools))
        return -1;
    arena = arena_new();
    return 0;
}

static int close_all(void **st)
{
    (void)st;
    arena_free(arena);
    spools_close(house.spools);
    blobs_close(house.blobs);
    db_close(db);
    testdb_close(&t);
    return 0;
}

static struct call call_at(int64_t now)
{
    return (struct call){
        .house = &house, .db = db, .arena = arena, .viewer = &viewer_house, .now = now
    };
}

static void in_txn(enum err (*what)(void *arg), void *arg)
{
    struct txn tx = { 0 };
    assert_int_equal(txn_begin(&tx, db), E_OK);
    assert_int_equal(txn_end(&tx, what(arg)), E_OK);
}

static enum err put_blob(void *arg)
{
    return blob_put(db, arg);
}

static enum err put_upload(void *arg)
{
    return upload_put(db, arg);
}

static enum err done_upload(void *arg)
{
    return upload_done(db, arg);
}

/* A content in the folder, as old as wanted; with a row unless told otherwise. */
static struct blob content(const char *text, int64_t at, bool row)
{
    unsigned char sha[SHA256_LEN];
    char file[160];
    int root = blobs_root(house.blobs), fd;
    struct str s = str_of(text);
    sha256(s, sha);
    struct blob b = { .sha256 = hex_str(arena, sha, sizeof sha),
                      .size = (int64_t)s.n,
                      .crc32 = crc32_of(0, s),
                      .mime = S("text/plain"),
                      .kind = S("text"),
                      .verdict = BLOB_ACCEPTED,
                      .seen_at = at };
    assert_int_equal(disk_open_write(root, ".new-test", &fd), E_OK);
    assert_int_equal(disk_write(fd, s.p, s.n, 0), E_OK);
    disk_close(fd);
    assert_int_equal(blobs_keep(house.blobs, root, ".new-test", b.sha256, s.n), E_OK);
    assert_int_equal(disk_remove(root, ".new-test"), E_OK);
    snprintf(file, sizeof file, "%.2s/%.*s", b.sha256.p, STR_ARG(b.sha256));
    struct timespec when[2] = { { at / 1000, 0 }, { at / 1000, 0 } };
    assert_int_equal(utimensat(root, file, when, 0), 0);
    if (row)
        in_txn(put_blob, &b);
    return b;
}

static struct upload upload(const char *id, int64_t expires)
{
    struct upload u = { .id = str_of(id),
                        .person = 1,
                        .school = 1,
                        .process = S("test"),
                        .state = UPLOAD_RECEIVING,
                        .length = 5,
                        .created_at = 1,
                        .changed_at = 1,
                        .expires_at = expires,
                        .name = S("a.txt") };
    in_txn(put_upload, &u);
    return u;
}

static void sweep(int64_t now)
{
    struct call c = call_at(now);
    assert_int_equal(run_sweep_files(&c, &(struct job){ 0 }), E_OK);
}

static int64_t state_of(const char *id)
{
    struct upload u;
    assert_int_equal(upload_get(db, arena, str_of(id), &u), E_OK);
    return u.state;
}

static void orphans_go_after_a_day(void **st)
{
    int64_t now = clock_now();
    struct blob old, young, waited, bare, bare_young, row;
    (void)st;
    old = content("nobody needs it", now - 25 * HOUR_MS, true);
    young = content("brought an hour ago", now - HOUR_MS, true);
    waited = content("an upload that may still be taken", now - 48 * HOUR_MS, true);
    bare = content("a file without a row", now - 25 * HOUR_MS, false);
    bare_young = content("a file whose row is about to come", now - HOUR_MS, false);
    struct upload u = upload("aa000000000000000000000000000001", now + DAY_MS);
    u.state = UPLOAD_COMPLETE;
    u.blob_id = waited.id;
    u.verdict = BLOB_ACCEPTED;
    in_txn(done_upload, &u);
    sweep(now);
    assert_int_equal(blob_by_sha(db, arena, old.sha256, &row), E_NOT_FOUND);
    assert_false(blobs_have(house.blobs, old.sha256));
    assert_int_equal(blob_by_sha(db, arena, young.sha256, &row), E_OK);
    assert_true(blobs_have(house.blobs, young.sha256));
    assert_int_equal(blob_by_sha(db, arena, waited.sha256, &row), E_OK);
    assert_true(blobs_have(house.blobs, waited.sha256));
    assert_false(blobs_have(house.blobs, bare.sha256));
    assert_true(blobs_have(house.blobs, bare_young.sha256));
    /* a day later the upload has expired, and two more are orphans */
    sweep(now + 2 * DAY_MS);
    assert_int_equal(state_of("aa000000000000000000000000000001"), UPLOAD_DROPPED);
    assert_int_equal(blob_by_sha(db, arena, waited.sha256, &row), E_NOT_FOUND);
    assert_int_equal(blob_by_sha(db, arena, young.sha256, &row), E_NOT_FOUND);
    assert_false(blobs_have(house.blobs, bare_young.sha256));
}

static enum err put_image(void *arg)
{
    struct doc d = {
        .kind = S("blank"), .title = S("a"), .owner_noun = S("audience"), .author = 1
    };
    struct doc_image *i = arg;
    enum err e = db_run(db,
                        "INSERT INTO person(id, uuid, login, name, created_at)"
                        " VALUES(?1, 'a', 'a', 'a', 1)",
                        I(i->person));
    if (e || (e = doc_put(db, &d)))
        return e;
    i->doc = d.id;
    return doc_image_put(db, i);
}

static void an_image_of_a_document_is_needed(void **st)
{
    int64_t now = clock_now();
    struct blob kept = content("an image of a document", now - 48 * HOUR_MS, true), row;
    struct doc_image i = { .blob = kept.id, .person = 1, .at = now, .name = S("a.png") };
    (void)st;
    in_txn(put_image, &i);
    sweep(now);
    assert_int_equal(blob_by_sha(db, arena, kept.sha256, &row), E_OK);
    assert_true(blobs_have(house.blobs, kept.sha256));
}

static void uploads_expire_with_their_bytes(void **st)
{
    int64_t now = clock_now();
    const char *over = "bb000000000000000000000000000001", *on = "bb000000000000000000000000000002";
    int fd;
    (void)st;
    (void)upload(over, now - 1);
    (void)upload(on, now + HOUR_MS);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(disk_open_write(spools_folder(house.spools), i ? on : over, &fd), E_OK);
        assert_int_equal(disk_write(fd, "abc", 3, 0), E_OK);
        disk_close(fd);
    }
    sweep(now);
    assert_int_equal(state_of(over), UPLOAD_DROPPED);
    assert_int_equal(state_of(on), UPLOAD_RECEIVING);
    assert_int_equal(spools_seen(house.spools, str_of(over)), 0);
    assert_int_equal(spools_seen(house.spools, str_of(on)), 3);
}

static void a_spool_file_without_an_upload_goes_after_an_hour(void **st)
{
    int64_t now = clock_now();
    const char *stray = "cc000000000000000000000000000001";
    int fd;
    (void)st;
    assert_int_equal(disk_open_write(spools_folder(house.spools), stray, &fd), E_OK);
    assert_int_equal(disk_write(fd, "abcd", 4, 0), E_OK);
    disk_close(fd);
    sweep(now);
    assert_int_equal(spools_seen(house.spools, str_of(stray)), 4);
    sweep(now + 2 * HOUR_MS);
    assert_int_equal(spools_seen(house.spools, str_of(stray)), 0);
}

static enum err put_link(void *arg)
{
    return link_put(db, arg);
}

static void links_go_a_day_after_they_expired(void **st)
{
    (void)st;
    int64_t now = clock_now();
    struct link fresh = {
        .person = 1, .made_at = now, .expires_at = now - 1, .what = S("file:1:1")
    };
    struct link old = fresh, got;
    old.expires_at = now - DAY_MS - 1;
    in_txn(put_link, &fresh);
    in_txn(put_link, &old);
    struct call c = call_at(now);
    assert_int_equal(run_sweep_rows(&c, &(struct job){ 0 }), E_OK);
    assert_int_equal(link_get(db, arena, fresh.id, &got), E_OK);
    assert_int_equal(link_get(db, arena, old.id, &got), E_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orphans_go_after_a_day),
        cmocka_unit_test(an_image_of_a_document_is_needed),
        cmocka_unit_test(uploads_expire_with_their_bytes),
        cmocka_unit_test(a_spool_file_without_an_upload_goes_after_an_hour),
        cmocka_unit_test(links_go_a_day_after_they_expired),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
