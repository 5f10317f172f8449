/* Random names: tokens nobody guesses and UUIDs for exports. Randomness by libsodium. */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "server/base/arena.h"

/* 256 bits as 43 characters of base64url; the arena owns them. */
struct str id_token(struct arena *a);
/* 128 bits as 32 hex digits. */
struct str id_hex(struct arena *a);
/* A version 4 UUID in text (RFC 9562). */
struct str id_uuid(struct arena *a);
/* A request's name for logs: 16 hex digits and NUL. */
void id_request(char out[17]);
uint64_t id_random(uint64_t below); /* uniform in [0, below); below > 0 */

/* Base64 (RFC 4648, padded) and base64url without padding. Decoding refuses anything else. */
struct str base64_encode(struct arena *a, struct str s);
bool base64_decode(struct arena *a, struct str s, struct str *out);
struct str base64url_encode(struct arena *a, struct str s);
bool base64url_decode(struct arena *a, struct str s, struct str *out);
bool hex_decode(struct str hex, unsigned char *out, size_t n); /* exactly n bytes */

/* Numbers that can be repeated, for demo data and tests (xoshiro256**). */
struct rng {
    uint64_t s[4];
};
struct rng rng_of(uint64_t seed);
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); /* n > 0 */

#endif
