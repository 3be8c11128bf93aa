/* reply.c: sends bodies, redirects and files.
 *
 * SPDX-License-Identifier: MIT
 */
#include "reply.h"

#include "headers.h"
#include "page.h"
#include "request.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

APLOG_USE_MODULE(transients);

/* Its bytes live as long as the request: where the network is slower, APR's pool bucket copies
 * them. A client that has gone is no error of ours. */
apr_status_t tr_reply_body(tr_request_t *req, int http_status, const char *type,
                           const tr_buf_t *body)
{
    request_rec *r = req->r;
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, alloc);
    apr_bucket *b;

    tr_db_close(req->db);
    req->replied = 1;
    r->status = http_status;
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)body->len);
    if (body->len) {
        b = apr_bucket_pool_create(body->data, body->len, r->pool, alloc);
        APR_BRIGADE_INSERT_TAIL(bb, b);
    }
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(alloc));
    ap_pass_brigade(r->output_filters, bb);
    return APR_SUCCESS;
}

apr_status_t tr_reply_page(tr_request_t *req, int status, const tr_page_t *page)
{
    return tr_page_answer(req, status, page);
}

apr_status_t tr_reply_json(tr_request_t *req, int status, const char *json, apr_size_t len)
{
    tr_buf_t *body = tr_buf_make(len, req->pool);

    tr_buf_put(body, json, len);
    tr_headers_private(req);
    return tr_reply_body(req, status, "application/json", body);
}

void tr_reply_header(tr_request_t *req, const char *name, const char *value)
{
    apr_table_set(req->r->headers_out, name, value);
}

/* ---- redirects ---- */

/* A path of this site: not another host's ("//host", "/\host"), and no end of the header. */
static int is_own_path(const char *path)
{
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\') {
        return 0;
    }
    for (; *path; path++) {
        if ((unsigned char)*path <= ' ' || *path == '\x7f') {
            return 0;
        }
    }
    return 1;
}

apr_status_t tr_reply_see_other(tr_request_t *req, const char *format, ...)
{
    va_list args;
    const char *path;

    va_start(args, format);
    path = apr_pvsprintf(req->pool, format, args);
    va_end(args);
    if (!is_own_path(path)) {
        return tr_problem_add(req->problem, TR_ESITE, "a redirect leads to \"%s\"", path);
    }
    apr_table_setn(req->r->headers_out, "Location", path);
    tr_headers_private(req);
    return tr_reply_body(req, HTTP_SEE_OTHER, "text/html; charset=utf-8",
                         tr_buf_make(1, req->pool));
}

/* ---- files ---- */

/* What came in with data is nothing but a picture, should a browser ever see more in it. */
static const char media_policy[] = "default-src 'none'; sandbox; frame-ancestors 'none'";

/* Whether the file is there; r->filename and r->finfo are set. */
static int find_file(request_rec *r, const char *folder, const char *path)
{
    r->filename = apr_pstrcat(r->pool, folder, "/", path, NULL);
    return apr_stat(&r->finfo, r->filename, APR_FINFO_MIN, r->pool) == APR_SUCCESS
           && r->finfo.filetype == APR_REG;
}

/* httpd's default handler sends it; so ranges, 304 and sendfile are httpd's as well. */
static apr_status_t send_file(tr_request_t *req, const char *type, const char *caching)
{
    request_rec *r = req->r;

    tr_db_close(req->db);
    req->replied = 1;
    r->path_info = apr_pstrdup(r->pool, "");
    r->handler = "default-handler";
    ap_set_content_type(r, type);
    apr_table_setn(r->headers_out, "Cache-Control", caching);
    apr_table_setn(r->err_headers_out, "Content-Security-Policy", media_policy);
    tr_state_of(req)->result = ap_run_handler(r);
    return APR_SUCCESS;
}

/* Its content never changes under one name. */
apr_status_t tr_reply_media(tr_request_t *req, const char *path, const char *type)
{
    if (!find_file(req->r, req->site->media, path)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, req->r, "a row names %s, which is not there",
                      req->r->filename);
        return tr_problem_add(req->problem, TR_ENOTFOUND, "This picture's file is missing.");
    }
    return send_file(req, type, "private, max-age=31536000, immutable");
}

apr_status_t tr_reply_docs_file(tr_request_t *req, const char *path, const char *type)
{
    if (!find_file(req->r, req->site->docs, path)) {
        return tr_problem_add(req->problem, TR_ENOTFOUND, "The help has no such picture.");
    }
    return send_file(req, type, "public, max-age=3600");
}
