/* tags.c: marks on candidates: stars, which are one's own, and tags, which all share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_escape.h"

#include <string.h>

/* --- stars -------------------------------------------------------------------------- */

const tr_field_t star_fields[] = {
    { .name = "on", .kind = TR_F_BOOL, .flags = TR_F_REQUIRED, .label = "Star" },
    { .name = "list", .label = "List" },
    { .name = NULL },
};

static apr_status_t mark(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;

    if (tr_row_flag(req->args, "on")) {
        return tr_db_row(db, "star_set", req->args, &row, problem, req->pool);
    }
    return tr_db_run(db, "star_drop", req->args, NULL, problem, req->pool);
}

/* The candidate again, within the list that it was opened from. */
static apr_status_t see_candidate(tr_request_t *req)
{
    const char *list = tr_row_text(req->args, "list");
    tr_buf_t *query = tr_buf_make(64, req->pool);

    if (list) {
        tr_buf_puts(query, "?list=");
        tr_escape_url(query, list, strlen(list));
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "%s",
                              tr_row_int(req->args, "id", 0), list ? query->data : "");
}

apr_status_t star_save(tr_request_t *req)
{
    apr_status_t status = tr_db_transaction(req->db, mark, req, req->problem);

    return status == APR_SUCCESS ? see_candidate(req) : status;
}

/* --- tags --------------------------------------------------------------------------- */

const tr_field_t tag_fields[] = {
    { .name = "tag", .flags = TR_F_REQUIRED | TR_F_TRIM, .max_len = 40, .label = "Tag" },
    { .name = "on", .kind = TR_F_BOOL, .flags = TR_F_REQUIRED, .label = "State" },
    { .name = NULL },
};

static apr_status_t check_tag(tr_request_t *req)
{
    const char *tag = tr_row_text(req->args, "tag");

    return tag && strpbrk(tag, ",\t\r\n") ? tr_problem_field(
               req->problem, "tag", "A tag is one line without commas. Add one after another.")
                                          : APR_SUCCESS;
}

static apr_status_t label(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;

    return tr_db_row(db, tr_row_flag(req->args, "on") ? "tag_set" : "tag_drop", req->args, &row,
                     problem, req->pool);
}

apr_status_t tag_save(tr_request_t *req)
{
    apr_status_t status = check_tag(req);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, label, req, req->problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "/comments#tags",
                              tr_row_int(req->args, "id", 0));
}
