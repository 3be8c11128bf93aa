/* tokens.c: one's own keys to the API: seen, made, revoked. A key is shown once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_secret.h"

#include <apr_strings.h>
#include <string.h>

#define HINT_LEN 8 /* characters of a key that its list shows: "mwt_" and four more */

static const tr_need_t tokens_needs[] = {
    { "tokens", "token_mine", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t tokens_adds[] = {
    { "made", TR_TEXT },    { "made_name", TR_TEXT },
    { "is_read", TR_BOOL }, /* what was chosen in a form that is refused */
    { "is_both", TR_BOOL }, { "is_metrics", TR_BOOL },
    { "days", TR_TEXT },    { NULL, TR_NULL },
};

const tr_field_t tokens_fields[] = {
    { .name = "name", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64, .label = "Name" },
    { .name = "scope",
      .kind = TR_F_CHOICE,
      .flags = TR_F_REQUIRED,
      .choices = "upload read upload-read metrics",
      .label = "What for" },
    { .name = "days", .kind = TR_F_INT, .min = 1, .max = 3650, .label = "Days" },
    { .name = NULL },
};

#define DAYS "365" /* a token that is forgotten ends */

static void add_typed(tr_request_t *req)
{
    const char *scope = tr_row_text(req->args, "scope");
    const tr_input_item_t *days = req->input ? tr_input_get(req->input, "days") : NULL;
    int is_text = days && !tr_text_fault(days->data, days->len);

    tr_row_set(req->data, "is_read", tr_bool(scope && !strcmp(scope, "read")));
    tr_row_set(req->data, "is_both", tr_bool(scope && !strcmp(scope, "upload-read")));
    tr_row_set(req->data, "is_metrics", tr_bool(scope && !strcmp(scope, "metrics")));
    tr_row_set(req->data, "days", tr_text(is_text ? days->data : DAYS));
}

static apr_status_t finish(tr_request_t *req)
{
    const char *made = tr_row_text(req->args, "made");

    add_typed(req);
    tr_row_set(req->data, "made", tr_text(made));
    tr_row_set(req->data, "made_name", tr_text(made ? tr_row_text(req->args, "name") : NULL));
    return APR_SUCCESS;
}

const tr_page_t tokens_page = {
    .template = "tokens.html",
    .needs = tokens_needs,
    .finish = finish,
    .adds = tokens_adds,
};

static const char *scopes_of(const char *scope)
{
    return strcmp(scope, "upload-read") == 0 ? "upload read" : scope;
}

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;

    return tr_db_row(db, "token_make", req->args, &row, problem, req->pool);
}

/* The answer itself shows the key, since it is kept nowhere; a redirect would lose it. */
apr_status_t token_make(tr_request_t *req)
{
    const char *key;
    char digest[TR_DIGEST_HEX];
    apr_status_t status = tr_secret_make(&key, "mwt_", req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_digest_hex(key, strlen(key), digest);
    tr_row_set(req->args, "hash", tr_text(apr_pstrdup(req->pool, digest)));
    tr_row_set(req->args, "hint", tr_text(apr_pstrndup(req->pool, key, HINT_LEN)));
    tr_row_set(req->args, "scopes", tr_text(scopes_of(tr_row_text(req->args, "scope"))));
    status = tr_db_transaction(req->db, store, req, req->problem);
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "made", tr_text(key));
    return tr_reply_page(req, 201, &tokens_page);
}

const tr_field_t token_revoke_fields[] = { { .name = NULL } };

static apr_status_t store_end(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;

    return tr_db_row(db, "token_revoke_mine", req->args, &row, problem, req->pool);
}

apr_status_t token_revoke(tr_request_t *req)
{
    apr_status_t status = tr_db_transaction(req->db, store_end, req, req->problem);

    return status == APR_SUCCESS ? tr_reply_see_other(req, "/account/tokens") : status;
}
