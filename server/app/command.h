/* Commands: jibei NAME [settings] [own options and words]. One table, commands.def, names them all
 * and says of each what it needs of the data folder; main reads the settings and calls cmd_NAME. A
 * command returns the exit status: 0 done, 1 failed (it said why in Chinese on standard error), 2
 * used wrongly, 3 (serve) failed as it will again, whoever starts it.
 *
 * A command that needs rows opens the house (house.h): house_open(a->config, use, &h) …
 * house_close(h), where use says the same as the table and what becomes of a schema that is not
 * this program's. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "server/app/config.h"

enum command_need {
    NEEDS_NOTHING, /* no data folder */
    NEEDS_ALONE,   /* the folder for itself: no serving process, no other such command */
    NEEDS_BESIDE,  /* the folder, beside a serving process or without one */
    NEEDS_SERVER,  /* asks the serving process through DIR/control */
};

struct args {
    const char *name; /* the command's */
    const struct config *config;
    int n;
    char **words; /* what is no setting, in order; what was taken is cut out */
};

/* Takes "--name VALUE" or "--name=VALUE" out (name without dashes); NULL when it is absent or has
 * no value. */
const char *args_option(struct args *a, const char *name);
/* Takes "--name" out; was it there? */
bool args_flag(struct args *a, const char *name);
/* Takes the next word that does not begin with "--"; NULL: none left. */
const char *args_word(struct args *a);
/* To be called when all was taken: says what is left over and gives false. */
bool args_end(struct args *a);

#define COMMAND(name, need, usage, text) int cmd_##name(struct args *a);
#include "server/app/commands.def"
#undef COMMAND

#endif
