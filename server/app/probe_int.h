/* Asking the probe, for verbs whose answers have a file of their own. */
#ifndef APP_PROBE_INT_H
#define APP_PROBE_INT_H

#include "server/app/probe.h"

#include <jansson.h>

/* Told every line but the last: its name and the object behind it. */
typedef void probe_taker(void *arg, struct arena *a, const char *name, json_t *o);

/* As probe.h says of its functions; code: how it ended. */
enum err probe_ask(const struct probe *p, const char *verb, int fd, struct str name,
                   probe_taker *take, void *arg, struct str *code) MUST_USE;

/* Values of a line; what is not there, or of another kind, is empty, otherwise or false. */
struct str probe_str(struct arena *a, json_t *o, const char *key);
int64_t probe_num(json_t *o, const char *key, int64_t otherwise);
bool probe_flag(json_t *o, const char *key);

#endif
