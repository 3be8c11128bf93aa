/* bulk.c: one verdict on several candidates: the ticked ones near by, all of an observation, or
 * those selected on a contact sheet.
 *
 * What will be rated is shown first.  The form then carries those ids: a candidate that came in
 * between is not rated.  Notes are not touched.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "bulk.h"
#include "candidate_list.h"
#include "queue.h"
#include "sheet.h"
#include "verdict.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_escape.h"

#include <apr_strings.h>
#include <string.h>

static const tr_need_t bulk_needs[] = {
    { "candidate", "bulk_candidate", TR_ONE },
    { "rows", "bulk_rows", TR_MANY },
    { "words", "candidate_rating_words", TR_MANY },
    { "classes", "classification_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t bulk_adds[] = {
    { "whole", TR_BOOL },        { "count", TR_INT },
    { "replaced", TR_INT },      { "ids", TR_TEXT },
    { "total", TR_INT },         { "mine", TR_INT },
    { "with_mine", TR_BOOL },    { "more", TR_BOOL },
    { "limit", TR_INT },         { "classes.picked", TR_BOOL },
    { "words.picked", TR_BOOL }, { "list", TR_TEXT },
    { "sheet", TR_BOOL },        { "left_out", TR_INT },
    { "reason", TR_TEXT },       { NULL, TR_NULL },
};

/* What to show: each may be absent. */
const tr_field_t bulk_query[] = {
    { .name = "rating", .kind = TR_F_INT, .min = 1, .max = 5, .label = "Rating" },
    { .name = "classification",
      .kind = TR_F_INT,
      .min = 1,
      .max = 9e18,
      .label = "Classification" },
    { .name = "also", .kind = TR_F_INTS, .min = 1, .max = 9e18, .label = "Candidates" },
    { .name = "ids", .kind = TR_F_INTS, .min = 1, .max = 9e18, .label = "Candidates" },
    { .name = "mine", .kind = TR_F_BOOL },
    { .name = "list" },
    { .name = NULL },
};

const tr_field_t bulk_fields[] = {
    { .name = "rating",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 5,
      .label = "Rating" },
    { .name = "classification",
      .kind = TR_F_INT,
      .min = 1,
      .max = 9e18,
      .label = "Classification" },
    { .name = "ids",
      .kind = TR_F_INTS,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 9e18,
      .label = "Candidates" },
    { .name = "mine", .kind = TR_F_BOOL },
    { .name = "reason", .flags = TR_F_TRIM, .max_len = 200, .label = "Reason" },
    { .name = "list" },
    { .name = "request_key", .max_len = 128 },
    { .name = "shown_at", .max_len = 40 },
    { .name = NULL },
};

static int is_whole(const tr_request_t *req)
{
    return req->route->page == &bulk_observation_page;
}

static int is_sheet(const tr_request_t *req)
{
    return req->route->page == &bulk_sheet_page;
}

/* --- what will be rated ------------------------------------------------------------- */

/* "{1,2}" and 3: "{3,1,2}". */
static const char *joined(const char *also, apr_int64_t id, apr_pool_t *pool)
{
    int is_empty = !also || !strcmp(also, "{}");

    return apr_psprintf(pool, "{%" APR_INT64_T_FMT "%s%s", id, is_empty ? "" : ",",
                        is_empty ? "}" : also + 1);
}

/* The ticked ones and the candidate itself; a form that comes back has its own ids. */
static apr_status_t prepare_neighbours(tr_request_t *req)
{
    tr_row_set(req->args, "whole", tr_bool(0));
    if (tr_row_is_null(req->args, "ids")) {
        tr_row_set(req->args, "ids",
                   tr_text(joined(tr_row_text(req->args, "also"),
                                  tr_row_int(req->args, "id", 0), req->pool)));
    }
    return APR_SUCCESS;
}

/* Without ids of a form, those of the observation that the reader has not rated. */
static apr_status_t prepare_observation(tr_request_t *req)
{
    apr_status_t status;
    tr_row_t *row;

    tr_row_set(req->args, "whole", tr_bool(1));
    tr_row_set(req->args, "mine", tr_bool(tr_row_flag(req->args, "mine")));
    tr_row_set(req->args, "limit", tr_int(TR_BULK_MAX));
    status = tr_db_row(req->db, "bulk_observation", req->args, &row, req->problem, req->pool);
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(req->args, "total", *tr_row_get(row, "total"));
    tr_row_set(req->args, "rated_by_me", *tr_row_get(row, "mine"));
    if (tr_row_is_null(req->args, "ids")) {
        const char *ids = tr_row_text(row, "ids");
        tr_row_set(req->args, "ids", tr_text(ids ? ids : "{}"));
    }
    return APR_SUCCESS;
}

static int count_of(const char *ids)
{
    int count = ids && ids[1] != '}';

    for (; ids && *ids; ids++) {
        count += *ids == ',';
    }
    return count;
}

/* A sheet has no candidate in its address: the first selected says of which project all are. */
static apr_int64_t set_first(tr_request_t *req)
{
    const char *ids = tr_row_text(req->args, "ids");
    apr_int64_t id = count_of(ids) ? apr_strtoi64(ids + 1, NULL, 10) : 0;

    tr_row_set(req->args, "whole", tr_bool(0));
    tr_row_set(req->args, "id", tr_int(id));
    return id;
}

static apr_status_t prepare_sheet(tr_request_t *req)
{
    return set_first(req) ? APR_SUCCESS : tr_sheet_again(req, "end", "none");
}

/* --- the page ------------------------------------------------------------------------ */

static void mark_picked(tr_request_t *req, const char *list, const char *key, const char *field)
{
    tr_list_t *rows = tr_row_list(req->data, list);
    const tr_input_item_t *sent = req->input ? tr_input_get(req->input, field) : NULL;
    apr_int64_t typed = sent ? apr_strtoi64(sent->data, NULL, 10) : 0;

    for (int i = 0; rows && i < rows->count; i++) {
        tr_row_set(rows->rows[i], "picked",
                   tr_bool(typed && tr_row_int(rows->rows[i], key, 0) == typed));
    }
}

/* The ids of what is shown, for the form; *replaced: how many of them the reader has rated. */
static const char *shown_ids(const tr_list_t *rows, int *replaced, apr_pool_t *pool)
{
    tr_buf_t *out = tr_buf_make(0, pool);

    *replaced = 0;
    for (int i = 0; rows && i < rows->count; i++) {
        tr_buf_printf(out, "%s%" APR_INT64_T_FMT, i ? "," : "",
                      tr_row_int(rows->rows[i], "id", 0));
        *replaced += !tr_row_is_null(rows->rows[i], "my_rating");
    }
    return out->len ? out->data : "";
}

/* What was selected and is not listed is of another project, or out of sight. */
static int left_out_of(const tr_request_t *req, const tr_list_t *rows)
{
    int asked = count_of(tr_row_text(req->args, "ids"));

    return asked > rows->count ? asked - rows->count : 0;
}

static const char *typed_reason(const tr_request_t *req)
{
    const tr_input_item_t *sent = req->input ? tr_input_get(req->input, "reason") : NULL;

    return sent ? sent->data : NULL;
}

/* None is nothing to speak of. */
static tr_value_t some(apr_int64_t count)
{
    return count ? tr_int(count) : tr_null();
}

static apr_status_t finish(tr_request_t *req)
{
    const tr_list_t *rows = tr_row_list(req->data, "rows");
    apr_int64_t total = tr_row_int(req->args, "total", 0);
    apr_int64_t mine = tr_row_int(req->args, "rated_by_me", 0);
    int with_mine = tr_row_flag(req->args, "mine"), replaced;

    mark_picked(req, "classes", "id", "classification");
    mark_picked(req, "words", "rating", "rating");
    tr_row_set(req->data, "ids", tr_text(shown_ids(rows, &replaced, req->pool)));
    tr_row_set(req->data, "replaced", some(replaced));
    tr_row_set(req->data, "count", some(rows ? rows->count : 0));
    tr_row_set(req->data, "whole", tr_bool(is_whole(req)));
    tr_row_set(req->data, "total", tr_int(total));
    tr_row_set(req->data, "mine", some(mine));
    tr_row_set(req->data, "with_mine", tr_bool(with_mine));
    tr_row_set(req->data, "more",
               tr_bool(is_whole(req) && total - (with_mine ? 0 : mine) > TR_BULK_MAX));
    tr_row_set(req->data, "limit", tr_int(TR_BULK_MAX));
    tr_row_set(req->data, "list",
               tr_text(is_sheet(req) ? tr_sheet_query(req) : tr_row_text(req->args, "list")));
    tr_row_set(req->data, "sheet", tr_bool(is_sheet(req)));
    tr_row_set(req->data, "left_out", some(is_sheet(req) && rows ? left_out_of(req, rows) : 0));
    tr_row_set(req->data, "reason", tr_text(typed_reason(req)));
    return APR_SUCCESS;
}

const tr_page_t bulk_neighbours_page = {
    .template = "bulk.html",
    .needs = bulk_needs,
    .prepare = prepare_neighbours,
    .brings = "ids whole",
    .finish = finish,
    .adds = bulk_adds,
};

const tr_page_t bulk_observation_page = {
    .template = "bulk.html",
    .needs = bulk_needs,
    .prepare = prepare_observation,
    .brings = "ids whole mine limit",
    .finish = finish,
    .adds = bulk_adds,
};

const tr_page_t bulk_sheet_page = {
    .template = "bulk.html",
    .needs = bulk_needs,
    .prepare = prepare_sheet,
    .brings = "id ids whole",
    .finish = finish,
    .adds = bulk_adds,
};

/* --- checked, then stored ------------------------------------------------------------ */

/* Every id must be one that may be rated together with the candidate. */
static apr_status_t check(tr_request_t *req, const char *field)
{
    tr_row_t *row;
    apr_status_t status;

    if (count_of(tr_row_text(req->args, "ids")) > TR_BULK_MAX) {
        return tr_problem_field(req->problem, field, "At most %d candidates at once.",
                                TR_BULK_MAX);
    }
    status = tr_db_row(req->db, "bulk_check", req->args, &row, req->problem, req->pool);
    if (status != APR_SUCCESS) {
        return status;
    }
    if (tr_row_int(row, "there", 0) != tr_row_int(row, "asked", 0)) {
        return tr_problem_field(
            req->problem, field,
            "At least one of those candidates is not there, or not of this %s.",
            is_whole(req) ? "observation and project" : "project");
    }
    if (tr_row_flag(row, "class_missing")) {
        return tr_problem_field(req->problem, "classification", "Choose a classification.");
    }
    if (!tr_row_flag(row, "class_known")) {
        return tr_problem_field(req->problem, "classification",
                                "There is no such classification.");
    }
    return APR_SUCCESS;
}

/* "{1,2}" as "1,2", for an address. */
static const char *bare(const char *ids, apr_pool_t *pool)
{
    apr_size_t len = strlen(ids);

    return len > 2 ? apr_pstrmemdup(pool, ids + 1, len - 2) : "";
}

/* The query of the page that shows what will be rated with this verdict. */
static const char *preview_query(const tr_request_t *req, const char *ids)
{
    apr_int64_t class = tr_row_int(req->args, "classification", 0);
    const char *list = tr_row_text(req->args, "list");
    tr_buf_t *out = tr_buf_make(0, req->pool);

    tr_buf_printf(out, "rating=%" APR_INT64_T_FMT, tr_row_int(req->args, "rating", 0));
    if (class) {
        tr_buf_printf(out, "&classification=%" APR_INT64_T_FMT, class);
    }
    tr_buf_printf(out, "&ids=%s", bare(ids, req->pool));
    if (list) {
        tr_buf_puts(out, "&list=");
        tr_escape_url(out, list, strlen(list));
    }
    return out->data;
}

apr_status_t tr_bulk_show_first(tr_request_t *req)
{
    apr_int64_t id = tr_row_int(req->args, "id", 0);
    const char *ids = joined(tr_row_text(req->args, "also"), id, req->pool);
    apr_status_t status;

    tr_row_set(req->args, "ids", tr_text(ids));
    tr_row_set(req->args, "whole", tr_bool(0));
    status = check(req, "also");
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "/neighbours-rating?%s", id,
                              preview_query(req, ids));
}

/* A repeat stores nothing and agrees; another verdict under the same key must not pass. */
static apr_status_t store_all(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    apr_status_t status = check(req, "ids");
    tr_row_t *row;

    if (status == APR_SUCCESS) {
        status = tr_db_row(db, "bulk_give", req->args, &row, problem, req->pool);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    if (tr_row_int(row, "agreed", 0) == 0) {
        return tr_problem_add(problem, TR_ECONFLICT,
                              "Another verdict was stored from the same page before, and it "
                              "stands. To change it, rate once more.");
    }
    return tr_row_text(req->args, "reason")
               ? tr_db_run(db, "bulk_reason_keep", req->args, NULL, problem, req->pool)
               : APR_SUCCESS;
}

static apr_status_t store(tr_request_t *req, const char *how)
{
    apr_status_t status = tr_verdict_args(req);

    tr_row_set(req->args, "whole", tr_bool(is_whole(req)));
    tr_row_set(req->args, "how", tr_text(how));
    return status == APR_SUCCESS ? tr_db_transaction(req->db, store_all, req, req->problem)
                                 : status;
}

apr_status_t bulk_store(tr_request_t *req)
{
    apr_int64_t id = tr_row_int(req->args, "id", 0);
    const char *onward = candidate_list_onward(req, "rated");
    apr_status_t status = store(req, is_whole(req) ? "observation" : "neighbours");
    tr_row_t *row;

    if (status != APR_SUCCESS) {
        return status;
    }
    if (onward) {
        return tr_reply_see_other(req, "%s", onward);
    }
    status = tr_db_row(req->db, "candidate_project", req->args, &row, req->problem, req->pool);
    if (status == APR_SUCCESS) {
        tr_queue_args(req, tr_row_int(row, "project_id", 0));
        status = tr_queue_go_on(req, id, id);
    }
    /* It is stored: a queue that can't be read now must not look like lost verdicts. */
    return status == APR_SUCCESS ? APR_SUCCESS : tr_queue_see(req, 0, id);
}

/* Back to the same sheet, which says what was stored. */
apr_status_t bulk_store_sheet(tr_request_t *req)
{
    tr_row_t *row;
    apr_status_t status;

    set_first(req);
    status = store(req, "sheet");
    if (status != APR_SUCCESS) {
        return status;
    }
    status = tr_db_row(req->db, "bulk_event", req->args, &row, req->problem, req->pool);
    return tr_sheet_again(req, "done",
                          status == APR_SUCCESS ? apr_psprintf(req->pool, "%" APR_INT64_T_FMT,
                                                               tr_row_int(row, "event", 0))
                                                : NULL);
}
