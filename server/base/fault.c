/* Counted calls, one of which fails. */
#include "server/base/fault.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static atomic_long nth[FAULT_count], calls[FAULT_count];
static atomic_int sticky[FAULT_count];
static atomic_bool armed;

void fault_set(enum fault_kind kind, long n, int stick)
{
    atomic_store(&nth[kind], n);
    atomic_store(&sticky[kind], stick);
    atomic_store(&calls[kind], 0);
    atomic_store(&armed, true);
}

void fault_env(void)
{
    const char *v = getenv("JIBEI_FAULT");
    if (!v)
        return;
    const char *colon = strchr(v, ':');
    char *end = NULL;
    long n = colon ? strtol(colon + 1, &end, 10) : 0;
    if (n > 0)
        fault_set(strncmp(v, "db", 2) == 0 ? FAULT_DB : FAULT_DISK, n, end && *end == '+');
}

long fault_calls(enum fault_kind kind)
{
    return atomic_load(&calls[kind]);
}

enum err fault_at(enum fault_kind kind)
{
    if (!atomic_load_explicit(&armed, memory_order_relaxed))
        return E_OK;
    long k = atomic_fetch_add(&calls[kind], 1) + 1, n = atomic_load(&nth[kind]);
    if (n == 0 || k < n || (k > n && !atomic_load(&sticky[kind])))
        return E_OK;
    return kind == FAULT_DB ? E_DB : E_IO;
}
