/* Small media files of our own making that no few lines of C can write: a test picture as H.264
 * with a tone, a spoken-word stand-in as MP3, a colour gradient as JPEG. They lie in demo_files/
 * and become part of the binary. */
#ifndef APP_DEMO_EMBED_H
#define APP_DEMO_EMBED_H

#include "server/base/str.h"

struct demo_embed {
    const char *name;
    struct str bytes;
};

extern const struct demo_embed demo_embed[]; /* ends with a NULL name */

#endif
