/* page.c: runs a page's needs and sends the result.
 *
 * The database's part ends before the first byte leaves, so that a slow reader
 * holds nothing that others need.
 *
 * SPDX-License-Identifier: MIT
 */
#include "page.h"

#include "cells.h"
#include "common.h"
#include "headers.h"
#include "listing.h"
#include "reply.h"
#include "request.h"
#include "route.h"

#include "../lib/tr_json.h"
#include "../lib/tr_template.h"

#include <apr_strings.h>

/* ---- needs ---- */

static int is_listed(const tr_page_t *page, const tr_need_t *need)
{
    return page->listing && !strcmp(page->listing->need, need->name);
}

static apr_status_t run_one(tr_request_t *req, const tr_need_t *need, const char *statement)
{
    tr_row_t *row = NULL;
    apr_status_t status = tr_db_row(req->db, statement, req->args, &row, req->problem,
                                    req->pool);

    if (status == TR_ENOTFOUND && need->how == TR_NEED_MAYBE) {
        status = APR_SUCCESS;
        row = NULL;
    }
    tr_row_set(req->data, need->name, tr_of_row(row));
    return status;
}

static apr_status_t run_many(tr_request_t *req, const tr_need_t *need, const char *statement)
{
    tr_list_t *rows = NULL;
    apr_status_t status = tr_db_rows(req->db, statement, req->args, &rows, req->problem,
                                     req->pool);

    tr_row_set(req->data, need->name, tr_of_list(rows));
    return status;
}

static apr_status_t run_listed(tr_request_t *req, const tr_page_t *page, const tr_need_t *need)
{
    const char *variant;
    apr_status_t status;

    if (!tr_state_of(req)->without_listing) {
        status = tr_listing_begin(req, page->listing, need->statement, &variant);
        if (status != TR_EBAD) {
            return status == APR_SUCCESS ? run_many(req, need, variant) : status;
        }
        tr_state_of(req)->without_listing = 1;
    }
    tr_row_set(req->data, need->name, tr_of_list(tr_list_make(req->pool)));
    return APR_SUCCESS;
}

static apr_status_t run_need(tr_request_t *req, const tr_page_t *page, const tr_need_t *need)
{
    if (is_listed(page, need)) {
        return run_listed(req, page, need);
    }
    return need->how == TR_NEED_MANY ? run_many(req, need, need->statement)
                                     : run_one(req, need, need->statement);
}

int tr_page_shows_faults(const tr_request_t *req, const tr_page_t *page)
{
    return page->listing || (req->route->flags & TR_R_ASKS);
}

/* What such a page refuses shows at its fields. */
static apr_status_t prepare(tr_request_t *req, const tr_page_t *page)
{
    apr_status_t status;

    if (!page->prepare || tr_state_of(req)->prepared == page) {
        return APR_SUCCESS;
    }
    tr_state_of(req)->prepared = page;
    status = page->prepare(req);
    if (status == TR_EBAD && tr_page_shows_faults(req, page)) {
        tr_state_of(req)->without_listing = 1;
        return APR_SUCCESS;
    }
    return status;
}

apr_status_t tr_page_begin(tr_request_t *req, const tr_page_t *page)
{
    tr_state_t *state = tr_state_of(req);
    apr_status_t status = page->prepare ? page->prepare(req) : APR_SUCCESS;

    state->prepared = page;
    for (const tr_need_t *need = page->needs;
         status == APR_SUCCESS && !req->replied && need && need->name; need++) {
        if (!is_listed(page, need)) {
            status = run_need(req, page, need);
        }
    }
    return status;
}

static apr_status_t run_page(tr_request_t *req, const tr_page_t *page)
{
    apr_status_t status = prepare(req, page);

    for (const tr_need_t *need = page->needs;
         status == APR_SUCCESS && !req->replied && need && need->name; need++) {
        status = run_need(req, page, need);
    }
    if (status != APR_SUCCESS || req->replied) {
        return status;
    }
    if (page->listing) {
        tr_listing_end(req, page->listing);
    }
    if (req->wants != TR_WANTS_JSON) {
        tr_cells_add(req, page->cells);
    }
    return page->finish ? page->finish(req) : APR_SUCCESS;
}

/* ---- out ---- */

static const char *next_address(const tr_request_t *req)
{
    const char *query = tr_state_of((tr_request_t *)req)->next_query;
    const char *path = req->r->uri;
    tr_wants_e as;
    int has_extension = tr_route_extension(path, &as) > 0;

    return query ? apr_pstrcat(req->pool, path, has_extension ? "" : ".json", "?", query, NULL)
                 : NULL;
}

/* The rows of the needs and nothing else: what a page adds for people stays there. */
static void write_json(tr_request_t *req, const tr_page_t *page, tr_buf_t *out)
{
    tr_row_t *all = tr_row_make(req->pool);

    if (page->listing) {
        tr_row_set(all, "rows", *tr_row_get(req->data, page->listing->need));
        tr_row_set(all, "next", tr_text(next_address(req)));
    }
    for (const tr_need_t *need = page->needs; need && need->name; need++) {
        const tr_value_t *value = tr_row_get(req->data, need->name);
        if (value && !is_listed(page, need)) {
            tr_row_set(all, need->name, *value);
        }
    }
    tr_json_row(out, all);
}

static apr_status_t send_html(tr_request_t *req, int http_status, const tr_page_t *page)
{
    const tr_template_t *template = apr_hash_get(req->site->compiled, page->template,
                                                 APR_HASH_KEY_STRING);
    tr_buf_t *out = tr_buf_make(0, req->pool);

    if (!template) {
        return tr_problem_add(req->problem, TR_ESITE, "%s is the page of no route",
                              page->template);
    }
    tr_common_data(req);
    tr_template_render(template, req->data, out);
    return tr_reply_body(req, http_status, "text/html; charset=utf-8", out);
}

static apr_status_t send_json(tr_request_t *req, int http_status, const tr_page_t *page)
{
    tr_buf_t *out = tr_buf_make(0, req->pool);

    if (tr_problem_count(req->problem)) {
        tr_json_problem(out, req->problem);
    }
    else {
        write_json(req, page, out);
    }
    return tr_reply_body(req, http_status, "application/json", out);
}

apr_status_t tr_page_answer(tr_request_t *req, int http_status, const tr_page_t *page)
{
    tr_state_t *state = tr_state_of(req);
    apr_status_t status = state->ran == page ? APR_SUCCESS : run_page(req, page);

    if (status != APR_SUCCESS || req->replied) {
        return status;
    }
    state->ran = page;
    tr_db_close(req->db);
    tr_headers_private(req);
    apr_table_mergen(req->r->headers_out, "Vary", "Accept");
    if (state->without_listing && http_status == 200) {
        http_status = 400;
    }
    return req->wants == TR_WANTS_JSON ? send_json(req, http_status, page)
                                       : send_html(req, http_status, page);
}
