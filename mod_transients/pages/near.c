/* near.c: candidates and pulsars near a candidate, as pages of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include <apr_strings.h>
#include <string.h>

#define RADIUS_DEFAULT 2.0    /* arcmin; about a beam at 150 MHz */
#define RADIUS_MIN     0.001  /* arcmin: no position is that sure */
#define RADIUS_MAX     1800.0 /* arcmin: 30 degrees, as for the candidate table's cone */

static const tr_need_t near_needs[] = {
    { "candidate", "candidate_position", TR_ONE },
    { "near", "candidate_near", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_need_t pulsars_needs[] = {
    { "candidate", "candidate_position", TR_ONE },
    { "match", "association_of", TR_MAYBE },
    { "pulsars", "pulsar_near", TR_MANY },
    { "catalogue", "pulsar_catalogue_latest", TR_MAYBE },
    { NULL, NULL, TR_ONE },
};

/* As text, so that a wrong one is an error at its field on the page itself. */
const tr_field_t near_fields[] = {
    { .name = "radius", .flags = TR_F_TRIM, .max_len = 40, .label = "Radius" },
    { .name = NULL },
};

static const tr_adds_t near_adds[] = {
    { "radius", TR_TEXT },
    { NULL, TR_NULL },
};

static apr_status_t read_radius(tr_request_t *req, double *radius)
{
    const char *text = tr_row_text(req->args, "radius");

    *radius = RADIUS_DEFAULT;
    if (!text) {
        return APR_SUCCESS;
    }
    if (!tr_real_read(text, strlen(text), radius)) {
        return tr_problem_field(req->problem, "radius", "A number of arcmin is needed.");
    }
    if (*radius < RADIUS_MIN || *radius > RADIUS_MAX) {
        return tr_problem_field(req->problem, "radius", "A radius is from %g to %g arcmin.",
                                RADIUS_MIN, RADIUS_MAX);
    }
    return APR_SUCCESS;
}

/* A wrong radius searches nowhere: NULL finds no rows. */
static apr_status_t prepare(tr_request_t *req)
{
    int is_refused = tr_problem_count(req->problem) > 0;
    double radius;

    if (tr_row_index(req->args, "radius_deg") >= 0) {
        return APR_SUCCESS;
    }
    if (read_radius(req, &radius) == APR_SUCCESS) {
        tr_row_set(req->args, "radius_deg", tr_real(radius / 60));
        return APR_SUCCESS;
    }
    tr_row_set(req->args, "radius_deg", tr_null());
    return is_refused ? APR_SUCCESS : tr_reply_page(req, 400, req->route->page);
}

static apr_status_t finish(tr_request_t *req)
{
    const char *typed = tr_row_text(req->args, "radius");

    tr_row_set(req->data, "radius",
               tr_text(typed ? typed : apr_psprintf(req->pool, "%g", RADIUS_DEFAULT)));
    return APR_SUCCESS;
}

static const tr_export_t near_export = {
    .statement = "near_export",
    .set = "near.export",
    .name = "near",
    .title = "Candidates near a candidate",
    .keeps_json = 1,
};

static const tr_export_t near_pulsars_export = {
    .statement = "near_pulsar_export",
    .set = "near_pulsar.export",
    .name = "near-pulsars",
    .title = "Pulsars near a candidate",
    .keeps_json = 1,
};

const tr_page_t near_page = {
    .template = "near.html",
    .needs = near_needs,
    .export = &near_export,
    .prepare = prepare,
    .brings = "radius_deg",
    .finish = finish,
    .adds = near_adds,
};

const tr_page_t near_pulsars_page = {
    .template = "near-pulsars.html",
    .needs = pulsars_needs,
    .export = &near_pulsars_export,
    .prepare = prepare,
    .brings = "radius_deg",
    .finish = finish,
    .adds = near_adds,
};

/* --- the one pulsar that a candidate is matched to ---------------------------------- */

const tr_field_t association_fields[] = {
    /* 0: the one that the catalogue withdrew */
    { .name = "pulsar", .kind = TR_F_INT, .flags = TR_F_REQUIRED, .min = 0, .max = 9e18 },
    { .name = "match", .kind = TR_F_BOOL, .flags = TR_F_REQUIRED },
    { .name = "radius", .flags = TR_F_TRIM, .max_len = 40, .label = "Radius" },
    { .name = NULL },
};

static apr_status_t store_match(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_request_t *req = baton;
    tr_row_t *row;
    apr_status_t status;

    if (tr_row_flag(req->args, "match")) {
        return tr_db_row(db, "association_set", req->args, &row, problem, req->pool);
    }
    status = tr_db_row(db, "candidate_position", req->args, &row, problem, req->pool);
    if (status != APR_SUCCESS) { /* out of the reader's sight it is not there */
        return status;
    }
    return tr_db_run(db, "association_drop", req->args, NULL, problem, req->pool);
}

apr_status_t association_save(tr_request_t *req)
{
    double radius;
    apr_status_t status = read_radius(req, &radius);

    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, store_match, req, req->problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "/pulsars?radius=%.10g",
                              tr_row_int(req->args, "id", 0), radius);
}
