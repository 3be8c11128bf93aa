/* body.c: reads a body by its type: form, JSON, or multipart streamed to files.
 *
 * SPDX-License-Identifier: MIT
 */
#include "body.h"

#include "request.h"

#include "../lib/tr_buf.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_protocol.h>
#include <util_filter.h>

#define MAX_FORM        (1024 * 1024) /* bytes; notes and metadata are 64 kB each */
#define MAX_FORM_ITEMS  1000
#define MAX_PARTS       200
#define MAX_PART_HEADER 8192
#define BLOCK           65536

/* Takes a piece of the body. */
typedef apr_status_t sink_fn(tr_request_t *req, void *baton, const char *data, apr_size_t len);

typedef struct body_t {
    sink_fn *sink;
    void *baton;
    apr_off_t limit, got;
    int ended;
} body_t;

static apr_status_t too_large(tr_request_t *req, apr_off_t limit)
{
    return tr_problem_add(req->problem, TR_ETOOLARGE,
                          "What was sent is larger than %" APR_OFF_T_FMT " bytes.", limit);
}

static apr_status_t take_brigade(tr_request_t *req, body_t *body, apr_bucket_brigade *bb)
{
    const char *data;
    apr_size_t len;
    apr_status_t status = APR_SUCCESS;

    for (apr_bucket *b = APR_BRIGADE_FIRST(bb);
         b != APR_BRIGADE_SENTINEL(bb) && status == APR_SUCCESS; b = APR_BUCKET_NEXT(b)) {
        if (APR_BUCKET_IS_EOS(b)) {
            body->ended = 1;
            break;
        }
        if (APR_BUCKET_IS_METADATA(b)) {
            continue;
        }
        status = apr_bucket_read(b, &data, &len, APR_BLOCK_READ);
        if (status == APR_SUCCESS) {
            body->got += (apr_off_t)len;
            status = body->got > body->limit ? too_large(req, body->limit)
                                             : body->sink(req, body->baton, data, len);
        }
    }
    return status;
}

/* The client went away, was too slow, or httpd's own limit was reached: httpd answers. */
static apr_status_t unreadable(tr_request_t *req, apr_status_t status)
{
    tr_state_of(req)->result = ap_map_http_request_error(status, HTTP_BAD_REQUEST);
    req->replied = 1;
    return APR_SUCCESS;
}

static apr_status_t read_all(tr_request_t *req, body_t *body)
{
    apr_bucket_brigade *bb = apr_brigade_create(req->pool, req->r->connection->bucket_alloc);
    apr_status_t status = APR_SUCCESS;

    while (status == APR_SUCCESS && !body->ended && !req->replied) {
        status = ap_get_brigade(req->r->input_filters, bb, AP_MODE_READBYTES, APR_BLOCK_READ,
                                BLOCK);
        status = status == APR_SUCCESS ? take_brigade(req, body, bb) : unreadable(req, status);
        apr_brigade_cleanup(bb);
    }
    if (body->ended && tr_state_of(req)->closes_unread) {
        req->r->connection->keepalive = AP_CONN_UNKNOWN; /* see expect_body() */
    }
    return status;
}

/* What is too large as it says itself is refused unread. */
static apr_status_t check_length(tr_request_t *req, apr_off_t limit)
{
    const char *text = apr_table_get(req->r->headers_in, "Content-Length");

    return text && apr_atoi64(text) > limit ? too_large(req, limit) : APR_SUCCESS;
}

/* ---- forms and JSON ---- */

static apr_status_t keep(tr_request_t *req, void *baton, const char *data, apr_size_t len)
{
    (void)req;
    tr_buf_put(baton, data, len);
    return APR_SUCCESS;
}

static apr_status_t read_text(tr_request_t *req, tr_buf_t **text)
{
    body_t body = { keep, NULL, MAX_FORM, 0, 0 };
    apr_status_t status = check_length(req, MAX_FORM);

    *text = tr_buf_make(0, req->pool);
    body.baton = *text;
    return status == APR_SUCCESS ? read_all(req, &body) : status;
}

static apr_status_t read_form(tr_request_t *req)
{
    tr_input_t *input = tr_input_make(req->pool);
    tr_buf_t *text;
    apr_status_t status = read_text(req, &text);

    req->input = input;
    if (status != APR_SUCCESS || req->replied) {
        return status;
    }
    return tr_input_add_urlencoded(input, text->data, text->len, MAX_FORM_ITEMS, req->problem);
}

static apr_status_t read_json(tr_request_t *req)
{
    tr_input_t *input = tr_input_make(req->pool);
    tr_buf_t *text;
    apr_status_t status = read_text(req, &text);

    req->input = input;
    if (status != APR_SUCCESS || req->replied) {
        return status;
    }
    return tr_input_add_json(input, text->data, text->len, req->problem);
}

/* ---- multipart ---- */

static apr_status_t push(tr_request_t *req, void *baton, const char *data, apr_size_t len)
{
    return tr_multipart_push(baton, data, len, req->problem);
}

static apr_status_t read_multipart(tr_request_t *req)
{
    tr_multipart_limits_t limits = {
        .max_parts = MAX_PARTS,
        .max_header = MAX_PART_HEADER,
        .max_text = MAX_FORM,
        .max_texts = 2 * MAX_FORM,
        .max_file = req->site->upload_limit,
        .folder = req->site->spool,
    };
    body_t body = { push, NULL, 2 * (apr_off_t)req->site->upload_limit + 4 * MAX_FORM, 0, 0 };
    const char *type = apr_table_get(req->r->headers_in, "Content-Type");
    tr_multipart_t *parser;
    apr_status_t status = check_length(req, body.limit);

    if (status == APR_SUCCESS) {
        status = tr_multipart_make(&parser, type, &limits, req->problem, req->pool);
    }
    if (status == APR_SUCCESS) {
        body.baton = parser;
        status = read_all(req, &body);
    }
    if (status == APR_SUCCESS && !req->replied) {
        status = tr_multipart_end(parser, req->problem);
    }
    if (status == APR_SUCCESS && !req->replied) {
        req->multipart = parser;
        req->input = tr_multipart_input(parser);
    }
    return status;
}

/* ---- which one ---- */

static const struct {
    const char *type;
    int flag; /* of the route; 0: any */
    apr_status_t (*read)(tr_request_t *req);
} readers[] = {
    { "application/x-www-form-urlencoded", 0, read_form },
    { "application/json", TR_R_JSON_BODY, read_json },
    { "multipart/form-data", TR_R_MULTIPART, read_multipart },
};

static int has_body(const request_rec *r)
{
    const char *length = apr_table_get(r->headers_in, "Content-Length");

    return apr_table_get(r->headers_in, "Transfer-Encoding")
           || (length && apr_atoi64(length) > 0);
}

/* The media type alone, in lower case. */
static char *bare_type(tr_request_t *req)
{
    const char *header = apr_table_get(req->r->headers_in, "Content-Type");
    char *type = apr_pstrdup(req->pool, header ? header : "");

    type[strcspn(type, "; \t")] = '\0';
    ap_str_tolower(type);
    return type;
}

static apr_status_t read_by_type(tr_request_t *req, const char *type)
{
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        if (!strcmp(readers[i].type, type)
            && (!readers[i].flag || (req->route->flags & readers[i].flag))) {
            return readers[i].read(req);
        }
    }
    return tr_problem_add(req->problem, TR_EUNSUPPORTED,
                          "Unsupported media type \"%s\" in request.", type);
}

apr_status_t tr_body_read(tr_request_t *req)
{
    const char *type = bare_type(req);
    apr_status_t status;

    tr_db_close(req->db); /* a slow sender holds nothing that others need */
    if (!*type && !has_body(req->r)) {
        req->input = tr_input_make(req->pool);
        return APR_SUCCESS;
    }
    status = read_by_type(req, type);
    tr_request_renew_time(req);
    return status;
}

/* httpd reads what nobody read of a body before it answers: whoever sends one slowly, with no
 * right to, would hold a thread as long as they like. Unless the connection is to be closed, as
 * it is here until somebody has read the whole body. Where httpd itself means to close it, as
 * after a body with both a length and chunks, whose end another server may see elsewhere, it
 * stays so. */
static int expect_body(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);

    if (req && has_body(r) && r->connection->keepalive != AP_CONN_CLOSE) {
        tr_state_of(req)->closes_unread = 1;
        r->connection->keepalive = AP_CONN_CLOSE;
    }
    return DECLINED;
}

void tr_body_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_post_read_request(expect_body, NULL, NULL, APR_HOOK_REALLY_FIRST);
}
