/* A list kept in order of name, under one lock that printing holds too: after metric_drop nobody
 * reads any more. */
#include "server/base/metric.h"

#include "server/base/mem.h"

#include <pthread.h>
#include <string.h>

struct row {
    struct row *next;
    struct metric m;
    void (*print)(void *arg, struct buf *out); /* a page, instead of m.read */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct row *rows;

static void insert(struct row *r)
{
    struct row **at = &rows;
    pthread_mutex_lock(&lock);
    while (*at && strcmp((*at)->m.name, r->m.name) <= 0)
        at = &(*at)->next;
    r->next = *at;
    *at = r;
    pthread_mutex_unlock(&lock);
}

void metric_add(const struct metric *m)
{
    struct row *r = NEW(struct row);
    r->m = *m;
    insert(r);
}

void metric_add_page(void (*print)(void *arg, struct buf *out), void *arg)
{
    struct row *r = NEW(struct row);
    r->m = (struct metric){ .name = "~", .arg = arg };
    r->print = print;
    insert(r);
}

void metric_drop(void *arg)
{
    pthread_mutex_lock(&lock);
    for (struct row **at = &rows; *at;) {
        struct row *r = *at;
        if (r->m.arg != arg) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        mem_free(r);
    }
    pthread_mutex_unlock(&lock);
}

static void print_row(struct buf *out, const struct metric *m, bool first)
{
    if (first)
        buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
                m->kind == METRIC_GAUGE ? "gauge" : "counter");
    buf_addz(out, m->name);
    if (m->labels)
        buf_fmt(out, "{%s}", m->labels);
    buf_char(out, ' ');
    buf_int(out, m->read(m->arg));
    buf_char(out, '\n');
}

void metrics_print(struct buf *out)
{
    const char *before = "";
    pthread_mutex_lock(&lock);
    for (struct row *r = rows; r; r = r->next) {
        if (r->print)
            r->print(r->m.arg, out);
        else
            print_row(out, &r->m, strcmp(before, r->m.name) != 0);
        before = r->m.name;
    }
    pthread_mutex_unlock(&lock);
}
