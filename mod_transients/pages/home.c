/* home.c: where work waits, and what happened last.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

static const tr_need_t home_needs[] = {
    { "work", "project_work", TR_MANY },
    { "sitting", "sitting_count", TR_ONE },
    { "verdicts", "rating_latest", TR_MANY },
    { "observations", "observation_latest", TR_MANY },
    { NULL, NULL, TR_ONE },
};

/* The chosen project stands out in the list. Nobody has work here, and goes on to what may be
 * read without login. */
static apr_status_t prepare(tr_request_t *req)
{
    const tr_value_t *project = tr_row_get(req->reader.row, "project_id");

    if (!req->reader.id) {
        return tr_reply_see_other(req, "/candidates");
    }
    if (project) {
        tr_row_set(req->args, "project", *project);
    }
    return APR_SUCCESS;
}

const tr_page_t home_page = {
    .template = "home.html",
    .needs = home_needs,
    .prepare = prepare,
    .brings = "project",
};
