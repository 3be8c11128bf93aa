/* tr_secret.h: tokens, session ids, digests and passwords.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SECRET_H
#define TR_SECRET_H

#include "tr_problem.h"

#define TR_DIGEST_HEX 65 /* sha256 in hex with its NUL */

/* 256 random bits from the system, as 43 characters of base64url; prefixed for people and
 * secret scanners, e.g. "mwt_" for tokens. */
apr_status_t tr_secret_make(const char **secret, const char *prefix, apr_pool_t *pool);
/* Random bytes from the system; an errno when it has none to give. */
apr_status_t tr_random_bytes(void *out, apr_size_t len);
/* sha256 in lower-case hex. Random secrets need no salt. */
void tr_digest_hex(const void *data, apr_size_t len, char out[TR_DIGEST_HEX]);
/* Same, of a file's content. */
apr_status_t tr_digest_file(const char *path, char out[TR_DIGEST_HEX], tr_problem_t *problem,
                            apr_pool_t *pool);
/* In a time that depends on the lengths alone. */
int tr_secret_equal(const char *a, const char *b);

/* Longest password that bcrypt reads, in bytes. */
#define TR_PASSWORD_MAX 72
/* bcrypt ($2y$, by crypt_r); cost 4..16, 12 for people. */
apr_status_t tr_password_hash(const char **hash, const char *password, int cost,
                              tr_problem_t *problem, apr_pool_t *pool);
/* Reads bcrypt ($2a$ $2b$ $2y$) and the old site's pbkdf2_sha256$N$salt$hash. Sets *rewrite
 * when it matched and should be hashed anew (other scheme, cost below `cost`). TR_EBAD: no
 * match. */
apr_status_t tr_password_check(const char *password, const char *hash, int cost, int *rewrite,
                               apr_pool_t *pool);
/* Whether text is a hash that tr_password_check() reads. */
int tr_password_is_hash(const char *text);

#endif
