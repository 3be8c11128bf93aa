/* invite.c: a password set by a link that staff have made, once.
 *
 * The link's secret stands behind its #, so that it reaches this site in a form's
 * body alone.  A script takes it from there into the form; without one it is
 * pasted.  Wrong ones count for their address as wrong passwords do.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_invite.h"
#include "../lib/tr_password_rules.h"
#include "../web/audit.h"
#include "../web/throttle.h"

#include <apr_strings.h>
#include <string.h>

const tr_page_t invite_page = {
    .template = "invite.html",
};

const tr_field_t invite_fields[] = {
    { .name = "code", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 300, .label = "Code" },
    { .name = "password",
      .flags = TR_F_REQUIRED | TR_F_SECRET,
      .max_len = 4096,
      .label = "New password" },
    { .name = "again",
      .flags = TR_F_REQUIRED | TR_F_SECRET,
      .max_len = 4096,
      .label = "New password again" },
    { .name = NULL },
};

static apr_status_t refuse(tr_request_t *req)
{
    tr_audit_refused(req, "access", "A link that opens nothing.", NULL);
    return tr_problem_field(
        req->problem, "code",
        "This link opens nothing, or nothing any more: it was used, has "
        "ended, or another one was made. Ask a staff member for a new one.");
}

/* No account's name: the address alone is counted. */
static apr_status_t count(tr_request_t *req)
{
    int wait_s = 0;
    apr_status_t status = tr_throttle_try(req, "", &wait_s);

    if (status != APR_SUCCESS || wait_s == 0) {
        return status;
    }
    tr_reply_header(req, "Retry-After", apr_itoa(req->pool, wait_s));
    return tr_problem_field(req->problem, "code", "Too many wrong tries: try again in %d s.",
                            wait_s);
}

/* The name of the account that the link is for. */
static apr_status_t find(tr_request_t *req, const char **name)
{
    tr_row_t *row;
    apr_status_t status = count(req);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "hash",
               tr_text(tr_invite_hash(tr_row_text(req->args, "code"), req->pool)));
    status = tr_db_row(req->db, "invite_open", req->args, &row, req->problem, req->pool);
    if (status == TR_ENOTFOUND) {
        return refuse(req);
    }
    *name = status == APR_SUCCESS ? tr_row_text(row, "name") : NULL;
    return status == APR_SUCCESS ? tr_throttle_pass(req, "") : status;
}

static apr_status_t check_new(tr_request_t *req, const char *name)
{
    const char *password = tr_row_text(req->args, "password");
    const char *fault = tr_password_fault(password, name, req->pool);

    if (fault) {
        return tr_problem_field(req->problem, "password", "%s", fault);
    }
    return strcmp(password, tr_row_text(req->args, "again")) == 0
               ? APR_SUCCESS
               : tr_problem_field(req->problem, "again", "This is not the same as above.");
}

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;

    return tr_db_row(db, "invite_use", req->args, &row, problem, req->pool);
}

static apr_status_t set(tr_request_t *req)
{
    const char *hash;
    apr_status_t status = tr_site_hash(req, &hash, tr_row_text(req->args, "password"));

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "password_hash", tr_text(hash));
    status = tr_db_transaction(req->db, store, req, req->problem);
    return status == TR_ENOTFOUND ? refuse(req) : status;
}

apr_status_t invite_use(tr_request_t *req)
{
    const char *name = NULL;
    apr_status_t status = find(req, &name);

    if (status == APR_SUCCESS) {
        status = check_new(req, name);
    }
    if (status == APR_SUCCESS) {
        status = set(req);
    }
    return status == APR_SUCCESS ? tr_reply_see_other(req, "/login?said=password-set") : status;
}
