/* Hashes by libcrypto; CRC-32 by libdeflate, twice as fast as zlib's. */
#include "server/base/hash.h"

#include "server/base/err.h"
#include "server/base/mem.h"

#include <libdeflate.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

struct hash {
    EVP_MD_CTX *md;
    uint32_t crc;
    uint64_t bytes;
};

struct hash *hash_new(void)
{
    struct hash *h = NEW(struct hash);
    h->md = EVP_MD_CTX_new();
    if (!h->md || EVP_DigestInit_ex(h->md, EVP_sha256(), NULL) != 1)
        BUG("no SHA-256");
    return h;
}

void hash_free(struct hash *h)
{
    if (!h)
        return;
    EVP_MD_CTX_free(h->md);
    mem_free(h);
}

struct hash *hash_copy(const struct hash *h)
{
    struct hash *copy = NEW(struct hash);
    *copy = *h;
    copy->md = EVP_MD_CTX_new();
    if (!copy->md || EVP_MD_CTX_copy_ex(copy->md, h->md) != 1)
        BUG("SHA-256 copy");
    return copy;
}

void hash_add(struct hash *h, const void *p, size_t n)
{
    if (n == 0)
        return;
    if (EVP_DigestUpdate(h->md, p, n) != 1)
        BUG("SHA-256 update");
    h->crc = crc32_of(h->crc, (struct str){ p, n });
    h->bytes += n;
}

uint64_t hash_bytes(const struct hash *h)
{
    return h->bytes;
}

void hash_sha256(const struct hash *h, unsigned char out[SHA256_LEN])
{
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    if (!copy || EVP_MD_CTX_copy_ex(copy, h->md) != 1 || EVP_DigestFinal_ex(copy, out, NULL) != 1)
        BUG("SHA-256 final");
    EVP_MD_CTX_free(copy);
}

uint32_t hash_crc32(const struct hash *h)
{
    return h->crc;
}

struct digest {
    EVP_MD_CTX *md;
};

struct digest *digest_new(enum digest_kind kind)
{
    struct digest *d = NEW(struct digest);
    d->md = EVP_MD_CTX_new();
    if (!d->md ||
        EVP_DigestInit_ex(d->md, kind == DIGEST_SHA1 ? EVP_sha1() : EVP_sha256(), NULL) != 1)
        BUG("no digest");
    return d;
}

void digest_free(struct digest *d)
{
    if (!d)
        return;
    EVP_MD_CTX_free(d->md);
    mem_free(d);
}

void digest_add(struct digest *d, const void *p, size_t n)
{
    if (n && EVP_DigestUpdate(d->md, p, n) != 1)
        BUG("digest update");
}

size_t digest_len(enum digest_kind kind)
{
    return kind == DIGEST_SHA1 ? SHA1_LEN : SHA256_LEN;
}

void digest_end(struct digest *d, unsigned char *out)
{
    if (EVP_DigestFinal_ex(d->md, out, NULL) != 1)
        BUG("digest final");
}

static void digest(const EVP_MD *md, struct str s, unsigned char *out)
{
    if (EVP_Digest(s.p ? s.p : "", s.n, out, NULL, md, NULL) != 1)
        BUG("digest");
}

void sha256(struct str s, unsigned char out[SHA256_LEN])
{
    digest(EVP_sha256(), s, out);
}

void sha1(struct str s, unsigned char out[SHA1_LEN])
{
    digest(EVP_sha1(), s, out);
}

void hex_to(char *out, const void *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *q = p;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[q[i] >> 4];
        out[2 * i + 1] = digits[q[i] & 15];
    }
    out[2 * n] = 0;
}

struct str hex_str(struct arena *a, const void *p, size_t n)
{
    char *out = arena_alloc(a, n * 2 + 1);
    hex_to(out, p, n);
    return (struct str){ out, n * 2 };
}

struct str sha256_str(struct arena *a, struct str s)
{
    unsigned char *out = arena_alloc(a, SHA256_LEN);
    sha256(s, out);
    return (struct str){ (char *)out, SHA256_LEN };
}

struct str sha256_hex(struct arena *a, struct str s)
{
    unsigned char out[SHA256_LEN];
    sha256(s, out);
    return hex_str(a, out, sizeof out);
}

uint32_t crc32_of(uint32_t before, struct str s)
{
    return libdeflate_crc32(before, s.p ? s.p : "", s.n);
}

void hmac_sha256(struct str key, struct str s, unsigned char out[SHA256_LEN])
{
    if (!HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)(s.p ? s.p : ""), s.n, out,
              NULL))
        BUG("HMAC");
}

bool same_bytes(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
