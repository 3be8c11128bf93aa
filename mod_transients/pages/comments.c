/* comments.c: what people say about a candidate: comments, and beside them tags and stars.
 *
 * A text goes in only over the version that its writer saw, as with notes; the
 * texts before stay readable. A comment that is removed keeps its place and
 * loses its words.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_escape.h"

#include <string.h>

#define TEXT_MAX 8000 /* characters */

/* --- all of a candidate's ----------------------------------------------------------- */

static const tr_need_t comments_needs[] = {
    { "candidate", "candidate_said", TR_ONE },
    { "comments", "comment_list", TR_MANY },
    { "tags", "tag_list", TR_MANY },
    { "known_tags", "tag_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t comments_page = {
    .template = "comments.html",
    .needs = comments_needs,
};

const tr_field_t comment_fields[] = {
    { .name = "text",
      .flags = TR_F_REQUIRED | TR_F_TRIM,
      .max_len = TEXT_MAX,
      .label = "Comment" },
    { .name = "request_key", .flags = TR_F_REQUIRED, .max_len = 128 },
    { .name = NULL },
};

static apr_status_t add(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "comment_add", req->args, &row, problem, req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(req->args, "comment", tr_int(tr_row_int(row, "id", 0)));
    }
    return status;
}

static apr_status_t check_key(tr_request_t *req)
{
    const char *key = tr_row_text(req->args, "request_key");

    return key && strlen(key) < 8
               ? tr_problem_field(req->problem, "request_key", "Not a request key.")
               : APR_SUCCESS;
}

/* The candidate's comments, at one of them. */
static apr_status_t see_comment(tr_request_t *req, apr_int64_t candidate, apr_int64_t comment)
{
    return tr_reply_see_other(
        req, "/candidates/%" APR_INT64_T_FMT "/comments#comment-%" APR_INT64_T_FMT, candidate,
        comment);
}

apr_status_t comment_make(tr_request_t *req)
{
    apr_status_t status = check_key(req);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, add, req, req->problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return see_comment(req, tr_row_int(req->args, "id", 0),
                       tr_row_int(req->args, "comment", 0));
}

/* --- one of them -------------------------------------------------------------------- */

static const tr_need_t comment_needs[] = {
    { "comment", "comment_by_id", TR_ONE },
    { "versions", "comment_versions", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t comment_adds[] = {
    { "typed", TR_TEXT },
    { "conflict", TR_BOOL },
    { NULL, TR_NULL },
};

/* In the box stands what was typed, if it is text at all, else what is stored. */
static apr_status_t comment_finish(tr_request_t *req)
{
    const tr_input_item_t *typed = req->input ? tr_input_get(req->input, "text") : NULL;
    const char *stored = tr_row_text(tr_row_row(req->data, "comment"), "text");
    int is_typed = typed && tr_text_is_clean(typed->data, typed->len);

    tr_row_set(req->data, "typed", tr_text(is_typed ? typed->data : stored ? stored : ""));
    tr_row_set(req->data, "conflict", tr_bool(tr_row_flag(req->args, "conflict")));
    return APR_SUCCESS;
}

const tr_page_t comment_page = {
    .template = "comment.html",
    .needs = comment_needs,
    .finish = comment_finish,
    .adds = comment_adds,
};

const tr_field_t comment_edit_fields[] = {
    { .name = "text",
      .flags = TR_F_REQUIRED | TR_F_TRIM,
      .max_len = TEXT_MAX,
      .label = "Comment" },
    { .name = "version",
      .kind = TR_F_INT,
      .flags = TR_F_REQUIRED,
      .min = 1,
      .max = 2147483647 },
    { .name = NULL },
};

/* Runs the statement that `baton`'s argument `does` names, which gives the candidate. */
static apr_status_t change(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, tr_row_text(req->args, "does"), req->args, &row,
                                    problem, req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(req->args, "candidate", tr_int(tr_row_int(row, "candidate_id", 0)));
    }
    return status;
}

static apr_status_t do_change(tr_request_t *req, const char *statement)
{
    tr_row_set(req->args, "does", tr_text(statement));
    return tr_db_transaction(req->db, change, req, req->problem);
}

/* Not stored: a newer text is there (from another tab), or it is not one's own to edit. */
static apr_status_t show_newer(tr_request_t *req)
{
    tr_row_set(req->args, "conflict", tr_bool(1));
    return tr_reply_page(req, 409, &comment_page);
}

apr_status_t comment_save(tr_request_t *req)
{
    apr_status_t status = do_change(req, "comment_edit");

    if (status == TR_ENOTFOUND) {
        return show_newer(req);
    }
    return status != APR_SUCCESS ? status
                                 : see_comment(req, tr_row_int(req->args, "candidate", 0),
                                               tr_row_int(req->args, "id", 0));
}

apr_status_t comment_remove(tr_request_t *req)
{
    apr_status_t status = do_change(req, "comment_remove");

    return status != APR_SUCCESS ? status
                                 : see_comment(req, tr_row_int(req->args, "candidate", 0),
                                               tr_row_int(req->args, "id", 0));
}
