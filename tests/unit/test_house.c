/* The stores every noun leans on: settings, jobs, outbox, notices, idempotency, on a migrated
 * database. */
#include "server/app/config.h"
#include "server/app/house.h"
#include "storage/idem.h"
#include "storage/job.h"
#include "storage/notice.h"
#include "storage/outbox.h"
#include "storage/setting.h"
#include "tests/unit/testdb.h"

static struct testdb t;
static struct db *db;
static struct arena *a;

static int open_all(void **st)
{
    (void)st;
    if (testdb_open(&t) || db_open(t.store, &db))
        return -1;
    a = arena_new();
    return 0;
}

static int close_all(void **st)
{
    (void)st;
    arena_free(a);
    db_close(db);
    testdb_close(&t);
    return 0;
}

#define OK(x) assert_int_equal((x), E_OK)
static int told;

static void heard(void *arg)
{
    (void)arg;
    told++;
}

static void events_are_numbered_in_the_order_of_taking(void **st)
{
    (void)st;
    struct txn tx = { 0 };
    struct outbox_row *list;
    size_t n;
    store_listen(t.store, heard, NULL);
    OK(txn_begin(&tx, db));
    OK(outbox_add(db, "resource", 7, 1, 85));
    OK(outbox_add(db, "resource", 8, 2, 93));
    assert_int_equal(told, 0);
    OK(txn_end(&tx, E_OK));
    assert_int_equal(told, 1);
    OK(txn_begin(&tx, db));
    OK(outbox_add(db, "resource", 9, 1, 85));
    assert_int_equal(txn_end(&tx, E_STATE), E_STATE); /* rolled back: nobody hears of it */
    assert_int_equal(told, 1);
    store_listen(t.store, NULL, NULL);
    OK(outbox_fresh(db, a, 10, &list, &n));
    assert_int_equal(n, 2);
    OK(txn_begin(&tx, db));
    OK(outbox_number(db, list, n));
    OK(txn_end(&tx, E_OK));
    assert_int_equal(list[0].seq, 1);
    assert_int_equal(list[1].seq, 2);
    assert_int_equal(list[1].noun_id, 8);
    assert_int_equal(list[1].audience, 93);
    OK(outbox_fresh(db, a, 10, &list, &n));
    assert_int_equal(n, 0);
    OK(outbox_sweep(db, INT64_MAX));
    OK(outbox_add(db, "resource", 10, 1, 85));
    OK(outbox_fresh(db, a, 10, &list, &n));
    OK(txn_begin(&tx, db));
    OK(outbox_number(db, list, n));
    OK(txn_end(&tx, E_OK));
    assert_int_equal(list[0].seq, 3); /* numbers go on after the sweep */
}

static void take(int64_t now, enum err want, struct job *j)
{
    struct txn tx = { 0 };
    OK(txn_begin(&tx, db));
    enum err e = job_take(db, a, now, now + 100, S("p1"), j);
    assert_int_equal(txn_end(&tx, e), want);
}

static void a_job_waits_runs_fails_and_waits_again(void **st)
{
    (void)st;
    struct job j, *list;
    size_t n;
    int64_t due;
    struct txn tx = { 0 };
    OK(job_add(db, "index", 5, S(""), 1000));
    OK(job_add(db, "index", 5, S(""), 2000)); /* not doubled, not put off */
    OK(job_next_due(db, &due));
    assert_int_equal(due, 1000);
    take(999, E_NOT_FOUND, &j);
    take(1000, E_OK, &j);
    assert_int_equal(j.arg_id, 5);
    assert_int_equal(j.tries, 1);
    take(5000, E_NOT_FOUND, &j);
    OK(job_add(db, "index", 5, S(""), 3000)); /* the running one may have read too early */
    OK(txn_begin(&tx, db));
    OK(job_again(db, j.id, S("p2"), S("x"), 4000)); /* not its job */
    OK(job_again(db, j.id, S("p1"), S("磁盘"), 4000));
    OK(txn_end(&tx, E_OK));
    OK(job_list(db, a, -1, 0, 10, &list, &n));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].state, JOB_WAITS); /* the newer row does the work of both */
    assert_int_equal(list[1].state, JOB_DONE);
    take(3000, E_OK, &j);
    OK(job_gave_up(db, j.id, S("p1"), S("五次都没成功"), 3001));
    OK(job_get(db, a, j.id, &j));
    assert_int_equal(j.state, JOB_FAILED);
    assert_true(str_eqz(j.error, "五次都没成功"));
    OK(txn_begin(&tx, db));
    OK(job_retry(db, j.id, 3100));
    OK(txn_end(&tx, E_OK));
    take(3100, E_OK, &j);
    assert_int_equal(j.tries, 1);
    OK(txn_begin(&tx, db));
    OK(job_reclaim(db, 3150)); /* lease until 3200 */
    OK(txn_end(&tx, E_OK));
    take(3150, E_NOT_FOUND, &j);
    OK(txn_begin(&tx, db));
    OK(job_reclaim(db, 3201));
    OK(txn_end(&tx, E_OK));
    take(3201, E_OK, &j);
    assert_int_equal(j.tries, 2);
    OK(job_done(db, j.id, S("p1"), 3300));
    OK(job_last_end(db, "index", &due));
    assert_true(due >= 3300);
    OK(txn_begin(&tx, db));
    assert_int_equal(txn_end(&tx, job_retry(db, j.id, 1)), E_STATE);
    OK(job_sweep(db, INT64_MAX));
    OK(job_list(db, a, -1, 0, 10, &list, &n));
    assert_int_equal(n, 0);
}

static void a_notice_is_read_once_by_its_person(void **st)
{
    (void)st;
    struct notice *list;
    size_t n;
    int64_t unread;
    OK(notice_put(db, 3, "resource_used", "resource", 7, S("{\"title\":\"荷花\"}")));
    OK(notice_put(db, 3, "welcome", "", 0, S("{}")));
    OK(notice_put(db, 4, "welcome", "", 0, S("{}")));
    OK(notice_unread(db, 3, &unread));
    assert_int_equal(unread, 2);
    OK(notice_list(db, a, 3, false, 0, 10, &list, &n));
    assert_int_equal(n, 2);
    assert_true(str_eqz(list[0].kind, "welcome"));
    assert_true(str_eqz(list[1].params, "{\"title\":\"荷花\"}"));
    assert_int_equal(notice_read(db, 4, list[1].id, 50), E_NOT_FOUND);
    OK(notice_read(db, 3, list[1].id, 50));
    OK(notice_read(db, 3, list[1].id, 60));
    OK(notice_list(db, a, 3, true, 0, 10, &list, &n));
    assert_int_equal(n, 1);
    OK(notice_read_all(db, 3, list[0].id, 70));
    OK(notice_unread(db, 3, &unread));
    assert_int_equal(unread, 0);
    OK(notice_unread(db, 4, &unread));
    assert_int_equal(unread, 1);
}

static void settings_and_kept_replies(void **st)
{
    (void)st;
    struct str v;
    struct idem row = { .person = 3,
                        .route = S("resource_create"),
                        .name = S("k1"),
                        .request = S("\x00\x01"
                                     "h"),
                        .process = S("p1"),
                        .at = 10 },
                got;
    assert_int_equal(setting_get(db, a, "x", &v), E_NOT_FOUND);
    OK(setting_put(db, "x", S("1"), 3, 10));
    OK(setting_put(db, "x", S("二"), 3, 11));
    OK(setting_get(db, a, "x", &v));
    assert_true(str_eqz(v, "二"));
    OK(setting_drop(db, "x"));
    assert_int_equal(setting_get(db, a, "x", &v), E_NOT_FOUND);
    OK(idem_put(db, &row));
    assert_int_equal(idem_put(db, &row), E_CONFLICT);
    row.status = 201;
    row.rev = 4;
    row.reply = S("{\"id\":1}");
    OK(idem_done(db, &row));
    OK(idem_get(db, a, 3, row.route, row.name, &got));
    assert_int_equal(got.status, 201);
    assert_true(str_eq(got.reply, row.reply));
    assert_true(str_eq(got.request, row.request));
    assert_int_equal(idem_get(db, a, 4, row.route, row.name, &got), E_NOT_FOUND);
    OK(idem_sweep(db, 11, S("p2")));
    assert_int_equal(idem_get(db, a, 3, row.route, row.name, &got), E_NOT_FOUND);
}

/* H2 of house.c: a newer program's command beside the service. */
static void the_schema_changes_under_the_lock(void **st)
{
    struct house *serving, *beside;
    struct config config = {
        .data = t.dir, .db = t.url, .blobs = "", .bus = "", .probe = "", .office = ""
    };
    (void)st;
    assert_int_equal(house_open(&config, HOUSE_UPGRADE, &serving), E_OK);
    assert_int_equal(house_open(&config, HOUSE_BESIDE, &beside), E_OK);
    house_close(beside);
    assert_int_equal(db_run(db, "DELETE FROM schema_step WHERE name ="
                                " (SELECT max(name) FROM schema_step)"),
                     E_OK);
    assert_int_equal(house_open(&config, HOUSE_UPGRADE, &beside), E_CONFLICT);
    assert_int_equal(house_open(&config, HOUSE_BESIDE, &beside), E_STATE);
    assert_int_equal(house_open(&config, HOUSE_FOUND, &beside), E_STATE);
    house_close(serving);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_numbered_in_the_order_of_taking),
        cmocka_unit_test(a_job_waits_runs_fails_and_waits_again),
        cmocka_unit_test(a_notice_is_read_once_by_its_person),
        cmocka_unit_test(settings_and_kept_replies),
        cmocka_unit_test(the_schema_changes_under_the_lock),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
