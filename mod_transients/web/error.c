/* error.c: the one bridge from apr_status_t to HTTP, and the error page.
 *
 * An error page asks no database.  Errors that httpd makes itself (a missing
 * static file, a request that is too large) get the same page by a filter that
 * puts it in the place of httpd's text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "error.h"

#include "common.h"
#include "error_words.h"
#include "headers.h"
#include "reply.h"
#include "request.h"

#include "../lib/tr_json.h"
#include "../lib/tr_template.h"

#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>
#include <util_filter.h>

APLOG_USE_MODULE(transients);

static const char filter_name[] = "TRANSIENTS_ERROR";

static const struct {
    apr_status_t status;
    int http;
} bridge[] = {
    { TR_EBAD, 400 },      { TR_ENOTFOUND, 404 },    { TR_ECONFLICT, 409 },
    { TR_ETOOLARGE, 413 }, { TR_EUNSUPPORTED, 415 }, { TR_EDB, 500 },
    { TR_EDBGONE, 503 },   { TR_EBUSY, 503 },        { TR_EMAYBE, 503 },
    { TR_EFULL, 507 },     { TR_ESITE, 500 },        { APR_ENOSPC, 507 },
};

int tr_error_http(const tr_request_t *req, apr_status_t status)
{
    if (status == TR_EBAD && tr_request_method(req->r) == TR_POST
        && !tr_state_of((tr_request_t *)req)->is_api) {
        return 422;
    }
    for (size_t i = 0; i < sizeof bridge / sizeof bridge[0]; i++) {
        if (bridge[i].status == status) {
            return bridge[i].http;
        }
    }
    return 500;
}

/* ---- the log ---- */

static const char *or_dash(const char *text)
{
    return text && *text ? text : "-";
}

/* One line a request tells of a database that is away; that it is, the gate says once. */
static int is_weather(apr_status_t status)
{
    return status == TR_EDBGONE || status == TR_EBUSY;
}

/* The whole story on one line; the id is in its head by %L, and here for other formats. */
static void log_it(const tr_request_t *req, int http, apr_status_t status)
{
    const tr_problem_t *problem = req->problem;
    char buffer[128];

    if (http < 500) {
        return;
    }
    if (status < TR_EBAD || status > TR_ESITE) {
        apr_strerror(status, buffer, sizeof buffer);
    }
    else {
        buffer[0] = '\0';
    }
    ap_log_rerror(APLOG_MARK, is_weather(status) ? APLOG_WARNING : APLOG_ERR, 0, req->r,
                  "request %s: %d %s: %s %s statement=%s sqlstate=%s constraint=%s detail=%s",
                  req->id, http, req->r->uri, buffer, tr_problem_text(problem, req->pool),
                  or_dash(problem->statement), or_dash(problem->sqlstate),
                  or_dash(problem->constraint), or_dash(problem->detail));
}

/* ---- data and shape ---- */

/* The first complaint about the whole, for people; what is wrong inside stays inside. */
static const char *own_words(const tr_request_t *req, int http, const tr_error_words_t *words)
{
    const apr_array_header_t *all = req->problem->complaints;
    int is_lock = words->status == TR_EBUSY && *req->problem->sqlstate;
    int may_tell = http < 500 || is_lock || tr_state_of((tr_request_t *)req)->own_words;

    for (int i = 0; all && i < all->nelts && may_tell; i++) {
        const tr_complaint_t *complaint = &APR_ARRAY_IDX(all, i, tr_complaint_t);
        if (!complaint->field && !complaint->file) {
            return complaint->words;
        }
    }
    return NULL;
}

static tr_row_t *error_row(const tr_request_t *req, int http, const tr_error_words_t *words)
{
    tr_row_t *row = tr_row_make(req->pool);
    const char *own = own_words(req, http, words);

    tr_row_set(row, "status", tr_int(http));
    tr_row_set(row, "title", tr_text(words->title));
    tr_row_set(row, "words", tr_text(own ? own : words->words));
    tr_row_set(row, "safe", tr_text(words->safe));
    tr_row_set(row, "hint", tr_text(words->hint));
    /* What was sent by a form is sent again by the browser's own button. */
    tr_row_set(row, "retry", tr_bool(words->retry_after > 0 && req->r->method_number == M_GET));
    tr_row_set(row, "database", tr_bool(http == 503 && words->status));
    tr_row_set(row, "missing", tr_bool(http == 404));
    tr_row_set(row, "forbidden", tr_bool(http == 403));
    return row;
}

static tr_row_t *development_row(const tr_request_t *req)
{
    const tr_problem_t *problem = req->problem;
    tr_row_t *row;

    if (!req->site->development) {
        return NULL;
    }
    row = tr_row_make(req->pool);
    tr_row_set(row, "statement", tr_text(problem->statement));
    tr_row_set(row, "sqlstate", tr_text(*problem->sqlstate ? problem->sqlstate : NULL));
    tr_row_set(row, "constraint", tr_text(problem->constraint));
    tr_row_set(row, "detail", tr_text(problem->detail));
    tr_row_set(row, "story", tr_text(tr_problem_text(problem, req->pool)));
    return row;
}

tr_shape_t *tr_error_shape(const tr_site_t *site, apr_pool_t *pool)
{
    static const char *const texts[] = { "title", "words", "safe", "hint" };
    static const char *const flags[] = { "retry", "database", "missing", "forbidden" };
    static const char *const stories[] = { "statement", "sqlstate", "constraint", "detail",
                                           "story" };
    tr_shape_t *shape = tr_common_shape(site, pool);
    tr_shape_t *error = tr_shape_make(pool), *development = tr_shape_make(pool);

    tr_shape_add(error, "status", TR_INT, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tr_shape_add(error, texts[i], TR_TEXT, NULL);
        tr_shape_add(error, flags[i], TR_BOOL, NULL);
    }
    for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
        tr_shape_add(development, stories[i], TR_TEXT, NULL);
    }
    tr_shape_add(shape, "error", TR_ROW, error);
    tr_shape_add(shape, "development", TR_ROW, development);
    return shape;
}

/* ---- bodies ---- */

static void write_page(tr_request_t *req, int http, const tr_error_words_t *words,
                       tr_buf_t *out)
{
    const tr_template_t *template = apr_hash_get(req->site->compiled, TR_ERROR_TEMPLATE,
                                                 APR_HASH_KEY_STRING);

    req->data = tr_row_make(req->pool); /* half a page's data is none */
    tr_common_data(req);
    tr_row_set(req->data, "error", tr_of_row(error_row(req, http, words)));
    tr_row_set(req->data, "development", tr_of_row(development_row(req)));
    if (template) {
        tr_template_render(template, req->data, out);
    }
}

static int has_fields(const tr_request_t *req)
{
    const apr_array_header_t *all = req->problem->complaints;

    for (int i = 0; all && i < all->nelts; i++) {
        if (APR_ARRAY_IDX(all, i, tr_complaint_t).field) {
            return 1;
        }
    }
    return 0;
}

/* A page's form is not the old upload API, whose answers are the fields alone. */
static void write_fields(const tr_request_t *req, tr_buf_t *out)
{
    int is_form = tr_request_method(req->r) == TR_POST
                  && !tr_state_of((tr_request_t *)req)->is_api;

    tr_buf_puts(out, is_form ? "{\"errors\":" : "");
    tr_json_problem(out, req->problem);
    tr_buf_puts(out, is_form ? "}" : "");
}

static void write_json(const tr_request_t *req, int http, const tr_error_words_t *words,
                       tr_buf_t *out)
{
    const char *own = own_words(req, http, words);
    tr_row_t *row = tr_row_make(req->pool);

    if (http < 500 && has_fields(req)) {
        write_fields(req, out);
        return;
    }
    if (!own && words->status == TR_EMAYBE) {
        own = apr_pstrcat(req->pool, words->title, ". ", words->words, " ", words->hint, NULL);
    }
    tr_row_set(row, "detail", tr_text(own ? own : words->words));
    tr_json_row(out, row);
}

/* What is wanted: routes decide, and where there is none, the client's Accept did. */
static const char *write_error(tr_request_t *req, int http, apr_status_t status, tr_buf_t *out)
{
    const tr_error_words_t *words = tr_error_words(http, status);

    if (words->retry_after) {
        apr_table_setn(req->r->err_headers_out, "Retry-After",
                       apr_itoa(req->pool, words->retry_after));
    }
    tr_headers_private(req);
    if (tr_request_tells_json(req)) {
        write_json(req, http, words, out);
        return "application/json";
    }
    write_page(req, http, words, out);
    return "text/html; charset=utf-8";
}

static apr_status_t answer(tr_request_t *req, int http, apr_status_t status)
{
    tr_buf_t *out = tr_buf_make(0, req->pool);
    const char *type;

    tr_db_rollback(req->db);
    tr_db_close(req->db);
    if (ap_status_drops_connection(http)) {
        req->r->connection->keepalive = AP_CONN_CLOSE; /* the rest of a body is not read */
    }
    log_it(req, http, status);
    type = write_error(req, http, status, out);
    return tr_reply_body(req, http, type, out);
}

apr_status_t tr_error_answer(tr_request_t *req, apr_status_t status)
{
    return answer(req, tr_error_http(req, status), status);
}

apr_status_t tr_error_answer_http(tr_request_t *req, int http_status)
{
    return answer(req, http_status, 0);
}

/* ---- httpd's own errors ---- */

static void replace(request_rec *r, apr_bucket_brigade *bb, const tr_buf_t *body)
{
    apr_bucket *b = APR_BRIGADE_FIRST(bb), *next;

    for (; b != APR_BRIGADE_SENTINEL(bb); b = next) {
        next = APR_BUCKET_NEXT(b);
        if (!APR_BUCKET_IS_METADATA(b)) {
            apr_bucket_delete(b);
        }
    }
    if (body && body->len) {
        b = apr_bucket_pool_create(body->data, body->len, r->pool, r->connection->bucket_alloc);
        APR_BRIGADE_INSERT_HEAD(bb, b);
    }
}

static apr_status_t error_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    tr_request_t *req = tr_request_of(r);
    tr_buf_t *body = NULL;

    if (!f->ctx) {
        f->ctx = f;
        body = tr_buf_make(0, r->pool);
        ap_set_content_type(r, write_error(req, r->status, 0, body));
        apr_table_unset(r->headers_out, "Content-Length");
        /* httpd has turned the tables round already: what write_error adds joins the rest. */
        apr_table_overlap(r->headers_out, r->err_headers_out, APR_OVERLAP_TABLES_SET);
        apr_table_clear(r->err_headers_out);
    }
    replace(r, bb, body);
    return ap_pass_brigade(f->next, bb);
}

static void insert_filter(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);

    if (req && r->status >= 400) {
        tr_headers_set(req); /* a request line that cannot be read runs no earlier hook */
        tr_db_close(req->db);
        ap_add_output_filter(filter_name, NULL, r, r->connection);
    }
}

void tr_error_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_register_output_filter(filter_name, error_filter, NULL, AP_FTYPE_RESOURCE);
    ap_hook_insert_error_filter(insert_filter, NULL, NULL, APR_HOOK_MIDDLE);
}
