/* authn.c: checks passwords, and logs in.
 *
 * bcrypt is slow on purpose, so nothing reaches it before the throttle has been
 * asked, and no database connection is held while it works.  A name that does
 * not exist costs the same time as one that does.
 *
 * Logging in is mod_auth_form's: it is handed name and password where it looks
 * first, in the request's notes, and so reads no body and knows no field that
 * could send the browser elsewhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include "authn.h"

#include "../lib/tr_secret.h"
#include "session.h"
#include "throttle.h"

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>
#include <mod_auth.h>
#include <string.h>

APLOG_USE_MODULE(transients);

#define LOGIN_HANDLER "form-login-handler" /* mod_auth_form's */
#define POOL_KEY      "transients.login"

/* What the provider found, for the one who asked through mod_auth_form. */
typedef struct outcome_t {
    apr_status_t status; /* of the database */
    const char *reason;  /* why it refused; NULL: it did not, or was not asked */
} outcome_t;

static outcome_t *outcome_of(request_rec *r)
{
    void *outcome = NULL;

    apr_pool_userdata_get(&outcome, POOL_KEY, r->pool);
    if (!outcome) {
        outcome = apr_pcalloc(r->pool, sizeof(outcome_t));
        apr_pool_userdata_setn(outcome, POOL_KEY, NULL, r->pool);
    }
    return outcome;
}

int tr_authn_is_name(const char *text)
{
    apr_size_t len = strlen(text);

    return len >= 1 && len <= 64
           && strspn(text,
                     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@+-")
                  == len;
}

/* --- the provider ------------------------------------------------------------------ */

/* A hash that nothing matches, at the cost of this site's others. */
static const char *dummy_hash(const tr_request_t *req)
{
    return apr_psprintf(req->pool, "$2y$%02d$%s", req->site->bcrypt_cost,
                        "NoAccountHasThisSaltOu0123456789abcdefghijklmnopqrstu");
}

static authn_status fail(tr_request_t *req, apr_status_t status)
{
    outcome_of(req->r)->status = status;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, req->r, "login: %s",
                  tr_problem_text(req->problem, req->pool));
    return AUTH_GENERAL_ERROR;
}

/* To the audit log, where it can be searched. */
static void note_refusal(tr_request_t *req, const char *user, const char *reason)
{
    tr_row_t *row = tr_row_make(req->pool);
    tr_problem_t *problem = tr_problem_make(req->pool);
    const tr_db_actor_t actor = { .user = req->reader.id,
                                  .request = req->id,
                                  .address = req->r->useragent_ip };
    apr_status_t status;

    /* what was typed may be no text at all */
    tr_row_set(row, "name", tr_text(tr_authn_is_name(user) ? user : ""));
    tr_row_set(row, "reason", tr_text(reason));
    tr_db_set_actor(req->db, &actor);
    status = tr_db_begin(req->db, problem);
    if (status == APR_SUCCESS) {
        status = tr_db_run(req->db, "login_refused", row, NULL, problem, req->pool);
    }
    if (status == APR_SUCCESS) {
        status = tr_db_commit(req->db, problem);
    }
    if (status != APR_SUCCESS) {
        tr_db_rollback(req->db);
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, req->r, "login_refused: %s",
                      tr_problem_text(problem, req->pool));
    }
}

/* A hash of another kind, or a cheap one, is replaced while the password is at hand. */
static void rehash(tr_request_t *req, const tr_row_t *account, const char *password)
{
    tr_problem_t *problem = tr_problem_make(req->pool);
    tr_row_t *row = tr_row_make(req->pool);
    const char *hash;
    apr_status_t status = tr_password_hash(&hash, password, req->site->bcrypt_cost, problem,
                                           req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(row, "id", *tr_row_get(account, "id"));
        tr_row_set(row, "old_hash", *tr_row_get(account, "password_hash"));
        tr_row_set(row, "new_hash", tr_text(hash));
        status = tr_db_run(req->db, "login_rehash", row, NULL, problem, req->pool);
    }
    if (status != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, req->r, "login_rehash: %s",
                      tr_problem_text(problem, req->pool));
    }
}

/* Compares in the same time whether there is such an account or not. */
static authn_status compare(tr_request_t *req, const tr_row_t *account, const char *password)
{
    const char *hash = account ? tr_row_text(account, "password_hash") : NULL;
    int rewrite = 0;
    apr_status_t status;

    tr_db_close(req->db);
    status = tr_password_check(password, hash ? hash : dummy_hash(req), req->site->bcrypt_cost,
                               &rewrite, req->pool);
    /* what bcrypt took, perhaps waiting for a processor, was not the database's time */
    tr_db_set_deadline(req->db, apr_time_now() + apr_time_from_msec(req->site->deadline_ms));
    if (!account) {
        return AUTH_USER_NOT_FOUND;
    }
    if (!hash || status != APR_SUCCESS) {
        return AUTH_DENIED;
    }
    if (rewrite) {
        rehash(req, account, password);
    }
    return AUTH_GRANTED;
}

static apr_status_t find_account(tr_request_t *req, const char *user, tr_row_t **account)
{
    tr_row_t *args = tr_row_make(req->pool);
    apr_status_t status;

    *account = NULL;
    if (!tr_authn_is_name(user)) {
        return APR_SUCCESS;
    }
    tr_row_set(args, "name", tr_text(user));
    status = tr_db_row(req->db, "login_account", args, account, req->problem, req->pool);
    if (status == TR_ENOTFOUND) {
        *account = NULL;
        return APR_SUCCESS;
    }
    return status;
}

/* *reason: why not, for the audit log. */
static authn_status check_account(tr_request_t *req, const char *user, const char *password,
                                  const char **reason)
{
    tr_row_t *account;
    authn_status answer;
    apr_status_t status;

    *reason = NULL;
    if (strlen(password) > TR_PASSWORD_MAX) {
        *reason = "longer than any password";
        return AUTH_DENIED;
    }
    status = find_account(req, user, &account);
    if (status != APR_SUCCESS) {
        return fail(req, status);
    }
    answer = compare(req, account, password);
    if (answer != AUTH_GRANTED) {
        *reason = account ? "wrong password" : "no such account";
    }
    return answer;
}

static void tell_wait(tr_request_t *req, int wait_s)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, req->r,
                  "login refused without looking: %d s to wait after too many", wait_s);
}

/* Where the password comes with each request, and many come at the same time, a try is counted
 * when it has failed. */
static authn_status check_each_request(tr_request_t *req, const char *user,
                                       const char *password)
{
    int wait_s = 0, ignored;
    const char *reason;
    authn_status answer;
    apr_status_t status = tr_throttle_look(req, user, &wait_s);

    if (status != APR_SUCCESS) {
        return fail(req, status);
    }
    if (wait_s > 0) {
        tell_wait(req, wait_s);
        return AUTH_DENIED;
    }
    answer = check_account(req, user, password, &reason);
    if (reason) {
        note_refusal(req, user, reason);
        tr_throttle_try(req, user, &ignored);
    }
    else if (answer == AUTH_GRANTED) {
        status = tr_throttle_pass(req, user);
    }
    return status == APR_SUCCESS ? answer : fail(req, status);
}

/* By the form, tr_authn_login() counts and notes, whichever provider judges. */
static authn_status check_password(request_rec *r, const char *user, const char *password)
{
    tr_request_t *req = tr_request_of(r);

    if (!req) {
        return AUTH_USER_NOT_FOUND;
    }
    return tr_session_is_form(r) ? check_account(req, user, password, &outcome_of(r)->reason)
                                 : check_each_request(req, user, password);
}

static const authn_provider provider = { check_password, NULL };

/* --- once more, before something that matters -------------------------------------- */

/* The connection is given back while bcrypt works; one longer than any password costs a hash,
 * too. */
static int is_right(tr_request_t *req, const char *password, const char *hash)
{
    int ignored;
    apr_status_t status;

    tr_db_close(req->db);
    status = tr_password_check(strlen(password) <= TR_PASSWORD_MAX ? password : "-",
                               hash ? hash : dummy_hash(req), req->site->bcrypt_cost, &ignored,
                               req->pool);
    tr_db_set_deadline(req->db, apr_time_now() + apr_time_from_msec(req->site->deadline_ms));
    return hash && status == APR_SUCCESS && strlen(password) <= TR_PASSWORD_MAX;
}

apr_status_t tr_authn_confirm(tr_request_t *req, const char *password, tr_confirm_t *confirm)
{
    const char *user = req->reader.name, *hash;
    tr_row_t *account;
    apr_status_t status;

    memset(confirm, 0, sizeof *confirm);
    status = tr_throttle_try(req, user, &confirm->wait_s);
    if (status != APR_SUCCESS || confirm->wait_s > 0) {
        return status;
    }
    status = find_account(req, user, &account);
    if (status != APR_SUCCESS) {
        return status;
    }
    hash = account ? tr_row_text(account, "password_hash") : NULL;
    if (!is_right(req, password, hash)) {
        note_refusal(req, user, "wrong old password");
        return APR_SUCCESS;
    }
    confirm->hash = hash;
    return tr_throttle_pass(req, user);
}

/* --- logging in -------------------------------------------------------------------- */

static const char *note_name(request_rec *r, const char *name)
{
    const char *realm = ap_auth_name(r);

    return apr_pstrcat(r->pool, realm ? realm : "", "-", name, NULL);
}

/* At its trace levels mod_auth_form logs passwords, and at `error` each name that was tried,
 * which may be a password typed into the wrong field. */
static const struct ap_logconf *quiet(request_rec *r)
{
    const module *form = ap_find_linked_module("mod_auth_form.c");
    const struct ap_logconf *loud = ap_get_request_logconf(r);
    struct ap_logconf *quiet = ap_new_log_config(r->pool, loud);

    if (form) {
        ap_set_module_loglevel(r->pool, quiet, form->module_index, APLOG_CRIT);
    }
    return quiet;
}

/* What it answers says too little (a configured location makes wrong and right both a
 * redirect): the session that it fills tells. */
static int run_form_handler(request_rec *r, const char *user, const char *password)
{
    const char *handler = r->handler;
    const struct ap_logconf *log = r->log;
    char *asked_as = r->user;
    int answer;

    apr_table_setn(r->notes, note_name(r, MOD_SESSION_USER), user);
    apr_table_setn(r->notes, note_name(r, MOD_SESSION_PW), password);
    r->handler = LOGIN_HANDLER;
    r->log = quiet(r);
    answer = ap_run_handler(r);
    r->log = log;
    r->handler = handler;
    r->user = asked_as;
    apr_table_unset(r->notes, note_name(r, MOD_SESSION_USER));
    apr_table_unset(r->notes, note_name(r, MOD_SESSION_PW));
    apr_table_unset(r->headers_out, "Location");
    return answer;
}

static void purge(tr_request_t *req)
{
    tr_row_t *args = tr_row_make(req->pool);
    tr_problem_t *ignored = tr_problem_make(req->pool);

    tr_row_set(args, "idle", tr_real(req->site->session_idle));
    if (tr_db_run(req->db, "session_purge", args, NULL, ignored, req->pool) != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, req->r, "session_purge: %s",
                      tr_problem_text(ignored, req->pool));
    }
}

/* TransientsAutoAccount, for those whom another provider knows. A disabled account stays so. */
static apr_status_t make_newcomer(tr_request_t *req, const char *user)
{
    tr_row_t *args = tr_row_make(req->pool), *row;
    apr_status_t status;

    if (!req->site->auto_account || !tr_authn_is_name(user)) {
        return APR_SUCCESS;
    }
    tr_row_set(args, "name", tr_text(user));
    status = tr_db_row(req->db, "account_for_name", args, &row, req->problem, req->pool);
    return status == TR_ENOTFOUND
               ? tr_db_run(req->db, "account_for_newcomer", args, NULL, req->problem, req->pool)
               : status;
}

/* The session is stored before anything is answered, so that a database that is lost just now
 * gives an error page and no login that is none. */
static apr_status_t store(tr_request_t *req, const char *user, tr_login_t *login)
{
    const tr_db_actor_t actor = { .request = req->id, .address = req->r->useragent_ip };
    apr_status_t status;

    tr_db_set_actor(req->db, &actor);
    status = make_newcomer(req, user);
    if (status == APR_SUCCESS) {
        status = tr_session_store(req);
    }
    if (status == TR_ENOTFOUND) {
        login->unknown = 1;
        return APR_SUCCESS;
    }
    if (status == APR_SUCCESS) {
        login->passed = 1;
        purge(req);
    }
    return status;
}

/* Asks the providers, each in its own time: no connection is held meanwhile, and it is not the
 * database's time. An error of theirs is no wrong password. */
static apr_status_t judge(tr_request_t *req, const char *user, const char *password)
{
    int answer;

    tr_db_close(req->db);
    answer = run_form_handler(req->r, user, password);
    tr_request_renew_time(req);
    if (outcome_of(req->r)->status != APR_SUCCESS) {
        return outcome_of(req->r)->status;
    }
    return answer == HTTP_INTERNAL_SERVER_ERROR
               ? tr_problem_add(req->problem, TR_EBUSY,
                                "The service that knows the passwords is not answering. Try "
                                "again in a minute.")
               : APR_SUCCESS;
}

apr_status_t tr_authn_login(tr_request_t *req, const char *user, const char *password,
                            tr_login_t *login)
{
    apr_status_t status;

    memset(login, 0, sizeof *login);
    if (!ap_find_linked_module("mod_auth_form.c") || !tr_session_is_form(req->r)) {
        return tr_problem_add(req->problem, TR_ENOTFOUND,
                              "This site's login is not by this form.");
    }
    status = tr_throttle_try(req, user, &login->wait_s);
    if (status != APR_SUCCESS) {
        return status;
    }
    if (login->wait_s > 0) {
        tell_wait(req, login->wait_s);
        return APR_SUCCESS;
    }
    status = judge(req, user, password);
    if (status != APR_SUCCESS) {
        return status;
    }
    if (!tr_session_has_user(req)) {
        const char *reason = outcome_of(req->r)->reason;
        note_refusal(req, user, reason ? reason : "wrong password");
        return APR_SUCCESS;
    }
    status = tr_throttle_pass(req, user);
    return status == APR_SUCCESS ? store(req, user, login) : status;
}

void tr_authn_hooks(apr_pool_t *pool)
{
    ap_register_auth_provider(pool, AUTHN_PROVIDER_GROUP, "transients", AUTHN_PROVIDER_VERSION,
                              &provider, AP_AUTH_INTERNAL_PER_CONF);
}
