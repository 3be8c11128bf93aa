/* request.c: makes a request's state, finds its route, checks its fields.
 *
 * SPDX-License-Identifier: MIT
 */
#include "request.h"

#include "accept.h"
#include "body.h"
#include "route.h"

#include <apr_general.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>

#define ID_BYTES 10 /* 80 random bits: never twice in a log */

const char *tr_random_hex(int bytes, apr_pool_t *pool)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char *random = apr_palloc(pool, (apr_size_t)bytes);
    char *hex = apr_palloc(pool, (apr_size_t)bytes * 2 + 1);

    if (apr_generate_random_bytes(random, (apr_size_t)bytes) != APR_SUCCESS) {
        abort(); /* the kernel has no random bytes: nothing here would be safe */
    }
    for (int i = 0; i < bytes; i++) {
        hex[2 * i] = digits[random[i] >> 4];
        hex[2 * i + 1] = digits[random[i] & 15];
    }
    hex[2 * bytes] = '\0';
    return hex;
}

/* A subrequest and an error's or redirect's second request go by the first one's id. */
static const char *id_of(request_rec *r)
{
    tr_request_t *first = NULL;

    if (r->main || r->prev) {
        first = tr_request_of(r->main ? r->main : r->prev);
    }
    return first ? first->id : tr_random_hex(ID_BYTES, r->pool);
}

static tr_state_t *make_state(request_rec *r, const tr_site_t *site)
{
    tr_state_t *state = apr_pcalloc(r->pool, sizeof *state);
    tr_request_t *req = &state->req;
    apr_time_t deadline = apr_time_now() + apr_time_from_msec(site->deadline_ms);

    req->r = r;
    req->pool = r->pool;
    req->site = site;
    req->id = id_of(r);
    req->reader.projects = "{}";
    req->db = tr_db_make(site->source, site->statements, deadline, r->pool);
    req->args = tr_row_make(r->pool);
    req->data = tr_row_make(r->pool);
    req->problem = tr_problem_make(r->pool);
    r->log_id = req->id;
    return state;
}

tr_request_t *tr_request_of(request_rec *r)
{
    const tr_site_t *site = tr_site_of(r->server);
    tr_state_t *state = ap_get_module_config(r->request_config, &transients_module);

    if (!state && site && site->source) {
        state = make_state(r, site);
        ap_set_module_config(r->request_config, &transients_module, state);
    }
    return state ? &state->req : NULL;
}

tr_state_t *tr_state_of(tr_request_t *req)
{
    return (tr_state_t *)req;
}

int tr_request_method(const request_rec *r)
{
    return r->method_number == M_GET ? TR_GET : r->method_number == M_POST ? TR_POST : 0;
}

/* ---- route ---- */

/* The extension wins over Accept; tables are for those who read a page that has one. */
static tr_wants_e wants(const tr_request_t *req, const tr_match_t *match)
{
    const tr_route_t *route = req->route;
    int has_table = route && route->page && route->page->export
                    && tr_request_method(req->r) == TR_GET;

    if (match->has_extension) {
        return match->as;
    }
    if (route && (route->flags & TR_R_API)) {
        return TR_WANTS_JSON;
    }
    return tr_accept(apr_table_get(req->r->headers_in, "Accept"), has_table);
}

int tr_request_tells_json(const tr_request_t *req)
{
    if (tr_state_of((tr_request_t *)req)->is_api || req->wants == TR_WANTS_JSON) {
        return 1;
    }
    return req->wants != TR_WANTS_HTML
           && !tr_accept_html(apr_table_get(req->r->headers_in, "Accept"));
}

int tr_request_route(tr_request_t *req)
{
    tr_state_t *state = tr_state_of(req);
    tr_match_t match = tr_route_match(tr_routes, tr_request_method(req->r), req->r->uri,
                                      req->pool);
    const tr_route_t *any = match.route ? match.route : match.other;

    req->route = match.route;
    req->args = match.args;
    req->wants = wants(req, &match);
    state->allowed = match.allowed;
    state->is_api = any && (any->flags & TR_R_API);
    if (match.route && match.route->deadline_ms) {
        tr_db_set_deadline(req->db,
                           apr_time_now() + apr_time_from_msec(match.route->deadline_ms));
    }
    return match.allowed != 0;
}

void tr_request_renew_time(tr_request_t *req)
{
    int own = req->route ? req->route->deadline_ms : 0;

    tr_db_set_deadline(req->db,
                       apr_time_now() + apr_time_from_msec(own ? own : req->site->deadline_ms));
}

/* ---- input ---- */

static apr_status_t read_query(tr_request_t *req)
{
    const char *query = req->r->args;
    apr_size_t len = query ? strlen(query) : 0;
    tr_input_t *input;

    if (!len) {
        return APR_SUCCESS;
    }
    if (len > TR_QUERY_MAX) {
        return tr_problem_add(req->problem, TR_EBAD,
                              "The address is longer than this site reads (%d bytes behind ?).",
                              TR_QUERY_MAX);
    }
    input = tr_input_make(req->pool);
    req->input = input;
    return tr_input_add_urlencoded(input, query, len, TR_QUERY_MAX_ITEMS, req->problem);
}

apr_status_t tr_request_read(tr_request_t *req)
{
    return tr_request_method(req->r) == TR_POST ? tr_body_read(req) : read_query(req);
}

const tr_field_t *tr_request_fields(const tr_request_t *req)
{
    static const tr_field_t none = { .name = NULL };
    const tr_field_t *fields = apr_hash_get(req->site->fields, &req->route, sizeof req->route);

    return fields ? fields : &none;
}

apr_status_t tr_request_check(tr_request_t *req)
{
    const tr_input_t *input = req->input ? req->input : tr_input_make(req->pool);
    tr_row_t *checked;
    apr_status_t status;

    if (req->route->flags & TR_R_RAW_FIELDS) {
        return APR_SUCCESS;
    }
    status = tr_form_check(&checked, tr_request_fields(req), input, req->problem, req->pool);
    for (int i = 0; checked && i < checked->count; i++) {
        if (tr_row_index(req->args, checked->names[i]) < 0) { /* the path's values stand */
            tr_row_set(req->args, checked->names[i], checked->values[i]);
        }
    }
    return status;
}
