/* dispatch.c: the order in which a request is served, and the hooks that put it there.
 *
 * Route, user, access, values checked at the door, then the page or the
 * handler: `steps` below is that order.
 *
 * SPDX-License-Identifier: MIT
 */
#include "access.h"
#include "body.h"
#include "error.h"
#include "export.h"
#include "page.h"
#include "request.h"

#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

APLOG_USE_MODULE(transients);

static const char handler_name[] = "transients";

/* ---- steps ---- */

/* Such a page shows wrong parameters at their fields; its list, if it has one, stays empty. */
static int shows_faults(tr_request_t *req, apr_status_t status)
{
    const tr_page_t *page = req->route->page;

    if (status != TR_EBAD || !page || !tr_page_shows_faults(req, page)
        || tr_request_method(req->r) != TR_GET || tr_request_tells_json(req)) {
        return 0;
    }
    tr_state_of(req)->without_listing = 1;
    req->wants = TR_WANTS_HTML;
    return 1;
}

static apr_status_t check(tr_request_t *req)
{
    apr_status_t status = tr_request_check(req);

    return shows_faults(req, status) ? APR_SUCCESS : status;
}

static apr_status_t run_page(tr_request_t *req, const tr_page_t *page)
{
    apr_status_t status;

    if (!tr_export_is_wanted(req, page)) {
        return tr_page_answer(req, HTTP_OK, page);
    }
    status = tr_export_answer(req, page);
    return shows_faults(req, status) ? tr_page_answer(req, HTTP_OK, page) : status;
}

static apr_status_t run(tr_request_t *req)
{
    const tr_route_t *route = req->route;
    apr_status_t status;

    if (route->page && tr_request_method(req->r) == TR_GET) {
        return run_page(req, route->page);
    }
    status = route->handler(req);
    if (status == APR_SUCCESS && !req->replied) {
        return tr_problem_add(req->problem, TR_ESITE, "the handler of %s gave no answer",
                              route->path);
    }
    return status;
}

static apr_status_t (*const steps[])(tr_request_t *req) = { tr_access_check, tr_request_read,
                                                            check, run };

/* A refused form is shown again with what was typed; everything else is an error page. */
static apr_status_t refuse(tr_request_t *req, apr_status_t status)
{
    const tr_page_t *page = req->route->page;
    int is_form = status == TR_EBAD || status == TR_ECONFLICT;
    apr_status_t again;

    if (!is_form || !page || tr_request_method(req->r) != TR_POST
        || tr_request_tells_json(req)) {
        return tr_error_answer(req, status);
    }
    tr_db_rollback(req->db);
    again = tr_page_answer(req, tr_error_http(req, status), page);
    return again == APR_SUCCESS ? again : tr_error_answer(req, again);
}

static apr_status_t serve(tr_request_t *req)
{
    apr_status_t status = APR_SUCCESS;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        status = tr_access_ask_instead(req, steps[i](req));
        if (status != APR_SUCCESS && !req->replied) {
            return refuse(req, status);
        }
        if (req->replied) {
            break;
        }
    }
    return status;
}

/* ---- methods that an address does not take ---- */

static const char *allow_of(const tr_state_t *state)
{
    static const char *const lists[] = { "OPTIONS", "GET, HEAD, OPTIONS", "POST, OPTIONS",
                                         "GET, HEAD, POST, OPTIONS" };

    return lists[state->allowed & 3];
}

static apr_status_t serve_other_method(tr_request_t *req)
{
    tr_state_t *state = tr_state_of(req);
    request_rec *r = req->r;

    apr_table_setn(r->err_headers_out, "Allow", allow_of(state));
    if (r->method_number == M_OPTIONS) {
        r->status = HTTP_NO_CONTENT;
        return APR_SUCCESS;
    }
    tr_problem_add(req->problem, TR_EBAD, "Method \"%s\" not allowed.", r->method);
    return tr_error_answer_http(req, HTTP_METHOD_NOT_ALLOWED);
}

/* ---- hooks ---- */

/* An address without a route is a static file's. */
static int find_route(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);

    if (!req || !r->uri || !tr_request_route(req)) {
        return DECLINED;
    }
    r->filename = apr_pstrdup(r->pool, r->uri); /* other modules expect some text there */
    return OK;
}

static int is_ours(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);

    return req && tr_state_of(req)->allowed;
}

static int keep_from_files(request_rec *r)
{
    return is_ours(r) ? OK : DECLINED;
}

static int set_handler(request_rec *r)
{
    if (!is_ours(r)) {
        return DECLINED;
    }
    if (!r->handler || strncmp(r->handler, "form-", 5)) {
        r->handler = handler_name;
    }
    return OK;
}

static int handle(request_rec *r)
{
    tr_request_t *req;
    apr_status_t status;

    if (!r->handler || strcmp(r->handler, handler_name) || !is_ours(r)) {
        return DECLINED;
    }
    req = tr_request_of(r);
    status = req->route ? serve(req) : serve_other_method(req);
    if (status != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, status, r, "request %s was not answered", req->id);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return tr_state_of(req)->result;
}

void tr_dispatch_hooks(apr_pool_t *pool)
{
    tr_body_hooks(pool);
    ap_hook_translate_name(find_route, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_map_to_storage(keep_from_files, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_type_checker(keep_from_files, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_fixups(set_handler, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_FIRST);
}
