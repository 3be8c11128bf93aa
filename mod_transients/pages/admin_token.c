/* admin_token.c: tokens of service accounts, which cannot log in to make them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_secret.h"
#include "admin_form.h"

#include <apr_strings.h>
#include <string.h>

#define HINT_LEN 8 /* characters of a key that lists show */

const tr_field_t admin_token_fields[] = {
    { .name = "name", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64, .label = "Name" },
    { .name = "days", .kind = TR_F_INT, .min = 1, .max = 3650, .label = "Ends after, days" },
    { .name = NULL },
};

/* The answer itself shows the key, since it is kept nowhere; a redirect would lose it. */
apr_status_t admin_token_make(tr_request_t *req)
{
    const char *key;
    char digest[TR_DIGEST_HEX];
    tr_row_t *row;
    apr_status_t status = tr_secret_make(&key, "mwt_", req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_digest_hex(key, strlen(key), digest);
    tr_row_set(req->args, "hash", tr_text(apr_pstrdup(req->pool, digest)));
    tr_row_set(req->args, "hint", tr_text(apr_pstrndup(req->pool, key, HINT_LEN)));
    status = admin_write(req, "staff_token_make", &row);
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "made", tr_text(key));
    return tr_reply_page(req, HTTP_CREATED, &admin_user_page);
}
