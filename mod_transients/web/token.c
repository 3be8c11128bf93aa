/* token.c: who asks by a token.
 *
 * A token opens what its scopes say and nothing else: `upload` the upload API,
 * `read` the data behind pages (GET, as JSON).  A token never makes a session,
 * and beside a token a session's cookie does not count.
 *
 * SPDX-License-Identifier: MIT
 */
#include "token.h"

#include "audit.h"

#include "../lib/tr_secret.h"
#include "route.h"
#include "session.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>
#include <string.h>

APLOG_USE_MODULE(transients);

enum { KEY_MIN = 16, KEY_MAX = 128 };

/* Blanks after the scheme's name, NULL when the header has another scheme. */
static const char *after_scheme(const char *header, const char *scheme)
{
    apr_size_t len = strlen(scheme);

    if (strncasecmp(header, scheme, len) != 0 || (header[len] && header[len] != ' ')) {
        return NULL;
    }
    return header + len + strspn(header + len, " ");
}

static const char *sent_key(const request_rec *r)
{
    const char *header = apr_table_get(r->headers_in, "Authorization");
    const char *key = header ? after_scheme(header, "Token") : NULL;

    return !key && header ? after_scheme(header, "Bearer") : key;
}

int tr_token_sent(const request_rec *r)
{
    return sent_key(r) != NULL;
}

static int refuse(tr_request_t *req, const char *words)
{
    apr_table_setn(req->r->err_headers_out, "WWW-Authenticate", "Token");
    req->wants = TR_WANTS_JSON;
    tr_problem_add(req->problem, TR_EBAD, "%s", words);
    return HTTP_UNAUTHORIZED;
}

static int forbid(tr_request_t *req, const char *words, const tr_row_t *who)
{
    tr_audit_refused(req, "token", words, who);
    req->wants = TR_WANTS_JSON;
    tr_problem_add(req->problem, TR_EBAD, "%s", words);
    return HTTP_FORBIDDEN;
}

static int is_key(const char *key)
{
    apr_size_t len = strlen(key);

    return len >= KEY_MIN && len <= KEY_MAX
           && strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
                  == len;
}

static void note_use(tr_request_t *req, const tr_row_t *row)
{
    tr_problem_t *ignored = tr_problem_make(req->pool);

    if (tr_row_flag(row, "unseen")
        && tr_db_run(req->db, "token_seen", row, NULL, ignored, req->pool) != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, req->r, "token_seen: %s",
                      tr_problem_text(ignored, req->pool));
    }
}

static apr_status_t look_up(tr_request_t *req, const char *key, tr_row_t **row)
{
    char hash[TR_DIGEST_HEX];
    tr_row_t *args = tr_row_make(req->pool);

    tr_digest_hex(key, strlen(key), hash);
    tr_row_set(args, "hash", tr_text(hash));
    return tr_db_row(req->db, "account_for_token", args, row, req->problem, req->pool);
}

/* Scopes are an array literal of plain words: "{upload,read}". */
int tr_token_has_scope(const char *scopes, const char *scope)
{
    apr_size_t len = strlen(scope);

    while (scopes && *scopes) {
        apr_size_t word = strcspn(scopes, "{,}");
        if (word == len && strncmp(scopes, scope, len) == 0) {
            return 1;
        }
        scopes += word + (scopes[word] != '\0');
    }
    return 0;
}

/* The scope that this request needs; NULL: no token opens it. */
static const char *needed_scope(const tr_request_t *req)
{
    if (tr_route_is_api(req->route)) {
        return "upload";
    }
    if (req->route->access == TR_STAFF || (req->route->flags & TR_R_PERSON)
        || req->r->method_number != M_GET
        || (req->route->page && req->wants == TR_WANTS_HTML)) {
        return NULL;
    }
    return "read"; /* pages as JSON or as a table, and files */
}

static int check_scope(tr_request_t *req, const tr_row_t *row)
{
    const char *scope = needed_scope(req);

    if (!scope) {
        return forbid(req, "A token does not open this address. Log in with a browser.", row);
    }
    if (!tr_token_has_scope(tr_row_text(row, "scopes"), scope)) {
        return forbid(req,
                      apr_pstrcat(req->pool, "This token lacks the scope '", scope, "'.", NULL),
                      row);
    }
    return OK;
}

static int admit(tr_request_t *req, tr_row_t *row)
{
    tr_session_t *session = tr_session_of(req->r);
    int answer = check_scope(req, row);

    if (answer != OK) {
        return answer;
    }
    session->row = row;
    session->by_token = 1;
    req->r->user = apr_pstrdup(req->pool, tr_row_text(row, "name"));
    req->r->ap_auth_type = apr_pstrdup(req->pool, "Token");
    note_use(req, row);
    return OK;
}

/* A database that is gone is no wrong token. httpd answers, and would log nothing. */
static int answer_of(tr_request_t *req, apr_status_t status)
{
    int is_away = status == TR_EDBGONE || status == TR_EBUSY;

    ap_log_rerror(APLOG_MARK, is_away ? APLOG_WARNING : APLOG_ERR, 0, req->r,
                  "account_for_token: %s %s", tr_problem_text(req->problem, req->pool),
                  req->problem->detail ? req->problem->detail : "");
    return is_away ? HTTP_SERVICE_UNAVAILABLE : HTTP_INTERNAL_SERVER_ERROR;
}

static int authenticate(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);
    const char *key;
    tr_row_t *row;
    apr_status_t status;

    if (!req || !req->route || (!tr_route_is_api(req->route) && !tr_token_sent(r))) {
        return DECLINED;
    }
    if (!apr_table_get(r->headers_in, "Authorization")) {
        return refuse(req, "Invalid token.");
    }
    key = sent_key(r);
    if (!key || !is_key(key)) {
        return refuse(req, "Invalid token.");
    }
    status = look_up(req, key, &row);
    if (status == TR_ENOTFOUND) {
        tr_audit_refused(req, "token", "No such token is in force.", NULL);
        return refuse(req, "Invalid token.");
    }
    return status == APR_SUCCESS ? admit(req, row) : answer_of(req, status);
}

/* Before every module that would take the header for its own, and before sessions. */
void tr_token_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_check_authn(authenticate, NULL, NULL, APR_HOOK_REALLY_FIRST,
                        AP_AUTH_INTERNAL_PER_CONF);
}
