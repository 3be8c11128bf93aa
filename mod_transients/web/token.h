/* token.h: API tokens: Authorization: Token KEY, or Bearer KEY.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TOKEN_H
#define TR_TOKEN_H

#include "site.h"

/* Whether the request brings a token, good or bad. */
int tr_token_sent(const request_rec *r);
/* Whether a token's scopes, "{upload,read}", have this one; NULL has none. */
int tr_token_has_scope(const char *scopes, const char *scope);

#endif
