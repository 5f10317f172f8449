/* The runner and the dispatcher in a house of their own: a job that was committed is run, one that
 * fails is tried again and given up with its error, one of a killed process is run again, one that
 * a stop broke off too, an event reaches the bus after its commit. Jobs of the real table are used:
 * sweep_rows, search_fill, and a kind nobody knows. */
#include "server/app/background.h"
#include "server/app/job.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "server/bus/bus.h"
#include "storage/outbox.h"
#include "tests/unit/testdb.h"

#include <pthread.h>

#define OK(x) assert_int_equal((x), E_OK)

static struct testdb t;
static struct house house;
static struct db *db;
static struct arena *a;

static int open_all(void **st)
{
    (void)st;
    if (testdb_open(&t) || db_open(t.store, &db) || bus_open("", &house.bus))
        return -1;
    a = arena_new();
    house.data = t.dir;
    house.store = t.store;
    house.process = "this";
    house.jobs = pool_open(&(struct pool_setup){
        .name = "job", .threads = 2, .enter = worker_enter, .leave = worker_leave, .arg = &house });
    return 0;
}

static int close_all(void **st)
{
    (void)st;
    pool_close(house.jobs);
    bus_close(house.bus);
    arena_free(a);
    db_close(db);
    testdb_close(&t);
    return 0;
}

/* Waits until the job is no longer waiting or running; the runner has a minute. */
static struct job ended(int64_t id)
{
    struct job j;
    int64_t until = clock_mono() + MINUTE_MS;
    do {
        OK(job_get(db, a, id, &j));
        sched_yield();
    } while (j.state <= JOB_RUNS && clock_mono() < until);
    return j;
}

static int64_t only(const char *kind)
{
    struct job *list;
    size_t n;
    OK(job_list(db, a, -1, 0, 50, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eqz(list[i].kind, kind))
            return list[i].id;
    fail_msg("no job %s", kind);
    return 0;
}

static void jobs_are_run_or_given_up(void **st)
{
    (void)st;
    struct background *b;
    struct job j;
    struct txn tx = { 0 };
    OK(txn_begin(&tx, db)); /* what a killed process leaves: a row that runs */
    OK(job_add(db, "sweep_rows", 7, S(""), 0));
    OK(job_take(db, a, clock_now(), clock_now() + HOUR_MS, S("gone"), &j));
    OK(txn_end(&tx, E_OK));
    OK(background_open(&house, &b));
    if (store_is_pg(t.store)) /* there the lease decides */
        OK(job_done(db, j.id, S("gone"), clock_now()));
    assert_int_equal(ended(j.id).state, JOB_DONE);
    OK(job_add(db, "of_a_newer_program", 1, S(""), 0));
    background_wake(b);
    j = ended(only("of_a_newer_program"));
    assert_int_equal(j.state, JOB_FAILED);
    assert_true(j.error.n > 0);
    background_close(b);
}

/* Lets the runner go through the write gate one step at a time, and comes back inside of it as soon
 * as the job runs: before it has written anything. */
static void hold_when_it_runs(struct txn *tx, int64_t id)
{
    struct job j = { 0 };
    int64_t until = clock_mono() + MINUTE_MS;
    while (j.state != JOB_RUNS && clock_mono() < until) {
        assert_int_equal(txn_end(tx, E_STATE), E_STATE);
        OK(txn_begin(tx, db));
        OK(job_get(db, a, id, &j));
    }
    assert_int_equal(j.state, JOB_RUNS);
}

static void a_stop_is_no_try(void **st)
{
    (void)st;
    struct background *b;
    struct job j;
    struct txn tx = { 0 };
    if (store_is_pg(t.store))
        return; /* no gate to hold it by */
    OK(db_run(db, "DELETE FROM job"));
    OK(job_add(db, "search_fill", 0, S(""), clock_now() + HOUR_MS));
    int64_t id = only("search_fill");
    OK(db_run(db, "UPDATE job SET tries = 2")); /* the next is the last */
    OK(background_open(&house, &b));
    OK(txn_begin(&tx, db));
    OK(job_add(db, "search_fill", 0, S(""), 0)); /* now */
    OK(txn_end(&tx, E_OK));
    OK(txn_begin(&tx, db));
    hold_when_it_runs(&tx, id);
    atomic_store(&house.stopping, true);
    OK(txn_end(&tx, E_OK));
    background_close(b);
    OK(job_get(db, a, id, &j));
    assert_int_equal(j.state, JOB_WAITS);
    assert_int_equal(j.tries, 2);
    atomic_store(&house.stopping, false);
    OK(background_open(&house, &b));
    assert_int_equal(ended(id).state, JOB_DONE);
    background_close(b);
}

struct heard {
    pthread_mutex_t lock;
    struct event last;
    int n;
};

static void hear(void *arg, const struct event *e)
{
    struct heard *h = arg;
    pthread_mutex_lock(&h->lock);
    h->last = *e;
    h->n++;
    pthread_mutex_unlock(&h->lock);
}

static void an_event_is_heard_after_its_commit(void **st)
{
    (void)st;
    struct heard h = { .lock = PTHREAD_MUTEX_INITIALIZER };
    struct bus_ear *ear = bus_subscribe(house.bus, hear, &h);
    struct background *b;
    struct txn tx = { 0 };
    OK(background_open(&house, &b));
    OK(txn_begin(&tx, db));
    OK(outbox_add(db, "resource", 41, 3, 85));
    assert_int_equal(h.n, 0);
    OK(txn_end(&tx, E_OK));
    int64_t until = clock_mono() + MINUTE_MS;
    int n = 0;
    while (!n && clock_mono() < until) {
        sched_yield();
        pthread_mutex_lock(&h.lock);
        n = h.n;
        pthread_mutex_unlock(&h.lock);
    }
    background_close(b);
    bus_unsubscribe(house.bus, ear);
    assert_int_equal(n, 1);
    assert_string_equal(h.last.noun, "resource");
    assert_int_equal(h.last.id, 41);
    assert_int_equal(h.last.rev, 3);
    assert_int_equal(h.last.audience, 85);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_run_or_given_up),
        cmocka_unit_test(a_stop_is_no_try),
        cmocka_unit_test(an_event_is_heard_after_its_commit),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
