/* near.c: candidates and pulsars near a candidate, as pages of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#define RADIUS_DEFAULT 2.0    /* arcmin; about a beam at 150 MHz */
#define RADIUS_MAX     1800.0 /* arcmin: 30 degrees, where q3c's join still pays */

static const tr_need_t near_needs[] = {
    { "candidate", "candidate_position", TR_ONE },
    { "near", "candidate_near", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static const tr_need_t pulsars_needs[] = {
    { "candidate", "candidate_position", TR_ONE },
    { "pulsars", "pulsar_near", TR_MANY },
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
    .finish = finish,
    .adds = near_adds,
};

const tr_page_t near_pulsars_page = {
    .template = "near-pulsars.html",
    .needs = pulsars_needs,
    .prepare = prepare,
    .finish = finish,
    .adds = near_adds,
};
