/* The table of kinds. */
#include "server/app/job.h"

#include <stddef.h>

const struct job_kind job_kinds[] = {
#define JOB(kind, tries, backoff, every, text) { #kind, run_##kind, tries, backoff, every, text },
#include "server/app/jobs.def"
#undef JOB
    { 0 },
};

const struct job_kind *job_kind_of(struct str kind)
{
    for (const struct job_kind *k = job_kinds; k->kind; k++)
        if (str_eqz(kind, k->kind))
            return k;
    return NULL;
}
