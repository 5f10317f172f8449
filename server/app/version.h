/* What this program is. */
#ifndef APP_VERSION_H
#define APP_VERSION_H

#include "server/base/str.h"

#define JIBEI_VERSION "0.1.0"

struct version {
    struct str name, version;
    int64_t started; /* ms UTC, of this process */
};

#endif
