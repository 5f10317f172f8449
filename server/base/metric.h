/* Metrics: everybody registers the numbers it keeps, /metrics prints them all in Prometheus' text
 * format 0.0.4. A number is read when the page is asked for, on a worker; reading may block a
 * little, changing costs the owner whatever its own counter costs. */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include "server/base/buf.h"

enum metric_kind { METRIC_GAUGE, METRIC_COUNTER };

struct metric {
    const char *name;   /* jibei_…; rows of one name stand together in the page */
    const char *labels; /* pool="requests", or NULL */
    const char *help;   /* one English line */
    enum metric_kind kind;
    int64_t (*read)(void *arg);
    void *arg;
};

/* The texts of the row must live until metric_drop(arg). */
void metric_add(const struct metric *m);
/* A whole family that prints itself, with its HELP and TYPE lines (histograms). */
void metric_add_page(void (*print)(void *arg, struct buf *out), void *arg);
void metric_drop(void *arg); /* all rows and pages with this arg */
void metrics_print(struct buf *out);

#endif
