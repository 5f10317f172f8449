/* The plans of the demo's joint preparations, for demo_preps.c. */
#ifndef APP_DEMO_PLAN_H
#define APP_DEMO_PLAN_H

#include "server/app/demo.h"

enum { DEMO_REMARKS_MAX = 4 };
struct demo_remark {
    bool instead; /* text should stand for the quote; else it is said of it */
    struct str quote, text, anchor;
};
struct demo_plan {
    int64_t client; /* of Yjs, who wrote it */
    struct str lesson, update;
    struct demo_remark remarks[DEMO_REMARKS_MAX];
    size_t remarks_n;
};

/* The lesson that has a plan of its own, as its book names it but for the number. */
const char *demo_plan_lesson(int half);
/* half 0: the short one for any lesson. In the arena a. */
enum err demo_plan_write(struct demo *d, struct arena *a, int half, struct str lesson,
                         struct demo_plan *out) MUST_USE;

#endif
