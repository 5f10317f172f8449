/* Passwords: what a good one is, hashing, wrong attempts. Hashing takes some 20 ms of processor
 * time on purpose: routes that come here run in the pool for passwords. */
#ifndef APP_PASSWORD_H
#define APP_PASSWORD_H

#include "server/app/call.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128, LOCK_AFTER = 5, LOCK_MINUTES = 15 };

/* E_INPUT with the sentence that says what is missing: at least 8 characters of 3 classes, none of
 * the weak ones, not made of the person's own login, staff number or phone (own; STR_NONE ends it).
 */
enum err password_rules(struct call *c, struct str password, const struct str *own) MUST_USE;
/* argon2id (RFC 9106), 19 MiB and two passes; the text carries salt and parameters. */
struct str password_hash(struct arena *a, struct str password);
/* The same for a generated password (password_make) that must be changed at the first login: one
 * pass over 1 MiB, because nobody guesses it and a county prints thousands at once. */
struct str password_hash_slip(struct arena *a, struct str password);
/* hash STR_NONE: takes as long and gives false. */
bool password_verify(struct str hash, struct str password);
/* One to print on a slip: 10 characters that cannot be mistaken for each other, within the rules.
 */
struct str password_make(struct arena *a);

/* ---- locks */
struct attempt {
    int64_t person;   /* 0: nobody has this name */
    struct str login; /* what was typed, folded */
    int64_t device;   /* a device of this person, 0: unknown */
};
/* E_LOCKED: five wrong ones in a row less than 15 minutes ago, from unknown devices or from this
 * one. */
enum err attempt_allowed(struct call *c, const struct attempt *at) MUST_USE;
enum err attempt_failed(struct call *c, const struct attempt *at) MUST_USE; /* in a transaction */
enum err attempt_succeeded(struct call *c, const struct attempt *at) MUST_USE;

#endif
