/* candidate_list.c: steps within a candidate table, by key from the candidate at hand.
 *
 * The list's `at` counts rows from where its page begins, so that the way back leads to the
 * page that the reader came from, or to the one that a walk of many steps has reached, without
 * asking which rows are there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "candidate_list.h"

#include "pages.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_escape.h"

#include <apr_strings.h>

#define ROWS_DEFAULT 50 /* as the table's listing says */

/* A list that was read again, and where the candidate stands in it. */
typedef struct place_t {
    tr_request_t *list;
    tr_row_t *here; /* id and sort_key */
    tr_problem_t *problem;
} place_t;

static apr_status_t find_here(const tr_request_t *req, place_t *place)
{
    tr_request_t *list = place->list;

    tr_row_set(list->args, "id", tr_int(tr_row_int(req->args, "id", 0)));
    return tr_db_row(req->db, tr_listing_variant_of(list, "candidate_key", TR_NO_DIRECTION),
                     list->args, &place->here, place->problem, req->pool);
}

/* False: there is no list, or none that this site could have given. */
static int open_place(tr_request_t *req, place_t *place)
{
    const char *text = tr_row_text(req->args, "list");

    place->here = NULL;
    place->problem = req->problem;
    return text && tr_listing_read(&place->list, req, &candidates_page, text) == APR_SUCCESS;
}

/* The row beside `from` on one way; *row is NULL where the list ends. */
static apr_status_t step(const tr_request_t *req, const place_t *place, const tr_row_t *from,
                         tr_way_e way, tr_row_t **row)
{
    tr_request_t *list = place->list;
    const char *name = way == TR_ON ? "candidate_after" : "candidate_before";
    apr_status_t status;

    *row = NULL;
    tr_listing_set_after(list, from);
    tr_row_set(list->args, "limit", tr_int(1));
    status = tr_db_row(req->db, tr_listing_variant_of(list, name, way), list->args, row,
                       place->problem, req->pool);
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

/* --- addresses --------------------------------------------------------------------- */

/* The page that the list was opened on, as a query; without `at`. */
static const char *same_page(const place_t *place)
{
    const char *after = tr_row_text(place->list->args, "after");

    return after ? tr_listing_query_with(place->list, NULL, "after", after)
                 : tr_listing_query_but(place->list, NULL);
}

static const char *with_row(const char *page, int at, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%s%sat=%d", page, *page ? "&" : "", at);
}

static int row_of(const place_t *place)
{
    return (int)tr_row_int(place->list->args, "at", 1);
}

/* The list as it is one step on. */
static const char *list_on(const place_t *place)
{
    apr_pool_t *pool = place->list->pool;
    int rows = (int)tr_row_int(place->list->args, "rows", ROWS_DEFAULT);
    int at = row_of(place) + 1;

    return at <= rows ? with_row(same_page(place), at, pool)
                      : with_row(tr_listing_query_after(place->list, place->here), 1, pool);
}

/* One step back: from the first row of a page it is a page that begins with the row before. */
static apr_status_t list_back(const tr_request_t *req, const place_t *place,
                              const tr_row_t *row, const char **text)
{
    int at = row_of(place) - 1;
    tr_row_t *before = NULL;
    apr_status_t status = APR_SUCCESS;

    if (at >= 1) {
        *text = with_row(same_page(place), at, req->pool);
        return APR_SUCCESS;
    }
    status = step(req, place, row, TR_BACK, &before);
    *text = with_row(tr_listing_query_after(place->list, before), 1, req->pool);
    return status;
}

/* --- the candidate page ------------------------------------------------------------ */

static apr_status_t add_previous(const tr_request_t *req, const place_t *place, tr_row_t *list)
{
    tr_row_t *row;
    const char *text = NULL;
    apr_status_t status = step(req, place, place->here, TR_BACK, &row);

    if (status == APR_SUCCESS && row) {
        status = list_back(req, place, row, &text);
    }
    tr_row_set(list, "previous_id", row ? tr_int(tr_row_int(row, "id", 0)) : tr_null());
    tr_row_set(list, "previous", tr_text(text));
    return status;
}

static apr_status_t add_next(const tr_request_t *req, const place_t *place, tr_row_t *list)
{
    tr_row_t *row;
    apr_status_t status = step(req, place, place->here, TR_ON, &row);

    tr_row_set(list, "next_id", row ? tr_int(tr_row_int(row, "id", 0)) : tr_null());
    tr_row_set(list, "next", tr_text(row ? list_on(place) : NULL));
    return status;
}

apr_status_t candidate_list_add(tr_request_t *req)
{
    place_t place;
    tr_row_t *list = tr_row_make(req->pool);
    apr_status_t status;

    tr_row_set(req->data, "list", tr_null());
    if (!open_place(req, &place)) {
        return APR_SUCCESS;
    }
    status = find_here(req, &place);
    if (status == APR_SUCCESS) {
        status = add_previous(req, &place, list);
    }
    if (status == APR_SUCCESS) {
        status = add_next(req, &place, list);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(list, "text", tr_text(with_row(same_page(&place), row_of(&place), req->pool)));
    tr_row_set(list, "back", tr_text(same_page(&place)));
    tr_row_set(req->data, "list", tr_of_row(list));
    return APR_SUCCESS;
}

/* --- verdict and skip -------------------------------------------------------------- */

static const char *address_of(const tr_request_t *req, apr_int64_t id, const char *list,
                              const char *how)
{
    tr_buf_t *text = tr_buf_make(256, req->pool);

    tr_buf_printf(text, "/candidates/%" APR_INT64_T_FMT "?", id);
    if (strcmp(how, "rated") == 0) {
        tr_buf_printf(text, "rated=%" APR_INT64_T_FMT "&", tr_row_int(req->args, "id", 0));
    }
    tr_buf_puts(text, "list=");
    tr_escape_url(text, list, strlen(list));
    return text->data;
}

static const char *onward(const tr_request_t *req, place_t *place, const char *how)
{
    tr_row_t *next = NULL;
    const char *page;

    if (find_here(req, place) == APR_SUCCESS
        && step(req, place, place->here, TR_ON, &next) == APR_SUCCESS && next) {
        return address_of(req, tr_row_int(next, "id", 0), list_on(place), how);
    }
    page = same_page(place);
    return apr_psprintf(req->pool, "/candidates?%s%send=%s", page, *page ? "&" : "", how);
}

/* What cannot be read of the list, or not in time, must not keep a verdict from being stored:
 * back to the list. */
const char *candidate_list_onward(tr_request_t *req, const char *how)
{
    place_t place;
    const char *address;

    if (!open_place(req, &place)) {
        return NULL;
    }
    place.problem = place.list->problem;
    address = onward(req, &place, how);
    tr_request_renew_time(req);
    return address;
}
