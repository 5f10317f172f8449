/* Hashes: SHA-256 (libcrypto, which uses the processor's instructions), CRC-32 as in ZIP
 * (libdeflate), HMAC. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "server/base/arena.h"

enum { SHA256_LEN = 32, SHA256_HEX = 64, SHA1_LEN = 20 };

struct hash; /* a running SHA-256 and CRC-32 over the same bytes */

struct hash *hash_new(void);
void hash_free(struct hash *h);               /* NULL is fine */
struct hash *hash_copy(const struct hash *h); /* as it stands; to come back to it */
void hash_add(struct hash *h, const void *p, size_t n);
uint64_t hash_bytes(const struct hash *h);
/* May be asked at any time; the running state goes on. */
void hash_sha256(const struct hash *h, unsigned char out[SHA256_LEN]);
uint32_t hash_crc32(const struct hash *h);

/* A running digest of one kind, for checksums others declare. */
enum digest_kind { DIGEST_SHA1, DIGEST_SHA256 };
struct digest;
struct digest *digest_new(enum digest_kind kind);
void digest_free(struct digest *d); /* NULL is fine */
void digest_add(struct digest *d, const void *p, size_t n);
size_t digest_len(enum digest_kind kind); /* bytes: 20 or 32 */
void digest_end(struct digest *d, unsigned char *out);

void sha256(struct str s, unsigned char out[SHA256_LEN]);
struct str sha256_str(struct arena *a, struct str s); /* the 32 bytes */
struct str sha256_hex(struct arena *a, struct str s);
void sha1(struct str s, unsigned char out[SHA1_LEN]); /* only for tus's checksum extension */
uint32_t crc32_of(uint32_t before, struct str s);
void hmac_sha256(struct str key, struct str s, unsigned char out[SHA256_LEN]);
bool same_bytes(const void *a, const void *b, size_t n); /* in constant time */
/* 2n digits, and NUL behind them. */
void hex_to(char *out, const void *p, size_t n);
struct str hex_str(struct arena *a, const void *p, size_t n);

#endif
