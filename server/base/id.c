/* Random and repeatable names and numbers. */
#include "server/base/id.h"

#include "server/base/err.h"

#include <sodium.h>
#include <stdio.h>

static struct str encode(struct arena *a, struct str s, int variant)
{
    size_t n = sodium_base64_encoded_len(s.n, variant);
    char *out = arena_alloc(a, n);
    sodium_bin2base64(out, n, (const unsigned char *)(s.p ? s.p : ""), s.n, variant);
    return (struct str){ out, n - 1 };
}

static bool decode(struct arena *a, struct str s, int variant, struct str *out)
{
    unsigned char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    const char *end = NULL;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false; /* libsodium takes some of these for letters */
    if (sodium_base642bin(p, s.n + 1, s.p ? s.p : "", s.n, NULL, &n, &end, variant) != 0 ||
        end != (s.p ? s.p : "") + s.n)
        return end == NULL && s.n == 0 ? (*out = STR_NONE, true) : false;
    *out = (struct str){ (char *)p, n };
    return true;
}

struct str base64_encode(struct arena *a, struct str s)
{
    return encode(a, s, sodium_base64_VARIANT_ORIGINAL);
}

bool base64_decode(struct arena *a, struct str s, struct str *out)
{
    return decode(a, s, sodium_base64_VARIANT_ORIGINAL, out);
}

struct str base64url_encode(struct arena *a, struct str s)
{
    return encode(a, s, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool base64url_decode(struct arena *a, struct str s, struct str *out)
{
    return decode(a, s, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

struct str id_token(struct arena *a)
{
    unsigned char raw[32];
    randombytes_buf(raw, sizeof raw);
    return base64url_encode(a, (struct str){ (char *)raw, sizeof raw });
}

struct str id_hex(struct arena *a)
{
    unsigned char raw[16];
    char *out = arena_alloc(a, 33);
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(out, 33, raw, sizeof raw);
    return (struct str){ out, 32 };
}

struct str id_uuid(struct arena *a)
{
    unsigned char r[16];
    randombytes_buf(r, sizeof r);
    r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
    r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
    return arena_fmt(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                     r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11],
                     r[12], r[13], r[14], r[15]);
}

void id_request(char out[17])
{
    static _Thread_local struct rng
        names; /* a name is no secret, and the kernel need not be asked */
    uint64_t raw;
    if (!names.s[0]) {
        randombytes_buf(&raw, sizeof raw);
        names = rng_of(raw);
    }
    raw = rng_next(&names);
    sodium_bin2hex(out, 17, (const unsigned char *)&raw, sizeof raw);
}

uint64_t id_random(uint64_t below)
{
    uint64_t v, limit = UINT64_MAX - UINT64_MAX % below;
    do
        randombytes_buf(&v, sizeof v);
    while (v >= limit);
    return v % below;
}

bool hex_decode(struct str hex, unsigned char *out, size_t n)
{
    size_t got = 0;
    const char *end = NULL;
    return hex.n == n * 2 && sodium_hex2bin(out, n, hex.p, hex.n, NULL, &got, &end) == 0 &&
           got == n && end == hex.p + hex.n;
}

struct rng rng_of(uint64_t seed)
{
    struct rng r;
    for (int i = 0; i < 4; i++) { /* splitmix64 spreads the seed */
        uint64_t z = (seed += 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        r.s[i] = z ^ (z >> 31);
    }
    return r;
}

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s, out = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return out;
}

__extension__ typedef unsigned __int128 wide; /* ISO C has no name for it */

uint64_t rng_below(struct rng *r, uint64_t n)
{
    return (uint64_t)(((wide)rng_next(r) * n) >> 64);
}
