/* When backups are made: each night by the settings, by the command, and before an upgrade changes
 * the schema. */
#include "server/app/backup.h"
#include "server/app/command.h"
#include "server/app/house.h"
#include "server/app/job.h"
#include "server/app/setting.h"
#include "server/app/viewer.h"
#include "server/app/worker.h"
#include "server/base/clock.h"
#include "storage/counter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last time the clock struck that hour, in the county's zone. */
static int64_t last_struck(int64_t now, int64_t hour)
{
    int64_t at = day_start(day_local(now)) + hour * HOUR_MS;
    return at <= now ? at : at - DAY_MS;
}

static enum err nightly_due(struct call *c, int64_t made, bool *due)
{
    int64_t on, hour;
    enum err e;
    if ((e = setting_number(c->db, SET_backup_nightly, &on)) ||
        (e = setting_number(c->db, SET_backup_hour, &hour)))
        return e;
    /* A house that was started after the hour waits for the next night. */
    int64_t since = made ? made : c->house->started;
    *due = on && since < last_struck(c->now, hour);
    return E_OK;
}

static enum err make_nightly(struct call *c)
{
    struct backup done;
    struct str folder;
    int64_t keep;
    enum err e;
    if ((e = backup_folder(c, &folder)) || (e = setting_number(c->db, SET_backup_keep, &keep)))
        return e;
    e = backup_make(c, folder, &done);
    if (!done.made)
        return e;
    enum err pruned = backup_prune(c, folder, keep);
    return e ? e : pruned;
}

/* One a night: where a file is missing the job fails until the next, but makes no further one. */
enum err run_nightly_backup(struct call *c, const struct job *job)
{
    int64_t made, good;
    bool due = false;
    enum err e;
    (void)job;
    if ((e = counter_get(c->db, BACKUP_MADE, 0, &made)) ||
        (e = counter_get(c->db, BACKUP_GOOD, 0, &good)) || (e = nightly_due(c, made, &due)))
        return e;
    if (due)
        return make_nightly(c);
    return made > good ? fail(c, E_CORRUPT, NULL,
                              "最近一次备份时有文件缺失或损坏，请运行 jibei check 查看。")
                       : E_OK;
}

/* Runs work on this thread; says what went wrong. */
static enum err alone(struct house *h, enum err (*work)(struct call *c, void *arg), void *arg)
{
    struct worker *w = worker_enter(h);
    struct call c;
    enum err e = worker_run(w, "command", &c, work, arg);
    if (e)
        fprintf(stderr, "%.*s\n",
                STR_ARG(c.fault.text.n ? c.fault.text : str_of(err_row(e)->text)));
    worker_leave(w);
    return e;
}

struct wanted {
    const char *folder;
    int64_t keep;
    struct backup done;
};

static enum err make_wanted(struct call *c, void *arg)
{
    struct wanted *w = arg;
    struct str folder = str_of(w->folder);
    enum err e = E_OK;
    c->viewer = &viewer_house;
    if (!folder.n)
        e = backup_folder(c, &folder);
    if (!e)
        e = backup_make(c, folder, &w->done);
    if (!e && w->keep)
        e = backup_prune(c, folder, w->keep);
    return e;
}

int cmd_backup(struct args *a)
{
    struct house *h = NULL;
    struct wanted w = { 0 };
    const char *keep = args_option(a, "keep");
    w.folder = args_word(a);
    if (!args_end(a) || (keep && (!str_int(str_of(keep), &w.keep) || w.keep < 1)))
        return 2;
    if (house_open(a->config, HOUSE_BESIDE, &h))
        return 1;
    enum err e = alone(h, make_wanted, &w);
    if (!e)
        printf("备份完成：%s，%lld 个文件，共 %llu 字节，其中新复制 %llu 字节。\n", w.done.name,
               (long long)w.done.blobs, (unsigned long long)w.done.bytes,
               (unsigned long long)w.done.copied);
    house_close(h);
    return e ? 1 : 0;
}

static enum err make_before(struct call *c, void *arg)
{
    struct str folder = arena_fmt(c->arena, "%s/backups", c->house->data);
    c->viewer = &viewer_house;
    return backup_make(c, folder, arg);
}

enum err backup_before_upgrade(struct house *h, char name[BACKUP_NAME])
{
    struct backup done = { 0 };
    enum err e = alone(h, make_before, &done);
    memcpy(name, done.name, BACKUP_NAME);
    return done.made ? E_OK : e;
}
