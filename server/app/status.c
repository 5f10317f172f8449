/* How the house is. */
#include "server/app/status.h"

#include "server/app/backup.h"
#include "server/app/job.h"
#include "server/app/setting.h"
#include "server/app/version.h"
#include "server/base/clock.h"
#include "storage/counter.h"
#include "storage/disk.h"
#include "storage/outbox.h"

enum { PROBLEMS_MAX = 8 };

enum err disk_state(struct call *c, struct disk_state *out)
{
    uint64_t room, whole;
    enum err e = disk_room(c->house->data, &room, &whole);
    *out = (struct disk_state){ 0 };
    if (e || (e = setting_number(c->db, SET_disk_low_percent, &out->low_percent)))
        return e;
    out->free = (int64_t)room;
    out->total = (int64_t)whole;
    out->percent = out->free / (out->total / 100 + 1);
    out->low = out->free < out->total / 100 * out->low_percent;
    return E_OK;
}

static enum err counts(struct call *c, struct status *s)
{
    enum err e;
    if ((e = job_count(c->db, JOB_WAITS, &s->jobs_waiting)) ||
        (e = job_count(c->db, JOB_RUNS, &s->jobs_running)) ||
        (e = job_count(c->db, JOB_FAILED, &s->jobs_failed)))
        return e;
    return outbox_waiting(c->db, &s->events_waiting);
}

static enum err backups(struct call *c, struct status *s)
{
    int64_t on;
    enum err e;
    if ((e = counter_get(c->db, BACKUP_GOOD, 0, &s->backup_at)) ||
        (e = setting_number(c->db, SET_backup_nightly, &on)))
        return e;
    s->has_backup_at = s->backup_at > 0;
    s->backup_nightly = on != 0;
    return backup_folder(c, &s->backup_dir);
}

static void problem(struct status *s, struct str text)
{
    if (s->problems_n < PROBLEMS_MAX)
        s->problems[s->problems_n++] = text;
}

static void failed_job(struct call *c, struct status *s, const struct job *j)
{
    const struct job_kind *k = job_kind_of(j->kind);
    problem(s, arena_fmt(c->arena, "后台任务“%s”没有成功：%.*s", k ? k->text : "未知任务",
                         STR_ARG(j->error)));
}

static enum err problems(struct call *c, struct status *s, const struct disk_state *disk)
{
    struct job *failed;
    size_t n;
    enum err e = job_list(c->db, c->arena, JOB_FAILED, 0, PROBLEMS_MAX - 2, &failed, &n);
    if (e)
        return e;
    s->problems = arena_array(c->arena, PROBLEMS_MAX, sizeof *s->problems);
    if (disk->low)
        problem(s, arena_fmt(c->arena, "磁盘只剩 %lld%%，请尽快清理或扩容。",
                             (long long)disk->percent));
    int64_t since = s->backup_at > c->house->started ? s->backup_at : c->house->started;
    if (s->backup_nightly && c->now - since > 36 * (int64_t)HOUR_MS)
        problem(s, S("超过一天半没有成功的备份，请检查备份目录。"));
    for (size_t i = 0; i < n; i++)
        failed_job(c, s, &failed[i]);
    return E_OK;
}

enum err status_show(struct call *c, struct status *s)
{
    struct disk_state disk;
    enum err e;
    *s = (struct status){ .version = S(JIBEI_VERSION),
                          .engine = store_is_pg(c->house->store) ? S("postgresql") : S("sqlite"),
                          .started = c->house->started,
                          .now = c->now };
    if ((e = disk_state(c, &disk)) || (e = counts(c, s)) || (e = backups(c, s)))
        return e;
    s->disk_free = disk.free;
    s->disk_total = disk.total;
    s->disk_low = disk.low;
    return problems(c, s, &disk);
}
