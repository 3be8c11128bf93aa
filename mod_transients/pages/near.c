/* near.c: candidates and pulsars near a candidate, as pages of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#define RADIUS_DEFAULT 2.0    /* arcmin; about a beam at 150 MHz */
#define RADIUS_MAX     1800.0 /* arcmin: 30 degrees, as for the candidate table's cone */

static const tr_need_t near_needs[] = {
    { "candidate", "candidate_position", TR_ONE },
    { "near", "candidate_near", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_need_t pulsars_needs[] = {
    { "candidate", "candidate_position", TR_ONE },
    { "pulsars", "pulsar_near", TR_MANY },
    { "catalogue", "pulsar_catalogue_latest", TR_MAYBE },
    { NULL, NULL, TR_ONE },
};

const tr_field_t near_fields[] = {
    { .name = "radius", .kind = TR_F_REAL, .min = 0.001, .max = RADIUS_MAX, .label = "Radius" },
    { .name = NULL },
};

static const tr_adds_t near_adds[] = {
    { "radius", TR_REAL },
    { NULL, TR_NULL },
};

static double radius_of(const tr_request_t *req)
{
    return tr_row_real(req->args, "radius", RADIUS_DEFAULT);
}

static apr_status_t prepare(tr_request_t *req)
{
    tr_row_set(req->args, "radius_deg", tr_real(radius_of(req) / 60));
    return APR_SUCCESS;
}

static apr_status_t finish(tr_request_t *req)
{
    tr_row_set(req->data, "radius", tr_real(radius_of(req)));
    return APR_SUCCESS;
}

const tr_page_t near_page = {
    .template = "near.html",
    .needs = near_needs,
    .prepare = prepare,
    .brings = "radius_deg",
    .finish = finish,
    .adds = near_adds,
};

const tr_page_t near_pulsars_page = {
    .template = "near-pulsars.html",
    .needs = pulsars_needs,
    .prepare = prepare,
    .brings = "radius_deg",
    .finish = finish,
    .adds = near_adds,
};

/* --- the one pulsar that a candidate is matched to ---------------------------------- */

const tr_field_t association_fields[] = {
    { .name = "pulsar", .kind = TR_F_INT, .flags = TR_F_REQUIRED, .min = 1, .max = 9e18 },
    { .name = "match", .kind = TR_F_BOOL, .flags = TR_F_REQUIRED },
    { .name = "radius", .kind = TR_F_REAL, .min = 0.001, .max = RADIUS_MAX },
    { .name = NULL },
};

static apr_status_t store_match(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;

    if (tr_row_flag(req->args, "match")) {
        return tr_db_row(db, "association_set", req->args, &row, problem, req->pool);
    }
    return tr_db_run(db, "association_drop", req->args, NULL, problem, req->pool);
}

apr_status_t association_save(tr_request_t *req)
{
    apr_status_t status = tr_db_transaction(req->db, store_match, req, req->problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "/pulsars?radius=%g",
                              tr_row_int(req->args, "id", 0), radius_of(req));
}
