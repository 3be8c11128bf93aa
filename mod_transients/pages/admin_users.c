/* admin_users.c: accounts: who may do what here; made, changed, disabled, never deleted.
 *
 * Whoever something refers to stays: an account that is not wanted any more is
 * disabled.  Its name is not changed, since exports and the audit log carry it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_invite.h"
#include "../lib/tr_password_rules.h"
#include "admin_form.h"

static const admin_choice_t roles[] = {
    { "rater", "rater: looks and rates" },
    { "staff", "staff: administers as well" },
    { "service", "service: a program, by tokens alone" },
    { NULL, NULL },
};
static const admin_choice_t states[] = {
    { "1", "active" },
    { "0", "disabled: no login, no token" },
    { NULL, NULL },
};

/* ---- the list ---- */

const tr_field_t admin_users_fields[] = {
    { .name = "find", .max_len = 64, .flags = TR_F_TRIM, .label = "Name" },
    { .name = "role", .kind = TR_F_CHOICE, .choices = "rater staff service", .label = "Role" },
    { .name = "state", .kind = TR_F_CHOICE, .choices = "active disabled", .label = "State" },
    { .name = NULL },
};

static const admin_choice_t any_role[] = {
    { "", "any" },  { "rater", "rater" }, { "staff", "staff" }, { "service", "service" },
    { NULL, NULL },
};
static const admin_choice_t any_state[] = {
    { "", "any" },
    { "active", "active" },
    { "disabled", "disabled" },
    { NULL, NULL },
};
static const admin_look_t list_looks[] = {
    { .name = "find", .hint = NULL },
    { .name = "role", .kind = ADMIN_SELECT, .choices = any_role },
    { .name = "state", .kind = ADMIN_SELECT, .choices = any_state },
    { .name = NULL },
};
static const admin_form_t list_form = { admin_users_fields, list_looks, NULL };

static const tr_need_t list_needs[] = {
    { "users", "staff_account_list", TR_MANY },
    { NULL, NULL, TR_ONE },
};
static const tr_listing_t listing = {
    .need = "users",
    .set = "staff_account.sort",
    .default_sort = "name",
    .rows = 50,
};

static apr_status_t finish_list(tr_request_t *req)
{
    admin_form_add(req, &list_form);
    return APR_SUCCESS;
}

static const tr_adds_t form_adds[] = { ADMIN_FORM_ADDS, { NULL, TR_NULL } };

const tr_page_t admin_users_page = {
    .template = "admin-users.html",
    .needs = list_needs,
    .listing = &listing,
    .finish = finish_list,
    .adds = form_adds,
};

/* ---- passwords ---- */

/* Puts the hash of the password, if there is one, into the args. No connection is held while
 * bcrypt works. */
static apr_status_t hash_password(tr_request_t *req, const char *user)
{
    const char *password = tr_row_text(req->args, "password");
    const char *fault = password ? tr_password_fault(password, user, req->pool) : NULL;
    const char *hash = NULL;
    apr_status_t status = APR_SUCCESS;

    if (fault) {
        return tr_problem_field(req->problem, "password", "%s", fault);
    }
    if (password) {
        status = tr_site_hash(req, &hash, password);
    }
    tr_row_set(req->args, "password_hash", tr_text(hash));
    return status;
}

/* ---- a new one ---- */

const tr_field_t admin_user_new_fields[] = {
    { .name = "name", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 64, .label = "Name" },
    { .name = "role",
      .kind = TR_F_CHOICE,
      .flags = TR_F_REQUIRED,
      .choices = "rater staff service",
      .label = "Role" },
    { .name = "password", .flags = TR_F_SECRET, .max_len = 200, .label = "First password" },
    { .name = NULL },
};
static const admin_look_t new_looks[] = {
    { .name = "name",
      .hint = "What the user logs in with: letters A to Z, digits and _ . @ + -. It stays." },
    { .name = "role", .kind = ADMIN_SELECT, .choices = roles },
    { .name = "password",
      .kind = ADMIN_SECRET,
      .hint = "At least 12 characters; the user may change it. Empty: none, until the user "
              "sets one by a link that you make." },
    { .name = NULL },
};
static const admin_form_t new_form = { admin_user_new_fields, new_looks, NULL };

static apr_status_t finish_new(tr_request_t *req)
{
    admin_form_add(req, &new_form);
    return APR_SUCCESS;
}

const tr_page_t admin_user_new_page = {
    .template = "admin-user-new.html",
    .finish = finish_new,
    .adds = form_adds,
};

apr_status_t admin_user_make(tr_request_t *req)
{
    apr_status_t status = hash_password(req, tr_row_text(req->args, "name"));

    return status == APR_SUCCESS ? admin_change(req, "staff_account_make", "/admin/users")
                                 : status;
}

/* ---- one ---- */

const tr_field_t admin_user_fields[] = {
    { .name = "role",
      .kind = TR_F_CHOICE,
      .flags = TR_F_REQUIRED,
      .choices = "rater staff service",
      .label = "Role" },
    { .name = "active", .kind = TR_F_BOOL, .flags = TR_F_REQUIRED, .label = "State" },
    { .name = NULL },
};
static const admin_look_t user_looks[] = {
    { .name = "role", .kind = ADMIN_SELECT, .choices = roles },
    { .name = "active",
      .kind = ADMIN_SELECT,
      .choices = states,
      .hint = "Another role, or disabling, ends all sessions of the user at once." },
    { .name = NULL },
};
static const admin_form_t user_form = { admin_user_fields, user_looks, "form_of" };

static const tr_need_t user_needs[] = {
    { "account", "staff_account_by_id", TR_ONE },
    { "tokens", "staff_account_tokens", TR_MANY },
    { "projects", "staff_account_projects", TR_MANY },
    { NULL, NULL, TR_ONE },
};

/* The form knows 1 and 0 where the row has true and false. */
static apr_status_t finish_user(tr_request_t *req)
{
    const tr_row_t *account = tr_row_row(req->data, "account");
    tr_row_t *stored = tr_row_make(req->pool);

    tr_row_set(stored, "role", tr_text(tr_row_text(account, "role")));
    tr_row_set(stored, "active", tr_text(tr_row_flag(account, "active") ? "1" : "0"));
    tr_row_set(req->data, "form_of", tr_of_row(stored));
    tr_row_set(req->data, "invite_link", tr_text(tr_row_text(req->args, "invite_link")));
    tr_row_set(req->data, "made", tr_text(tr_row_text(req->args, "made")));
    tr_row_set(req->data, "invite_hours",
               tr_int(tr_row_int(req->args, "hours", TR_INVITE_HOURS)));
    admin_form_add(req, &user_form);
    return APR_SUCCESS;
}

static const tr_adds_t user_adds[] = {
    ADMIN_FORM_ADDS,
    { "invite_link", TR_TEXT }, /* just made; shown this once */
    { "made", TR_TEXT },        /* a token, the same */
    { "invite_hours", TR_INT },
    { NULL, TR_NULL },
};

const tr_page_t admin_user_page = {
    .template = "admin-user.html",
    .needs = user_needs,
    .finish = finish_user,
    .adds = user_adds,
};

apr_status_t admin_user_save(tr_request_t *req)
{
    return admin_change(req, "staff_account_set_role", "/admin/users");
}

const tr_field_t admin_password_fields[] = {
    { .name = "password",
      .flags = TR_F_SECRET | TR_F_REQUIRED,
      .max_len = 200,
      .label = "New password" },
    { .name = NULL },
};

/* One's own is changed where the old one is asked, so that an open browser is no way to it. */
static apr_status_t refuse_own(tr_request_t *req)
{
    return tr_problem_field(req->problem, "password",
                            "Your own password is changed on your account page, where the old "
                            "one is asked.");
}

apr_status_t admin_password_save(tr_request_t *req)
{
    tr_row_t *account;
    apr_status_t status = tr_db_row(req->db, "staff_account_by_id", req->args, &account,
                                    req->problem, req->pool);

    if (status == APR_SUCCESS && tr_row_flag(account, "is_me")) {
        status = refuse_own(req);
    }
    if (status == APR_SUCCESS) {
        status = hash_password(req, tr_row_text(account, "name"));
    }
    return status == APR_SUCCESS
               ? admin_change(req, "staff_account_set_password", "/admin/users")
               : status;
}

const tr_field_t admin_invite_fields[] = {
    { .name = "hours",
      .kind = TR_F_INT,
      .min = 1,
      .max = TR_INVITE_HOURS_MAX,
      .label = "Works for, hours" },
    { .name = NULL },
};

/* The answer itself shows the link, since it is kept nowhere; a redirect would lose it. */
apr_status_t admin_invite_make(tr_request_t *req)
{
    const char *link;
    tr_row_t *row;
    apr_status_t status = tr_invite_make(&link, tr_site_url(req->site), req->args, req->problem,
                                         req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(req->args, "hours", tr_int(tr_row_int(req->args, "hours", TR_INVITE_HOURS)));
        status = admin_write(req, "staff_invite_make", &row);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "invite_link", tr_text(link));
    return tr_reply_page(req, HTTP_CREATED, &admin_user_page);
}

apr_status_t admin_sessions_end(tr_request_t *req)
{
    return admin_change(req, "staff_sessions_end", "/admin/users");
}

apr_status_t admin_token_end(tr_request_t *req)
{
    return admin_change(req, "staff_token_end", "/admin/users");
}
