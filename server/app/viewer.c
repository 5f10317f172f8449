/* Who asks. */
#include "server/app/viewer.h"

const struct viewer viewer_nobody = { 0 };

enum err viewer_resolve(struct call *c, const struct viewer_proof *proof)
{
    c->viewer = &viewer_nobody;
    return proof->bearer.n ? E_LOGIN : E_OK;
}

bool viewer_has_key(const struct viewer *v, int64_t audience)
{
    for (size_t i = 0; i < v->keys_n; i++)
        if (v->keys[i] == audience)
            return true;
    return false;
}
