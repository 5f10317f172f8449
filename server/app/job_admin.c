/* Jobs as the administrator sees them. */
#include "server/app/job_admin.h"

#include "server/app/audit.h"
#include "server/app/job.h"
#include "server/app/page.h"

static const char *const states[JOB_STATES] = {
    [JOB_WAITS] = "waiting", [JOB_RUNS] = "running", [JOB_DONE] = "done", [JOB_FAILED] = "failed"
};

static int64_t state_of(struct str word)
{
    for (int i = 0; i < JOB_STATES; i++)
        if (str_eqz(word, states[i]))
            return i;
    return -1;
}

static struct job_view view_of(const struct job *j)
{
    const struct job_kind *kind = job_kind_of(j->kind);
    return (struct job_view){ .id = j->id,
                              .arg_id = j->arg_id,
                              .run_at = j->run_at,
                              .tries = j->tries,
                              .made_at = j->made_at,
                              .done_at = j->done_at,
                              .kind = j->kind,
                              .name = kind ? str_of(kind->text) : j->kind,
                              .state = str_of(states[j->state]),
                              .error = j->error };
}

enum err job_page_get(struct call *c, const struct job_query *q, struct job_page *out)
{
    struct job *list = NULL;
    struct page p;
    size_t n = 0;
    enum err e = page_of(c, q->cursor, q->limit, &p);
    if (e)
        return e;
    int64_t state = q->has_state ? state_of(q->state) : -1;
    if ((e = job_list(c->db, c->arena, state, p.before, p.limit + 1, &list, &n)))
        return e;
    out->has_next = n > p.limit;
    out->items_n = out->has_next ? p.limit : n;
    out->items = arena_array(c->arena, out->items_n, sizeof *out->items);
    for (size_t i = 0; i < out->items_n; i++)
        out->items[i] = view_of(&list[i]);
    if (out->has_next)
        out->next = page_cursor(c, out->items[out->items_n - 1].id);
    return E_OK;
}

enum err job_try_again(struct call *c, int64_t id)
{
    struct txn tx = { 0 };
    enum err e = txn_begin(&tx, c->db);
    if (e)
        goto done;
    if (!(e = job_retry(c->db, id, c->now)))
        e = audit_add(c, "job.retry", "job", id, STR_NONE);
done:
    e = txn_end(&tx, e);
    return e == E_STATE ? fail(c, e, NULL, "这个任务没有失败，不需要重试。") : e;
}
