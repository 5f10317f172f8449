/* What a path of an old net disk says about a file: subject, grade, volume, edition, kind, title.
 * Pure: words only. */
#ifndef APP_IMPORT_GUESS_H
#define APP_IMPORT_GUESS_H

#include "server/base/str.h"

#include <stdint.h>

struct guess {
    struct str subject, grade; /* codes, "" when nothing says so */
    struct str edition;        /* as people call it, or "" */
    int half;                  /* 1: 上册, 2: 下册, 0: not told */
    int64_t kind;              /* of the dictionary resource_kind, always one */
    struct str title; /* the name without its ending and without "最终版(2)" and the like */
};

/* path: folders and the name, '/' between them. Borrowed from path where it can be. */
struct guess guess_of(struct str path);
/* A lesson's name without its number and marks: "3* 荷花" is 荷花, "第1节 长度" 长度. */
struct str lesson_core(struct str name);

#endif
