/* candidates.c: the candidate table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

static const tr_need_t candidates_needs[] = {
    { "candidates", "candidate_list", TR_MANY },
    { "total", "candidate_count", TR_ONE },
    { "projects", "project_choices", TR_MANY },
    { "filters", "filter_choices", TR_MANY },
    { "classes", "classification_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_cells_t candidates_cells[] = {
    { "candidates", "cells", "candidate.table" },
    { NULL, NULL, NULL },
};

static const tr_listing_t candidates_listing = {
    .need = "candidates",
    .set = "candidate.sort",
    .default_sort = "-can_det_stat",
    .rows = 50,
    .ranges = "candidate.filter",
    .cells = "table",
};

const tr_field_t candidates_fields[] = {
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = "obs_id", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Observation" },
    { .name = "filter", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Filter" },
    { .name = "class", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Classification" },
    { .name = "rated", .kind = TR_F_CHOICE, .choices = "yes no me not-me", .label = "Rated" },
    { .name = "notes", .kind = TR_F_BOOL, .label = "Has notes" },
    { .name = "ra", .kind = TR_F_REAL, .min = 0, .max = 360, .label = "RA" },
    { .name = "dec", .kind = TR_F_REAL, .min = -90, .max = 90, .label = "Dec" },
    { .name = "radius", .kind = TR_F_REAL, .min = 1e-6, .max = 30, .label = "Radius" },
    { .name = NULL },
};

/* A cone is whole or not there at all. */
static apr_status_t check_cone(tr_request_t *req)
{
    static const char *const parts[] = { "ra", "dec", "radius" };
    int given = 0;

    for (int i = 0; i < 3; i++) {
        given += !tr_row_is_null(req->args, parts[i]);
    }
    for (int i = 0; i < 3 && given && given < 3; i++) {
        if (tr_row_is_null(req->args, parts[i])) {
            tr_problem_field(req->problem, parts[i],
                             "A search by position needs RA, Dec and a radius, in degrees.");
        }
    }
    return given && given < 3 ? TR_EBAD : APR_SUCCESS;
}

/* No project asked for: the reader's own choice. Zero: all that the reader may see. */
static apr_status_t prepare(tr_request_t *req)
{
    const tr_value_t *chosen = tr_row_get(req->reader.row, "project_id");

    if (tr_row_is_null(req->args, "project")) {
        tr_row_set(req->args, "project", chosen ? *chosen : tr_null());
    }
    else if (tr_row_int(req->args, "project", 0) == 0) {
        tr_row_set(req->args, "project", tr_null());
    }
    return check_cone(req);
}

const tr_page_t candidates_page = {
    .template = "candidates.html",
    .needs = candidates_needs,
    .cells = candidates_cells,
    .listing = &candidates_listing,
    .prepare = prepare,
};
