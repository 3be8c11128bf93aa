/* tr_invite.c: see tr_invite.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_invite.h"

#include <apr_strings.h>
#include <string.h>

#define PREFIX "mwi_"
enum { SECRET_LEN = 47 }; /* the prefix and 43 characters of base64url */

static const char *digest_of(const char *secret, apr_pool_t *pool)
{
    char *hash = apr_palloc(pool, TR_DIGEST_HEX);

    tr_digest_hex(secret, strlen(secret), hash);
    return hash;
}

apr_status_t tr_invite_make(const char **link, const char *site, tr_row_t *args,
                            tr_problem_t *problem, apr_pool_t *pool)
{
    const char *secret;
    apr_status_t status = tr_secret_make(&secret, PREFIX, pool);

    if (status != APR_SUCCESS) {
        return tr_problem_add(problem, status, "The system gives no random numbers.");
    }
    tr_row_set(args, "hash", tr_text(digest_of(secret, pool)));
    *link = apr_pstrcat(pool, site, "/invite#", secret, NULL);
    return APR_SUCCESS;
}

const char *tr_invite_hash(const char *typed, apr_pool_t *pool)
{
    const char *begin = strstr(typed, PREFIX);
    size_t len = begin ? strspn(begin, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_")
                       : 0;

    return len == SECRET_LEN ? digest_of(apr_pstrmemdup(pool, begin, len), pool) : NULL;
}
