/* A row of counters per route of the table, one more for everything else. */
#include "server/http/traffic.h"

#include "server/base/mem.h"
#include "server/base/metric.h"

#include <stdatomic.h>

enum { CLASSES = 6, BUCKETS = 12 };

static const int64_t bounds_us[BUCKETS] = { 500,   1000,   2500,   5000,    10000,   25000,
                                            50000, 100000, 250000, 1000000, 5000000, 30000000 };

struct row {
    _Atomic int64_t by_class[CLASSES];
    _Atomic int64_t bucket[BUCKETS], slower, total_us;
};

struct traffic {
    struct row *rows; /* routes_n + 1 */
};

void traffic_add(struct traffic *t, const struct route *route, int status, int64_t us)
{
    struct row *r = &t->rows[route ? (size_t)(route - routes) : routes_n];
    int class = status / 100;
    size_t i = 0;
    while (i < BUCKETS && us > bounds_us[i])
        i++;
    atomic_fetch_add(&r->by_class[class > 0 && class < CLASSES ? class : 0], 1);
    atomic_fetch_add(i < BUCKETS ? &r->bucket[i] : &r->slower, 1);
    atomic_fetch_add(&r->total_us, us);
}

static const char *name_of(size_t i)
{
    return i < routes_n ? routes[i].name : "page";
}

static void print_counts(struct traffic *t, struct buf *out)
{
    buf_addz(out, "# HELP jibei_http_requests_total Requests by route and class of status.\n"
                  "# TYPE jibei_http_requests_total counter\n");
    for (size_t i = 0; i <= routes_n; i++)
        for (int k = 0; k < CLASSES; k++) {
            int64_t n = atomic_load(&t->rows[i].by_class[k]);
            if (n)
                buf_fmt(out, "jibei_http_requests_total{route=\"%s\",class=\"%dxx\"} %lld\n",
                        name_of(i), k, (long long)n);
        }
}

static void print_one(const char *route, struct row *r, struct buf *out)
{
    int64_t sum = 0;
    for (int k = 0; k < BUCKETS; k++) {
        sum += atomic_load(&r->bucket[k]);
        buf_fmt(out, "jibei_http_seconds_bucket{route=\"%s\",le=\"%g\"} %lld\n", route,
                (double)bounds_us[k] / 1e6, (long long)sum);
    }
    sum += atomic_load(&r->slower);
    buf_fmt(out, "jibei_http_seconds_bucket{route=\"%s\",le=\"+Inf\"} %lld\n", route,
            (long long)sum);
    buf_fmt(out, "jibei_http_seconds_sum{route=\"%s\"} %.6f\n", route,
            (double)atomic_load(&r->total_us) / 1e6);
    buf_fmt(out, "jibei_http_seconds_count{route=\"%s\"} %lld\n", route, (long long)sum);
}

static void print(void *arg, struct buf *out)
{
    struct traffic *t = arg;
    print_counts(t, out);
    buf_addz(out, "# HELP jibei_http_seconds From the request line to the end of the reply.\n"
                  "# TYPE jibei_http_seconds histogram\n");
    for (size_t i = 0; i <= routes_n; i++)
        if (atomic_load(&t->rows[i].total_us))
            print_one(name_of(i), &t->rows[i], out);
}

struct traffic *traffic_open(void)
{
    struct traffic *t = NEW(struct traffic);
    t->rows = mem_array(routes_n + 1, sizeof *t->rows);
    metric_add_page(print, t);
    return t;
}

void traffic_close(struct traffic *t)
{
    if (!t)
        return;
    metric_drop(t);
    mem_free(t->rows);
    mem_free(t);
}
