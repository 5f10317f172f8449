/* The first start of a real county: one administrator, no demo. By `jibei init` at the machine, or
 * on the page /setup with a code that the serving process prints for who runs it. */
#ifndef APP_SETUP_H
#define APP_SETUP_H

#include "server/app/call.h"

struct setup_state {
    bool needed;       /* nobody is there yet */
    struct str county; /* its name, for the page before the login */
};
struct setup {
    struct str code, county, name, login, password;
};

enum err setup_state(struct call *c, struct setup_state *out) MUST_USE;
/* The code of this data folder: ABCD-EFGH, into the arena. */
struct str setup_code(const struct house *h, struct arena *a);
/* E_STATE: somebody is there already. E_INPUT: a wrong code, a weak password … */
enum err setup_run(struct call *c, const struct setup *in) MUST_USE;
/* The same without a code, for a command. */
enum err setup_first(struct call *c, const struct setup *in) MUST_USE;

#endif
