/* observations.c: survey status: all observations, and one of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

static const tr_need_t observations_needs[] = {
    { "observations", "observation_list", TR_MANY },
    { "total", "observation_count", TR_ONE },
    { "projects", "project_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_listing_t observations_listing = {
    .need = "observations",
    .set = "observation.sort",
    .default_sort = "-starttime",
    .rows = 50,
};

const tr_field_t observations_fields[] = {
    { .name = "find", .max_len = 64, .flags = TR_F_TRIM, .label = "Name or id" },
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = NULL },
};

/* Counts are of the chosen project, of all where none is chosen. */
static apr_status_t prepare(tr_request_t *req)
{
    if (tr_row_int(req->args, "project", 0) == 0) {
        tr_row_set(req->args, "project", tr_null());
    }
    return APR_SUCCESS;
}

static const tr_export_t observations_export = {
    .statement = "observation_export",
    .set = "observation.export",
    .name = "observations",
    .title = "Observations",
};

const tr_page_t observations_page = {
    .template = "observations.html",
    .needs = observations_needs,
    .listing = &observations_listing,
    .export = &observations_export,
    .prepare = prepare,
};

static const tr_need_t observation_needs[] = {
    { "observation", "observation_by_id", TR_ONE },
    { "searches", "observation_searches", TR_MANY },
    { NULL, NULL, TR_ONE },
};

const tr_page_t observation_page = {
    .template = "observation.html",
    .needs = observation_needs,
    .prepare = prepare,
    .brings = "project",
};
