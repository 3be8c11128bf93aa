/* notes.c: the notes that all raters of a candidate share.
 *
 * Two people may write at once: a text goes in only over the version that its
 * writer saw.  Otherwise both texts are shown, and nothing is lost.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_escape.h"

#include <apr_strings.h>

static const tr_need_t notes_needs[] = {
    { "candidate", "candidate_notes", TR_ONE },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t notes_adds[] = {
    { "text", TR_TEXT },
    { "conflict", TR_BOOL },
    { NULL, TR_NULL },
};

const tr_field_t notes_fields[] = {
    { .name = "notes", .flags = TR_F_KEEP_EMPTY, .max_len = 16384, .label = "Notes" },
    { .name = "notes_version",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 0,
      .max = 2147483647 },
    { .name = NULL },
};

/* In the box stands what was typed, if it is text at all, else what is stored. */
static apr_status_t finish(tr_request_t *req)
{
    const tr_input_item_t *typed = req->input ? tr_input_get(req->input, "notes") : NULL;
    const char *stored = tr_row_text(tr_row_row(req->data, "candidate"), "notes");

    int is_typed = typed && tr_text_is_clean(typed->data, typed->len);

    tr_row_set(req->data, "text", tr_text(is_typed ? typed->data : stored ? stored : ""));
    tr_row_set(req->data, "conflict", tr_bool(tr_row_flag(req->args, "conflict")));
    return APR_SUCCESS;
}

const tr_page_t notes_page = {
    .template = "notes.html",
    .needs = notes_needs,
    .finish = finish,
    .adds = notes_adds,
};

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;

    return tr_db_row(db, "candidate_notes_set", req->args, &row, problem, req->pool);
}

/* Not stored: somebody else's newer text is there, or no such candidate. */
static apr_status_t show_both(tr_request_t *req)
{
    tr_row_set(req->args, "conflict", tr_bool(1));
    return tr_reply_page(req, 409, &notes_page);
}

apr_status_t notes_save(tr_request_t *req)
{
    apr_status_t status = tr_db_transaction(req->db, store, req, req->problem);

    if (status == TR_ENOTFOUND) {
        return show_both(req);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT,
                              tr_row_int(req->args, "id", 0));
}
