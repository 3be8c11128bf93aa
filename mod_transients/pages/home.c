/* home.c: where work waits, how far it is, and what happened last.
 *
 * SPDX-License-Identifier: MIT
 */
#include "home.h"
#include "pages.h"

#define COMMENTS 6

static const tr_need_t home_needs[] = {
    { "work", "project_work", TR_MANY },
    { "counted", "home_count", TR_ONE },
    { "progress", "home_progress", TR_MANY },
    { "days", "home_days", TR_MANY },
    { "sitting", "home_sitting", TR_MAYBE },
    { "observations", "observation_latest", TR_MANY },
    { "activity", "activity_latest", TR_MANY },
    { "out_of_sight", "activity_hidden", TR_ONE },
    { "pointings", "sky_pointings", TR_MANY },
    { "best", "sky_candidates", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_adds_t home_adds[] = {
    HOME_PLOTS_ADDS,
    HOME_SKY_ADDS,
    { NULL, TR_NULL },
};

/* The chosen project stands out in the list, and the curve and the map are of it alone. Nobody
 * has work here, and goes on to what may be read without login. */
static apr_status_t prepare(tr_request_t *req)
{
    const tr_value_t *project = tr_row_get(req->reader.row, "project_id");

    if (!req->reader.id) {
        return tr_reply_see_other(req, "/candidates");
    }
    if (project) {
        tr_row_set(req->args, "project", *project);
    }
    tr_row_set(req->args, "limit", tr_int(COMMENTS));
    tr_row_set(req->args, "comments_alone", tr_bool(1));
    return APR_SUCCESS;
}

static apr_status_t finish(tr_request_t *req)
{
    home_plots_add(req);
    home_sky_add(req);
    return APR_SUCCESS;
}

const tr_page_t home_page = {
    .template = "home.html",
    .needs = home_needs,
    .prepare = prepare,
    .brings = "project limit comments_alone",
    .finish = finish,
    .adds = home_adds,
};
