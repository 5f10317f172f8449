/* How the house is: for the administrator's page. What somebody should do something about stands in
 * problems, as sentences. */
#ifndef APP_STATUS_H
#define APP_STATUS_H

#include "server/app/call.h"

struct status {
    struct str version, engine;
    int64_t started, now;
    int64_t disk_free, disk_total;
    bool disk_low;
    int64_t jobs_waiting, jobs_running, jobs_failed, events_waiting;
    int64_t backup_at; /* the last good one */
    bool has_backup_at;
    struct str backup_dir;
    bool backup_nightly;
    struct str *problems;
    size_t problems_n;
};

/* Where the data folder lies. */
struct disk_state {
    int64_t free, total, percent; /* bytes, bytes, whole percent that are free */
    int64_t low_percent;          /* below this it is low, by the setting */
    bool low;
};
enum err disk_state(struct call *c, struct disk_state *out) MUST_USE;

/* Needs house.manage. */
enum err status_show(struct call *c, struct status *out) MUST_USE;

#endif
