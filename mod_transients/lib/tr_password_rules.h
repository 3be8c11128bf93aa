/* tr_password_rules.h: what a new password must be, wherever one is set.
 *
 * Long rather than motley: no kind of sign is asked for.  What guessing programs
 * try first (common words, rows of keys, repetitions, years, the user's own name)
 * counts as one character however long it is, so that a password of nothing else
 * is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PASSWORD_RULES_H
#define TR_PASSWORD_RULES_H

#include "tr_secret.h"

/* Fewest characters of a new password, in UTF-8 characters. */
#define TR_PASSWORD_MIN 12

/* NULL when it may be the password of `user`; else why not, a sentence for people. The
 * password is wiped nowhere and kept nowhere. */
const char *tr_password_fault(const char *password, const char *user, apr_pool_t *pool);

#endif
