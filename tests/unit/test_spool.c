/* Spools and blobs on a real folder: order, restart, checksum, takeover, and the n-th call to the
 * disk failing, for every n: the offset told is never more than what is there, and in the end the
 * content is whole. */
#include "server/base/fault.h"
#include "server/base/hash.h"
#include "server/base/id.h"
#include "server/base/mem.h"
#include "storage/blob.h"
#include "storage/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { BYTES = 700000, STEP = 90000 };

static char dir[64], spool_dir[80], blob_dir[80];
static char bytes[BYTES];
static const struct str ID = { "00112233445566778899aabbccddeeff", 32 };

static int make(void **st)
{
    (void)st;
    strcpy(dir, "/tmp/jibei-spool-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(spool_dir, sizeof spool_dir, "%s/spool", dir);
    snprintf(blob_dir, sizeof blob_dir, "%s/blobs", dir);
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    return 0;
}

static int unmake(void **st)
{
    char cmd[96];
    (void)st;
    fault_set(FAULT_DISK, 0, 0);
    snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
    return system(cmd);
}

/* ---- a client that sends and waits */

struct client {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool room, ready, cut;
};

static void tell(struct client *c, bool *what)
{
    pthread_mutex_lock(&c->lock);
    *what = true;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
}

static void on_room(void *arg)
{
    struct client *c = arg;
    tell(c, &c->room);
}

static void on_ready(void *arg)
{
    struct client *c = arg;
    tell(c, &c->ready);
}

static void on_cut(void *arg)
{
    struct client *c = arg;
    tell(c, &c->cut);
}

static void wait_for(struct client *c, bool *what)
{
    pthread_mutex_lock(&c->lock);
    while (!*what)
        pthread_cond_wait(&c->changed, &c->lock);
    *what = false;
    pthread_mutex_unlock(&c->lock);
}

static struct stream_setup setup_of(struct client *c, uint64_t from)
{
    return (struct stream_setup){ .offset = from,
                                  .limit = BYTES - from,
                                  .whole = BYTES,
                                  .resume = on_room,
                                  .cut = on_cut,
                                  .arg = c };
}

#define CLIENT                                                                                     \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false, false                   \
    }

static enum err send_all(struct spool *sp, struct client *c, const struct stream_setup *s, size_t n,
                         bool whole, uint64_t *offset)
{
    struct stream *st;
    enum err e = stream_open(sp, s, &st);
    if (e)
        return e;
    for (size_t at = 0; at < n;) {
        size_t k = stream_take(st, bytes + s->offset + at, n - at < 30000 ? n - at : 30000);
        at += k;
        if (k == 0)
            wait_for(c, &c->room);
    }
    stream_done(st, whole, on_ready, c);
    wait_for(c, &c->ready);
    e = stream_result(st, offset);
    stream_unref(st);
    return e;
}

static void whole_hex(char hex[65])
{
    unsigned char sha[SHA256_LEN];
    sha256((struct str){ bytes, BYTES }, sha);
    for (int i = 0; i < SHA256_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", sha[i]);
}

static void pieces_make_the_whole(void **st)
{
    struct spools *all;
    struct client c = CLIENT;
    unsigned char sha[SHA256_LEN], want[SHA256_LEN];
    uint64_t at = 0, size;
    uint32_t crc;
    (void)st;
    assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
    struct spool *sp = spool_ref(all, ID);
    assert_int_equal(spool_offset(sp, &at), E_OK);
    while (at < BYTES) {
        struct stream_setup s = setup_of(&c, at);
        size_t n = BYTES - at < STEP ? BYTES - (size_t)at : STEP;
        assert_int_equal(send_all(sp, &c, &s, n, true, &at), E_OK);
    }
    struct stream_setup late = setup_of(&c, 5);
    assert_int_equal(send_all(sp, &c, &late, 10, true, &at), E_OFFSET);
    assert_int_equal(spool_sums(sp, &size, sha, &crc), E_OK);
    sha256((struct str){ bytes, BYTES }, want);
    assert_memory_equal(sha, want, sizeof sha);
    assert_int_equal(crc, crc32_of(0, (struct str){ bytes, BYTES }));
    assert_int_equal(size, BYTES);
    spool_unref(sp);
    assert_int_equal(spools_drop(all, ID), E_OK);
    spools_close(all);
}

static void a_restart_keeps_what_was_told(void **st)
{
    struct spools *all;
    struct client c = CLIENT;
    uint64_t at;
    (void)st;
    assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
    struct spool *sp = spool_ref(all, ID);
    struct stream_setup s = setup_of(&c, 0);
    assert_int_equal(send_all(sp, &c, &s, 400000, false, &at), E_OK);
    assert_int_equal(at, 400000);
    spool_unref(sp);
    spools_close(all);
    assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
    sp = spool_ref(all, ID);
    assert_int_equal(spool_offset(sp, &at), E_OK);
    assert_int_equal(at, 400000);
    spool_unref(sp);
    assert_int_equal(spools_drop(all, ID), E_OK);
    spools_close(all);
}

static void a_wrong_checksum_leaves_nothing(void **st)
{
    struct spools *all;
    struct client c = CLIENT;
    uint64_t at;
    (void)st;
    assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
    struct spool *sp = spool_ref(all, ID);
    struct stream_setup s = setup_of(&c, 0);
    assert_int_equal(send_all(sp, &c, &s, 50000, true, &at), E_OK);
    s = setup_of(&c, at);
    s.checked = true;
    s.kind = DIGEST_SHA256;
    assert_int_equal(send_all(sp, &c, &s, 60000, true, &at), E_CHECKSUM);
    assert_int_equal(at, 50000);
    sha256((struct str){ bytes + 50000, 60000 }, s.want);
    assert_int_equal(send_all(sp, &c, &s, 60000, false, &at), E_OK);
    assert_int_equal(at, 50000);
    assert_int_equal(send_all(sp, &c, &s, 60000, true, &at), E_OK);
    assert_int_equal(at, 110000);
    spool_unref(sp);
    assert_int_equal(spools_drop(all, ID), E_OK);
    spools_close(all);
}

static void the_newer_one_takes_over(void **st)
{
    struct spools *all;
    struct client old = CLIENT;
    struct stream *first;
    uint64_t at;
    (void)st;
    assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
    struct spool *sp = spool_ref(all, ID);
    struct stream_setup s = setup_of(&old, 0);
    assert_int_equal(stream_open(sp, &s, &first), E_OK);
    assert_int_equal(stream_take(first, bytes, 1000), 1000);
    stream_done(first, false, on_ready, &old); /* what a cut line does */
    assert_int_equal(spool_offset(sp, &at), E_OK);
    assert_int_equal(at, 1000);
    wait_for(&old, &old.ready);
    stream_unref(first);
    spool_unref(sp);
    assert_int_equal(spools_drop(all, ID), E_OK);
    spools_close(all);
}

/* How many descriptors of ours are open on files that have no name any more: closing the last one
 * of a large file takes as long as deleting it. */
static int nameless(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    for (struct dirent *one; (one = readdir(d));) {
        char to[300];
        ssize_t k = readlinkat(dirfd(d), one->d_name, to, sizeof to);
        n += k > 0 && str_ends((struct str){ to, (size_t)k }, S(" (deleted)"));
    }
    closedir(d);
    return n;
}

/* S6: whoever drops it closes it, though others, maybe network threads, let go of it later. */
static void what_is_dropped_is_closed_and_stays_away(void **st)
{
    struct spools *all;
    struct client c = CLIENT;
    struct stream *stream;
    char name[40] = "";
    uint64_t at;
    (void)st;
    memcpy(name, ID.p, ID.n);
    for (int during = 0; during < 2; during++) {
        assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
        struct spool *sp = spool_ref(all, ID);
        struct stream_setup s = setup_of(&c, 0);
        assert_int_equal(stream_open(sp, &s, &stream), E_OK);
        assert_int_equal(stream_take(stream, bytes, 30000), 30000);
        if (during) { /* a body comes in while it is given up */
            assert_int_equal(spools_drop(all, ID), E_OK);
            wait_for(&c, &c.cut);
        }
        stream_done(stream, !during, on_ready, &c);
        wait_for(&c, &c.ready);
        assert_int_equal(stream_result(stream, &at), during ? E_GONE : E_OK);
        if (!during)
            assert_int_equal(spools_drop(all, ID), E_OK);
        assert_int_equal(nameless(), 0);
        assert_int_equal(spool_offset(sp, &at), E_NOT_FOUND);
        assert_int_equal(stream_open(sp, &s, &(struct stream *){ NULL }), E_NOT_FOUND);
        assert_int_equal(disk_stat(spools_folder(all), name, NULL, NULL), E_NOT_FOUND);
        stream_unref(stream);
        spool_unref(sp);
        spools_close(all);
    }
}

/* Any stretch at any place, past the page cache or not, lies in the file as in memory. */
static void what_is_written_past_the_cache_is_there(void **st)
{
    enum { SPAN = 3 * 1024 * 1024 };
    struct spools *all;
    char *model = mem_pages(SPAN), *p = mem_pages(SPAN), *got = mem_pages(SPAN);
    int fd, past;
    size_t read_n, longest = 0;
    uint64_t seed = id_random(UINT32_MAX);
    (void)st;
    print_message("seed %llu\n", (unsigned long long)seed);
    srandom((unsigned)seed);
    assert_int_equal(spools_open(spool_dir, 1, &all), E_OK);
    assert_int_equal(disk_open_write(spools_folder(all), "model", &fd), E_OK);
    assert_int_equal(disk_open_past(spools_folder(all), "model", &past), E_OK);
    for (int i = 0; i < 40; i++) {
        size_t at = longest ? (size_t)random() % (longest + 1) : 0;
        size_t n = (size_t)random() % (i % 2 ? 600000 : 9000);
        if (i % 4 == 1)
            at = at / DISK_BLOCK * DISK_BLOCK;
        n = at + n > SPAN ? SPAN - at : n;
        size_t lead = i % 5 ? at % DISK_BLOCK : 7;
        for (size_t k = 0; k < n; k++)
            model[at + k] = p[(lead + k) % SPAN] = (char)random();
        n = lead + n > SPAN ? SPAN - lead : n;
        assert_int_equal(disk_write_past(fd, past, p + lead, n, at), E_OK);
        longest = at + n > longest ? at + n : longest;
        assert_int_equal(disk_read(fd, got, SPAN, 0, &read_n), E_OK);
        assert_int_equal(read_n, longest);
        assert_memory_equal(got, model, longest);
    }
    disk_close(fd);
    disk_close(past);
    assert_int_equal(disk_remove(spools_folder(all), "model"), E_OK);
    spools_close(all);
    mem_free(model);
    mem_free(p);
    mem_free(got);
}

/* More than we can take at once, with the n-th call to the disk failing, until all is there. */
static void a_fast_line_fills_whole_buffers(void **st)
{
    enum { LONG = 5 * 1024 * 1024 + 4321 };
    struct spools *all;
    struct client c = CLIENT;
    unsigned char sha[SHA256_LEN], want[SHA256_LEN];
    char *big = mem_pages(LONG);
    uint64_t size;
    uint32_t crc;
    (void)st;
    for (size_t i = 0; i < LONG; i++)
        big[i] = (char)(i * 13 + i / 4099);
    sha256((struct str){ big, LONG }, want);
    assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
    for (long nth = 0; nth <= 20; nth++) {
        struct spool *sp = spool_ref(all, ID);
        uint64_t at = 0, told = 0;
        fault_set(FAULT_DISK, nth, 0);
        for (int tries = 0; tries < 10 && at < LONG; tries++) {
            struct stream_setup s = setup_of(&c, at);
            struct stream *stream;
            s.whole = LONG;
            s.limit = s.expected = LONG - at;
            if (stream_open(sp, &s, &stream))
                continue;
            for (size_t from = at; from < LONG;) {
                size_t k = stream_take(stream, big + from, LONG - from);
                from += k;
                if (k == 0)
                    wait_for(&c, &c.room);
            }
            stream_done(stream, true, on_ready, &c);
            wait_for(&c, &c.ready);
            if (stream_result(stream, &at) && spool_offset(sp, &at))
                at = told;
            stream_unref(stream);
            assert_true(at >= told); /* S1 */
            told = at;
        }
        fault_set(FAULT_DISK, 0, 0);
        assert_int_equal(spool_offset(sp, &at), E_OK);
        assert_int_equal(at, LONG);
        assert_int_equal(spool_sums(sp, &size, sha, &crc), E_OK);
        assert_memory_equal(sha, want, sizeof sha);
        assert_int_equal(crc, crc32_of(0, (struct str){ big, LONG }));
        char name[40] = "";
        memcpy(name, ID.p, ID.n);
        int fd;
        size_t got;
        char *back = mem_pages(LONG);
        assert_int_equal(disk_open_read(spools_folder(all), name, &fd), E_OK);
        assert_int_equal(disk_read(fd, back, LONG, 0, &got), E_OK);
        assert_int_equal(got, LONG);
        assert_memory_equal(back, big, LONG);
        disk_close(fd);
        mem_free(back);
        spool_unref(sp);
        assert_int_equal(spools_drop(all, ID), E_OK);
    }
    spools_close(all);
    mem_free(big);
}

/* One upload to its end with the n-th disk call failing; gives how many calls there were. */
static long upload_with_fault(long nth)
{
    struct spools *all;
    struct blobs *blobs;
    struct client c = CLIENT;
    unsigned char sha[SHA256_LEN];
    char hex[65], copy[40];
    uint64_t at = 0, told = 0, size;
    uint32_t crc = 0;
    enum err e = E_IO;
    assert_int_equal(blobs_open(blob_dir, &blobs), E_OK);
    assert_int_equal(spools_open(spool_dir, 2, &all), E_OK);
    struct spool *sp = spool_ref(all, ID);
    whole_hex(hex);
    memcpy(copy, ID.p, 32);
    copy[32] = 0;
    fault_set(FAULT_DISK, nth, 0);
    for (int tries = 0; tries < 40 && at < BYTES; tries++) {
        struct stream_setup s = setup_of(&c, at);
        size_t n = BYTES - at < STEP ? BYTES - (size_t)at : STEP;
        if (send_all(sp, &c, &s, n, true, &at) && spool_offset(sp, &at))
            continue;
        assert_true(at >= told); /* S1: what was told stays */
        told = at;
    }
    assert_int_equal(at, BYTES);
    for (int tries = 0; tries < 4 && e; tries++)
        if (!(e = spool_offset(sp, &at)) && !(e = spool_sums(sp, &size, sha, &crc)))
            e = blobs_keep(blobs, spools_folder(all), copy, str_of(hex), BYTES);
    long calls = fault_calls(FAULT_DISK);
    fault_set(FAULT_DISK, 0, 0);
    assert_int_equal(e, E_OK);
    assert_int_equal(blobs_verify(blobs, str_of(hex), BYTES, crc), E_OK);
    spool_unref(sp);
    assert_int_equal(spools_drop(all, ID), E_OK);
    assert_int_equal(blobs_drop(blobs, str_of(hex), INT64_MAX), E_OK);
    assert_false(blobs_have(blobs, str_of(hex)));
    spools_close(all);
    blobs_close(blobs);
    return calls;
}

static void any_call_to_the_disk_may_fail(void **st)
{
    (void)st;
    long calls = upload_with_fault(0);
    assert_true(calls > 20);
    for (long nth = 1; nth <= calls + 5; nth++)
        (void)upload_with_fault(nth);
}

static void a_blob_that_is_new_again_is_not_dropped(void **st)
{
    struct blobs *b;
    struct spools *all;
    struct client c = CLIENT;
    char hex[65];
    uint64_t at;
    int fd;
    (void)st;
    assert_int_equal(blobs_open(blob_dir, &b), E_OK);
    assert_int_equal(spools_open(spool_dir, 1, &all), E_OK);
    struct spool *sp = spool_ref(all, ID);
    struct stream_setup s = setup_of(&c, 0);
    assert_int_equal(send_all(sp, &c, &s, BYTES, true, &at), E_OK);
    whole_hex(hex);
    assert_int_equal(blobs_keep(b, spools_folder(all), ID.p, str_of(hex), BYTES), E_OK);
    assert_int_equal(blobs_drop(b, str_of(hex), 1000), E_OK); /* nothing is that old */
    assert_int_equal(blobs_fd(b, str_of(hex), BYTES, &fd), E_OK);
    disk_close(fd);
    assert_int_equal(blobs_fd(b, str_of(hex), BYTES + 1, &fd), E_CORRUPT);
    assert_int_equal(fd, -1); /* nobody closes it a second time */
    assert_int_equal(blobs_fd(b, S("../../etc/passwd"), 1, &fd), E_CORRUPT);
    assert_int_equal(fd, -1);
    spool_unref(sp);
    assert_int_equal(spools_drop(all, ID), E_OK);
    spools_close(all);
    blobs_close(b);
}

static void a_folder_that_was_made_is_there_for_good(void **st)
{
    char path[128];
    int fd;
    bool made;
    (void)st;
    snprintf(path, sizeof path, "%s/new", dir);
    int64_t before = disk_syncs();
    assert_int_equal(disk_folder(AT_FDCWD, path, &fd, NULL), E_OK);
    assert_int_equal(disk_syncs(), before + 1); /* the folder above */
    disk_close(fd);
    assert_int_equal(disk_folder(AT_FDCWD, path, &fd, NULL), E_OK);
    assert_int_equal(disk_syncs(), before + 1);
    int inner;
    assert_int_equal(disk_folder(fd, "inner", &inner, &made), E_OK);
    assert_true(made);
    assert_int_equal(disk_syncs(), before + 1); /* the caller's */
    disk_close(inner);
    disk_close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_that_was_made_is_there_for_good),
        cmocka_unit_test(pieces_make_the_whole),
        cmocka_unit_test(a_restart_keeps_what_was_told),
        cmocka_unit_test(a_wrong_checksum_leaves_nothing),
        cmocka_unit_test(the_newer_one_takes_over),
        cmocka_unit_test(what_is_dropped_is_closed_and_stays_away),
        cmocka_unit_test(what_is_written_past_the_cache_is_there),
        cmocka_unit_test(a_fast_line_fills_whole_buffers),
        cmocka_unit_test(any_call_to_the_disk_may_fail),
        cmocka_unit_test(a_blob_that_is_new_again_is_not_dropped),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
