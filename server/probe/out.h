/* What the probe says of a file: one JSON object per line on a descriptor, 1 unless told,
 * {"name":{…}}, the last of them {"end":{"code":…}}. In all at most OUT_MAX bytes: what does not
 * fit is left out and the end says "cut". */
#ifndef PROBE_OUT_H
#define PROBE_OUT_H

#include "server/base/buf.h"

enum { OUT_MAX = 40 << 20, LINE_MAX_BYTES = 8 << 20 };

void out_to(int fd);             /* the next file is spoken of there */
void out_open(const char *name); /* begins a line */
void out_str(const char *key, struct str v);
void out_int(const char *key, int64_t v);
void out_flag(const char *key, bool v); /* only when true */
void out_ints(const char *key, const int *v, size_t n);
void out_strs(const char *key, const struct str *v, size_t n);
void out_close(void);                     /* ends the line and writes it */
bool out_full(void);                      /* nothing more will fit */
void out_done(const char *code);          /* the last line */
_Noreturn void out_end(const char *code); /* and the end of the process */

#endif
