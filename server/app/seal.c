/* Seals; see seal.h. */
#include "server/app/seal.h"

#include "server/base/hash.h"

enum { SEAL_LEN = 16 };

struct str seal_of(struct call *c, struct str text)
{
    unsigned char mac[SHA256_LEN];
    hmac_sha256((struct str){ (const char *)c->house->secret, sizeof c->house->secret }, text, mac);
    return hex_str(c->arena, mac, SEAL_LEN);
}

bool seal_fits(struct call *c, struct str text, struct str seal)
{
    return seal.n == 2 * SEAL_LEN && same_bytes(seal.p, seal_of(c, text).p, 2 * SEAL_LEN);
}
