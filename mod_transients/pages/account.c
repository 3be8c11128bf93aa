/* account.c: one's own account, and another password for it.
 *
 * The old password is asked once more, counted like a login, so that a browser
 * left open is not an account lost.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_password_rules.h"
#include "../web/authn.h"
#include "../web/password.h"

#include <apr_strings.h>
#include <string.h>

/* --- the account ------------------------------------------------------------------- */

static const tr_need_t account_needs[] = {
    { "account", "account_mine", TR_ONE },
    { "projects", "project_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_field_t account_query[] = {
    { .name = "ended", .kind = TR_F_INT, .min = 0, .max = 1e6, .label = "Ended" },
    { .name = NULL },
};

static const tr_adds_t account_adds[] = {
    { "ended", TR_TEXT }, /* what a change of password ended, where one has just been made */
    { NULL, TR_NULL },
};

static apr_status_t account_prepare(tr_request_t *req)
{
    tr_row_set(req->args, "project", *tr_row_get(req->reader.row, "project_id"));
    return APR_SUCCESS;
}

static const char *ended_words(apr_int64_t count, apr_pool_t *pool)
{
    return count == 0 ? "No other session was open."
           : count == 1
               ? "1 other session was ended."
               : apr_psprintf(pool, "%" APR_INT64_T_FMT " other sessions were ended.", count);
}

/* The number stands in the address; it is believed only while the database agrees. */
static apr_status_t account_finish(tr_request_t *req)
{
    const tr_row_t *account = tr_row_row(req->data, "account");
    apr_int64_t ended = tr_row_int(req->args, "ended", -1);

    if (ended >= 0 && tr_row_flag(account, "just_changed")) {
        tr_row_set(req->data, "ended", tr_text(ended_words(ended, req->pool)));
    }
    return APR_SUCCESS;
}

const tr_page_t account_page = {
    .template = "account.html",
    .needs = account_needs,
    .prepare = account_prepare,
    .brings = "project",
    .finish = account_finish,
    .adds = account_adds,
};

/* --- the password ------------------------------------------------------------------ */

static const tr_need_t password_needs[] = {
    { "account", "account_mine", TR_ONE },
    { NULL, NULL, TR_ONE },
};

const tr_page_t password_page = {
    .template = "password.html",
    .needs = password_needs,
};

const tr_field_t password_fields[] = {
    { .name = "old_password",
      .flags = TR_F_REQUIRED | TR_F_SECRET,
      .max_len = 4096,
      .label = "Old password" },
    { .name = "new_password",
      .flags = TR_F_REQUIRED | TR_F_SECRET,
      .max_len = 4096,
      .label = "New password" },
    { .name = "again",
      .flags = TR_F_REQUIRED | TR_F_SECRET,
      .max_len = 4096,
      .label = "New password again" },
    { .name = NULL },
};

static const char *text_of(const tr_request_t *req, const char *field)
{
    return tr_row_text(req->args, field);
}

/* What needs neither the database nor bcrypt. */
static apr_status_t check_new(tr_request_t *req)
{
    const char *new_password = text_of(req, "new_password");
    const char *fault = tr_password_fault(new_password, req->reader.name, req->pool);
    tr_problem_t *problem = req->problem;

    if (fault) {
        return tr_problem_field(problem, "new_password", "%s", fault);
    }
    if (strcmp(new_password, text_of(req, "old_password")) == 0) {
        return tr_problem_field(problem, "new_password", "This is the old one.");
    }
    if (strcmp(new_password, text_of(req, "again")) != 0) {
        return tr_problem_field(problem, "again", "This is not the same as above.");
    }
    return APR_SUCCESS;
}

static apr_status_t refuse_old(tr_request_t *req, const tr_confirm_t *confirm)
{
    if (confirm->wait_s > 0) {
        tr_reply_header(req, "Retry-After", apr_itoa(req->pool, confirm->wait_s));
        return tr_problem_field(req->problem, "old_password",
                                "Too many wrong passwords: try again in %d s.",
                                confirm->wait_s);
    }
    return tr_problem_field(req->problem, "old_password", "The old password is wrong.");
}

/* The old password's hash, once it was given. */
static apr_status_t check_old(tr_request_t *req, const char **hash)
{
    tr_confirm_t confirm;
    apr_status_t status = tr_authn_confirm(req, text_of(req, "old_password"), &confirm);

    *hash = confirm.hash;
    return status != APR_SUCCESS || confirm.hash ? status : refuse_old(req, &confirm);
}

static apr_status_t hash_new(tr_request_t *req, const char **hash)
{
    return tr_site_hash(req, hash, text_of(req, "new_password"));
}

apr_status_t password_save(tr_request_t *req)
{
    const char *old_hash = NULL, *new_hash = NULL;
    int ended = 0;
    apr_status_t status = check_new(req);

    if (status == APR_SUCCESS) {
        status = check_old(req, &old_hash);
    }
    if (status == APR_SUCCESS) {
        status = hash_new(req, &new_hash);
    }
    if (status == APR_SUCCESS) {
        status = tr_password_change(req, old_hash, new_hash, &ended);
    }
    return status == APR_SUCCESS ? tr_reply_see_other(req, "/account?ended=%d", ended) : status;
}
