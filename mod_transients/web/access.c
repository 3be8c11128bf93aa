/* access.c: the second look at who may come.
 *
 * `Require transients` has decided already, in httpd's own phase; a site whose
 * configuration lacks that line is not open for it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "access.h"

#include "audit.h"
#include "error.h"
#include "request.h"
#include "token.h"

#include <string.h>

static apr_status_t forbid(tr_request_t *req, const char *words)
{
    tr_audit_refused(req, "access", words, NULL);
    tr_problem_add(req->problem, TR_EBAD, "%s", words);
    return tr_error_answer_http(req, HTTP_FORBIDDEN);
}

static apr_status_t ask_for_token(tr_request_t *req)
{
    apr_table_setn(req->r->err_headers_out, "WWW-Authenticate", "Token");
    tr_problem_add(req->problem, TR_EBAD, "Authentication credentials were not provided.");
    return tr_error_answer_http(req, HTTP_UNAUTHORIZED);
}

/* The login form keeps what a form had in it, files excepted. */
static apr_status_t ask_for_login(tr_request_t *req)
{
    const char *type = apr_table_get(req->r->headers_in, "Content-Type");
    apr_status_t status = APR_SUCCESS;

    if (type && !strncasecmp(type, "application/x-www-form-urlencoded", 33)
        && tr_request_method(req->r) == TR_POST) {
        status = tr_request_read(req);
    }
    if (status != APR_SUCCESS && !req->replied) {
        return tr_error_answer(req, status); /* the route's own page is not for nobody */
    }
    return req->replied ? status : tr_login_required(req);
}

/* What a token may do is in its scopes: to read pages, or to upload; never to act on a page. */
static apr_status_t check_token(tr_request_t *req)
{
    if (req->route->access == TR_UPLOADER) {
        return tr_token_has_scope(req->reader.scopes, "upload")
                   ? APR_SUCCESS
                   : forbid(req, "This token may not upload.");
    }
    if (tr_request_method(req->r) != TR_GET
        || !tr_token_has_scope(req->reader.scopes, "read")) {
        return forbid(req, "This token may not do that.");
    }
    return APR_SUCCESS;
}

static apr_status_t check_role(tr_request_t *req)
{
    const tr_reader_t *reader = &req->reader;

    if (req->route->access != TR_UPLOADER && reader->role && !strcmp(reader->role, "service")) {
        return forbid(req, "This is a service account: it uploads by its token, and no page is "
                           "open to it.");
    }
    if (reader->token_id) {
        apr_status_t status = check_token(req);
        if (status != APR_SUCCESS || req->replied) {
            return status;
        }
    }
    else if (req->route->access == TR_UPLOADER) {
        return forbid(req, "Uploading takes a token.");
    }
    if (req->route->access == TR_STAFF && (!reader->role || strcmp(reader->role, "staff"))) {
        return forbid(req, "This page is for staff.");
    }
    return APR_SUCCESS;
}

/* The login form, or for programs the way in. */
static apr_status_t ask_who(tr_request_t *req)
{
    return tr_request_tells_json(req) ? ask_for_token(req) : ask_for_login(req);
}

/* Where a project may be read without login there is something for everybody. */
static int is_open(const tr_request_t *req)
{
    return req->route->access == TR_READER && strcmp(req->reader.projects, "{}") != 0;
}

apr_status_t tr_access_ask_instead(tr_request_t *req, apr_status_t status)
{
    if (status != TR_ENOTFOUND || req->replied || req->reader.id
        || req->route->access != TR_READER) {
        return status;
    }
    tr_db_close(req->db);
    return ask_who(req);
}

apr_status_t tr_access_check(tr_request_t *req)
{
    apr_status_t status = tr_session_reader(req);

    if (status == TR_EBAD) {
        tr_audit_refused(req, "access", tr_problem_text(req->problem, req->pool), NULL);
        return tr_error_answer_http(req, HTTP_FORBIDDEN);
    }
    if (status != APR_SUCCESS || req->route->access == TR_PUBLIC
        || req->route->access == TR_VISITOR) {
        return status;
    }
    if (!req->reader.id) {
        return is_open(req) ? APR_SUCCESS : ask_who(req);
    }
    return check_role(req);
}
