/* sheet.c: the contact sheet: the rows of the candidate table as a grid of pictures, of which
 * some are selected and rated together.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sheet.h"

#include "candidate_filter.h"
#include "pages.h"

#include <apr_strings.h>
#include <string.h>

static const tr_need_t sheet_needs[] = {
    { "candidates", "candidate_list", TR_MANY },
    { "total", "candidate_count", TR_ONE },
    { "stored", "bulk_stored", TR_MAYBE },
    { NULL, NULL, TR_ONE },
};

/* As many rows as the table has: a candidate that is opened here steps on as if from there. */
static const tr_listing_t sheet_listing = {
    .need = "candidates",
    .set = "candidate.sort",
    .default_sort = "-can_det_stat",
    .rows = 50,
    .ranges = "candidate.filter",
    .once = "at end done",
};

static apr_status_t prepare(tr_request_t *req)
{
    apr_status_t status = candidate_filter_prepare(req);

    return status == APR_SUCCESS ? candidate_filter_check_sort(req) : status;
}

/* This page of the list, as a query. */
static const char *same_page(const tr_request_t *req)
{
    const char *after = tr_row_text(req->args, "after");

    return after ? tr_listing_query_with(req, NULL, "after", after)
                 : tr_listing_query_but(req, NULL);
}

/* What a candidate's page is told of the list that it was opened from. */
static void add_places(tr_request_t *req, const char *page)
{
    tr_list_t *rows = tr_row_list(req->data, "candidates");

    for (int i = 0; rows && i < rows->count; i++) {
        tr_row_set(
            rows->rows[i], "list",
            tr_text(apr_psprintf(req->pool, "%s%sat=%d", page, *page ? "&" : "", i + 1)));
    }
}

static apr_status_t finish(tr_request_t *req)
{
    const char *page = same_page(req), *end = tr_row_text(req->args, "end");

    add_places(req, page);
    tr_row_set(req->data, "page_query", tr_text(page));
    tr_row_set(req->data, "filters", tr_text(candidate_filter_words(req)));
    tr_row_set(req->data, "none_selected", tr_bool(end && strcmp(end, "none") == 0));
    return APR_SUCCESS;
}

static const tr_adds_t sheet_adds[] = {
    { "candidates.list", TR_TEXT }, { "page_query", TR_TEXT }, { "filters", TR_TEXT },
    { "none_selected", TR_BOOL },   { NULL, TR_NULL },
};

const tr_page_t sheet_page = {
    .template = "sheet.html",
    .needs = sheet_needs,
    .listing = &sheet_listing,
    .prepare = prepare,
    .brings = CANDIDATE_FILTER_BRINGS,
    .finish = finish,
    .adds = sheet_adds,
};

/* --- the way back ---------------------------------------------------------------------- */

const char *tr_sheet_query(const tr_request_t *req)
{
    const char *text = tr_row_text(req->args, "list");
    tr_request_t *list;

    return text && tr_listing_read(&list, req, &sheet_page, text) == APR_SUCCESS
               ? same_page(list)
               : "";
}

apr_status_t tr_sheet_again(tr_request_t *req, const char *name, const char *value)
{
    const char *query = tr_sheet_query(req);

    return value ? tr_reply_see_other(req, "/candidates/sheet?%s%s%s=%s", query,
                                      *query ? "&" : "", name, value)
                 : tr_reply_see_other(req, "/candidates/sheet?%s", query);
}
