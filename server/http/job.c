/* Jobs, for the administrator. */
#include "server/http/routes.h"

#include "server/app/job_admin.h"

enum err h_job_list(struct call *c, const struct input *in, struct output *out)
{
    struct job_page *p = ARENA_NEW(c->arena, struct job_page);
    out->value = p;
    return job_page_get(c, in->query, p);
}

enum err h_job_retry(struct call *c, const struct input *in, struct output *out)
{
    (void)out;
    return job_try_again(c, in->id[0]);
}
