/* jibei check: every row, every stored file, every live document, the sealed audit log. Beside a
 * serving process or without one. What is found is said in Chinese, one line each; the exit code is
 * 1 when there is something to be found. */
#include "server/app/command.h"
#include "server/app/doc_log.h"
#include "server/app/house.h"
#include "server/base/clock.h"
#include "server/base/map.h"
#include "server/crdt/ydoc.h"
#include "storage/audit.h"
#include "storage/blob.h"
#include "storage/check.h"
#include "storage/disk.h"

#include <stdio.h>

enum { SLICE = 500 };
#define ORPHAN_MS                                                                                  \
    (48 *                                                                                          \
     (int64_t)HOUR_MS) /* younger ones may belong to what is going on, or wait for the sweeper */

struct checking {
    struct house *house;
    struct db *db;
    bool quick; /* sizes only, no hashes */
    int64_t found, blobs, bytes, docs, orphans, strangers;
    struct map *known;
};

static void found(void *arg, struct str what)
{
    struct checking *k = arg;
    k->found++;
    printf("✗ %.*s\n", STR_ARG(what));
}

static enum err one_blob(struct checking *k, const struct blob *b, struct arena *a)
{
    int fd = -1;
    enum err e;
    k->blobs++;
    k->bytes += b->size;
    map_put(k->known, b->sha256, k);
    if (k->quick) {
        if (!(e = blobs_fd(k->house->blobs, b->sha256, (uint64_t)b->size, &fd)))
            disk_close(fd);
    } else {
        e = blobs_verify(k->house->blobs, b->sha256, (uint64_t)b->size, (uint32_t)b->crc32);
    }
    if (e == E_CORRUPT)
        found(k, arena_fmt(a, "文件缺失或损坏：内容 %lld（%.*s…）", (long long)b->id,
                           STR_ARG(str_sub(b->sha256, 0, 12))));
    return e == E_CORRUPT ? E_OK : e;
}

static enum err all_blobs(struct checking *k)
{
    struct arena *a = arena_new();
    int64_t after = 0;
    size_t n = 0;
    enum err e;
    do {
        struct blob *list;
        arena_reset(a);
        e = blob_list(k->db, a, after, SLICE, &list, &n);
        for (size_t i = 0; i < n && !e; i++) {
            after = list[i].id;
            e = one_blob(k, &list[i], a);
        }
    } while (!e && n == SLICE);
    arena_free(a);
    return e;
}

static enum err one_file(void *arg, struct str sha256, int64_t changed)
{
    struct checking *k = arg;
    if (map_get(k->known, sha256))
        return E_OK;
    k->orphans++;
    k->strangers += changed < clock_now() - ORPHAN_MS;
    return E_OK;
}

static enum err one_doc(struct checking *k, struct call *c, int64_t id)
{
    struct ydoc *d;
    const char *wrong;
    enum err e = doc_open(c, id, &d, NULL, NULL);
    k->docs++;
    if (e == E_CORRUPT)
        found(k, arena_fmt(c->arena, "协作文档 %lld 的日志读不出来", (long long)id));
    else if (!e && (wrong = ydoc_check(d)))
        found(k, arena_fmt(c->arena, "协作文档 %lld 内部不一致：%s", (long long)id, wrong));
    ydoc_free(d);
    return e == E_CORRUPT ? E_OK : e;
}

static enum err all_docs(struct checking *k)
{
    struct call c = { .house = k->house, .db = k->db, .arena = arena_new(), .request = "check" };
    int64_t id = 0;
    enum err e = doc_next(k->db, 0, &id);
    while (!e && id) {
        arena_reset(c.arena);
        if (!(e = one_doc(k, &c, id)))
            e = doc_next(k->db, id, &id);
    }
    arena_free(c.arena);
    return e;
}

static enum err audit(struct checking *k)
{
    int64_t rows = 0, bad = 0;
    char what[80];
    enum err e = audit_verify(k->db, &rows, &bad);
    if (!e && bad) {
        snprintf(what, sizeof what, "审计日志从第 %lld 条起对不上", (long long)bad);
        found(k, str_of(what));
    }
    return e;
}

static enum err check_all(struct checking *k)
{
    enum err e;
    if ((e = check_rows(k->db, found, k)) || (e = all_blobs(k)))
        return e;
    for (int i = 0; i < 256 && !e; i++)
        e = blobs_each(k->house->blobs, i, one_file, k);
    return e || (e = all_docs(k)) ? e : audit(k);
}

static void summary(const struct checking *k, enum err e)
{
    if (e)
        printf("检查没有做完：%s\n", err_row(e)->text);
    printf("行、引用与审计日志已检查；文件 %lld 个，共 %lld 字节，%s；协作文档 %lld 份。\n",
           (long long)k->blobs, (long long)k->bytes, k->quick ? "核对了大小" : "逐个核对了内容",
           (long long)k->docs);
    if (k->orphans)
        printf("另有 %lld 个文件没有被引用（%lld 个超过两天），会由后台自动清理。\n",
               (long long)k->orphans, (long long)k->strangers);
    if (!e)
        printf(k->found ? "检查完成：发现 %lld 个问题，请从备份恢复或联系技术支持。\n"
                        : "检查完成：没有发现问题。\n",
               (long long)k->found);
}

int cmd_check(struct args *a)
{
    struct checking k = { .quick = args_flag(a, "quick") };
    if (!args_end(a))
        return 2;
    enum err e = house_open(a->config, HOUSE_BESIDE, &k.house);
    if (e)
        return 1;
    k.known = map_new();
    if (!(e = db_open(k.house->store, &k.db)))
        e = check_all(&k);
    summary(&k, e);
    db_close(k.db);
    map_free(k.known);
    house_close(k.house);
    return e || k.found ? 1 : 0;
}
