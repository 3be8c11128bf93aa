/* session.c: who asks, found once a request.
 *
 * A session's cookie is a random id; the database holds its sha256, joined to
 * the account, so that what ends an account's rights ends its sessions in the
 * same moment.  The lookup is one indexed statement that writes nothing.
 *
 * With `AuthType form` the authentication hook here says who it is from that
 * row; mod_auth_form is asked at login only.  So it needs no site passphrase, never
 * sees a password again, and never takes a posted form for a login attempt.
 *
 * SPDX-License-Identifier: MIT
 */
#include "session.h"

#include "authn.h"
#include "route.h"
#include "session_store.h"
#include "token.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>
#include <mod_auth.h>
#include <string.h>

APLOG_USE_MODULE(transients);

#define POOL_KEY "transients.session"

tr_session_t *tr_session_of(request_rec *r)
{
    void *session = NULL;

    apr_pool_userdata_get(&session, POOL_KEY, r->pool);
    if (!session) {
        session = apr_pcalloc(r->pool, sizeof(tr_session_t));
        apr_pool_userdata_setn(session, POOL_KEY, NULL, r->pool);
    }
    return session;
}

int tr_session_is_form(request_rec *r)
{
    const char *type = ap_auth_type(r);

    return type && strcasecmp(type, "form") == 0;
}

/* Whether a session may speak for this request: never for the API, which forms of other sites
 * could reach, and never beside a token. */
static int takes_session(const tr_request_t *req)
{
    const tr_route_t *route = req->route;

    return route && route->access != TR_PUBLIC && !tr_route_is_api(route)
           && !tr_token_sent(req->r) && tr_session_is_form(req->r);
}

/* A small write, at most once a minute, outside the lookup; nobody waits for its success. */
static void note_use(tr_request_t *req, const char *statement, const tr_row_t *args)
{
    tr_problem_t *ignored = tr_problem_make(req->pool);

    if (tr_db_run(req->db, statement, args, NULL, ignored, req->pool) != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, req->r, "%s: %s", statement,
                      tr_problem_text(ignored, req->pool));
    }
}

static apr_status_t look_up(tr_request_t *req, tr_session_t *session)
{
    tr_row_t *args = tr_row_make(req->pool);
    apr_status_t status;

    tr_row_set(args, "id_hash", tr_text(session->id_hash));
    tr_row_set(args, "idle", tr_real(req->site->session_idle));
    status = tr_db_row(req->db, "account_for_session", args, &session->row, req->problem,
                       req->pool);
    if (status == APR_SUCCESS && tr_row_flag(session->row, "unseen")) {
        note_use(req, "session_seen", args);
    }
    return status;
}

apr_status_t tr_session_find(tr_request_t *req)
{
    tr_session_t *session = tr_session_of(req->r);

    if (session->asked || session->by_token || !takes_session(req)) {
        return session->status;
    }
    session->asked = 1;
    session->id_hash = tr_session_cookie_hash(req);
    if (session->id_hash) {
        session->status = look_up(req, session);
    }
    if (session->status != APR_SUCCESS) {
        session->row = NULL;
    }
    if (session->status == TR_ENOTFOUND) {
        session->status = APR_SUCCESS;
    }
    return session->status;
}

/* --- the reader -------------------------------------------------------------------- */

/* TransientsAutoAccount. One that exists is left as it is: a disabled account stays out. */
static apr_status_t make_account(tr_request_t *req, const tr_row_t *args)
{
    const tr_db_actor_t actor = { .request = req->id, .address = req->r->useragent_ip };

    if (!req->site->auto_account || !tr_authn_is_name(req->r->user)) {
        return APR_SUCCESS;
    }
    tr_db_set_actor(req->db, &actor);
    return tr_db_run(req->db, "account_for_newcomer", args, NULL, req->problem, req->pool);
}

static apr_status_t look_up_name(tr_request_t *req, tr_session_t *session, const tr_row_t *args)
{
    return tr_db_row(req->db, "account_for_name", args, &session->row, req->problem, req->pool);
}

/* Another module of httpd has said who it is: Basic, LDAP, OpenID Connect. */
static apr_status_t find_by_name(tr_request_t *req, tr_session_t *session)
{
    tr_row_t *args = tr_row_make(req->pool);
    apr_status_t status;

    tr_row_set(args, "name", tr_text(req->r->user));
    status = look_up_name(req, session, args);
    if (status == TR_ENOTFOUND) {
        status = make_account(req, args);
        status = status == APR_SUCCESS ? look_up_name(req, session, args) : status;
    }
    if (status == TR_ENOTFOUND) {
        session->row = NULL;
        return tr_problem_add(req->problem, TR_EBAD,
                              "You are logged in as %s, but this site has no active account of "
                              "that name. Ask a staff member of the site for one.",
                              req->r->user);
    }
    return status;
}

static apr_status_t find_any(tr_request_t *req, tr_session_t *session)
{
    if (session->row || !req->route || req->route->access == TR_PUBLIC) {
        return APR_SUCCESS;
    }
    if (takes_session(req)) {
        return tr_session_find(req);
    }
    if (req->r->user && *req->r->user && !tr_session_is_form(req->r)) {
        return find_by_name(req, session);
    }
    return APR_SUCCESS;
}

/* Nobody: what may be read without login. The login form needs no database. */
static apr_status_t read_as_visitor(tr_request_t *req)
{
    tr_row_t *row;
    apr_status_t status;

    req->reader.row = tr_row_make(req->pool); /* no settings: the usual ones hold */
    req->reader.projects = "{}";
    if (!req->route || (req->route->access != TR_READER && req->route->access != TR_VISITOR)) {
        return APR_SUCCESS;
    }
    status = tr_db_row(req->db, "projects_for_visitor", NULL, &row, req->problem, req->pool);
    if (status == APR_SUCCESS) {
        req->reader.projects = tr_row_text(row, "projects");
    }
    else if (req->route->access == TR_VISITOR) {
        tr_problem_clear(req->problem);
        status = APR_SUCCESS;
    }
    return status;
}

static void read_as_account(tr_request_t *req, tr_row_t *row)
{
    tr_reader_t *reader = &req->reader;

    reader->row = row;
    reader->id = tr_row_int(row, "id", 0);
    reader->name = tr_row_text(row, "name");
    reader->role = tr_row_text(row, "role");
    reader->projects = tr_row_text(row, "projects");
    reader->token_id = tr_row_int(row, "token_id", 0);
    reader->scopes = tr_row_text(row, "scopes");
    if (!req->r->user || !*req->r->user) {
        req->r->user = apr_pstrdup(req->pool, reader->name);
    }
}

static void tell_database(tr_request_t *req)
{
    tr_db_actor_t actor = {
        .user = req->reader.id,
        .token = req->reader.token_id,
        .request = req->id,
        .address = req->r->useragent_ip,
    };

    tr_db_set_reader(req->db, req->reader.id, req->reader.projects);
    tr_db_set_actor(req->db, &actor);
}

apr_status_t tr_session_reader(tr_request_t *req)
{
    tr_session_t *session = tr_session_of(req->r);
    apr_status_t status = find_any(req, session);

    if (status != APR_SUCCESS) {
        return status;
    }
    if (session->row) {
        read_as_account(req, session->row);
    }
    else {
        status = read_as_visitor(req);
    }
    tell_database(req);
    return status;
}

/* --- the hook ---------------------------------------------------------------------- */

static int authenticate(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);
    tr_session_t *session;

    if (!req || !req->route || !tr_session_is_form(r)) {
        return DECLINED;
    }
    session = tr_session_of(r);
    if (tr_session_find(req) != APR_SUCCESS || !session->row) {
        return DECLINED;
    }
    r->user = apr_pstrdup(r->pool, tr_row_text(session->row, "name"));
    r->ap_auth_type = apr_pstrdup(r->pool, "form");
    return OK;
}

void tr_session_hooks(apr_pool_t *pool)
{
    static const char *const before[] = { "mod_auth_form.c", NULL };

    (void)pool;
    ap_hook_check_authn(authenticate, NULL, before, APR_HOOK_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    tr_session_store_hooks();
}
