/* Settings: one table (config.def), read from flags and the environment, never changed after start.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "server/base/buf.h"

#include <stdint.h>

struct config {
#define TEXT const char *
#define NUMBER int64_t
#define SETTING(field, type, standard, text) type field;
#include "server/app/config.def"
#undef SETTING
#undef TEXT
#undef NUMBER
};

/* Fills the settings from their defaults, the environment and argv[0..*n). What is no setting stays
 * in argv, in order, and *n becomes its number. false: a value is missing or is no number; wrong
 * then says so in Chinese. The texts are borrowed from argv and the environment. */
bool config_read(struct config *c, int *n, char **argv, struct buf *wrong);
/* One line per setting: flag, default, what it is for. */
void config_help(struct buf *out);

#endif
