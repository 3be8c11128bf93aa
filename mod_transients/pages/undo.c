/* undo.c: a verdict taken back by the one who gave it, and the way back to what one looked at.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "queue.h"
#include "verdict.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_escape.h"

#include <apr_strings.h>
#include <string.h>

/* --- undo ------------------------------------------------------------------------------ */

const tr_field_t undo_fields[] = {
    { .name = "list" },
    { .name = NULL },
};

typedef struct undo_t {
    tr_request_t *req;
    tr_row_t *row; /* candidate_id, project_id, event_id, rating, classification, count */
} undo_t;

static apr_status_t give(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    undo_t *undo = baton;
    tr_request_t *req = undo->req;
    apr_status_t status = tr_db_row(db, "undo_give", req->args, &undo->row, problem, req->pool);

    if (status != APR_SUCCESS || tr_row_int(undo->row, "count", 0) > 0) {
        return status;
    }
    return tr_problem_add(problem, TR_ECONFLICT,
                          "This verdict does not stand any more, so that nothing was taken "
                          "back. What stands is on the candidate's page.");
}

static apr_status_t reply_json(tr_request_t *req, const tr_row_t *undone)
{
    tr_row_t *answer = tr_row_make(req->pool);
    apr_int64_t id = tr_row_int(undone, "candidate_id", 0);

    tr_row_set(answer, "undone", tr_bool(1));
    tr_row_set(answer, "event", *tr_row_get(undone, "event_id"));
    tr_row_set(answer, "candidate", tr_int(id));
    tr_row_set(answer, "count", *tr_row_get(undone, "count"));
    tr_row_set(answer, "words", tr_text(tr_verdict_words("Took back", undone, req->pool)));
    tr_row_set(answer, "address",
               tr_text(apr_psprintf(req->pool, "/candidates/%" APR_INT64_T_FMT, id)));
    return tr_verdict_reply(req, answer, tr_row_int(undone, "project_id", 0));
}

/* Back to the candidate, which says what was taken back. */
static apr_status_t reply_page(tr_request_t *req, const tr_row_t *undone)
{
    const char *list = tr_row_text(req->args, "list");
    tr_buf_t *query = tr_buf_make(64, req->pool);

    tr_buf_printf(query, "undone=%" APR_INT64_T_FMT, tr_row_int(req->args, "id", 0));
    if (list) {
        tr_buf_puts(query, "&list=");
        tr_escape_url(query, list, strlen(list));
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "?%s",
                              tr_row_int(undone, "candidate_id", 0), query->data);
}

apr_status_t rating_undo(tr_request_t *req)
{
    undo_t undo = { .req = req };
    apr_status_t status = tr_db_transaction(req->db, give, &undo, req->problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_queue_args(req, tr_row_int(undo.row, "project_id", 0));
    tr_queue_hold(req, tr_row_int(undo.row, "candidate_id", 0));
    return req->wants == TR_WANTS_JSON ? reply_json(req, undo.row) : reply_page(req, undo.row);
}

/* --- back ------------------------------------------------------------------------------ */

const tr_field_t back_fields[] = {
    { .name = "from", .kind = TR_F_INT, .min = 1, .max = 9e18 },
    { .name = NULL },
};

apr_status_t look_back(tr_request_t *req)
{
    apr_int64_t from = tr_row_int(req->args, "from", 0);
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, "looked_before", req->args, &row, req->problem,
                                    req->pool);

    if (status == APR_SUCCESS) {
        return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT,
                                  tr_row_int(row, "id", 0));
    }
    if (status != TR_ENOTFOUND) {
        return status;
    }
    return from ? tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "?first=1", from)
                : tr_reply_see_other(req, "/next");
}
