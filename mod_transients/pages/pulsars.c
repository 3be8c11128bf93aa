/* pulsars.c: the ATNF catalogue of pulsars, and one of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_sky.h"

#include <apr_strings.h>

#define RADIUS_DEFAULT 60.0   /* arcmin, around a place that one looks up */
#define RADIUS_MAX     1800.0 /* arcmin: 30 degrees, as for the candidate table's cone */

static const tr_need_t pulsars_needs[] = {
    { "pulsars", "pulsar_list", TR_MANY },
    { "total", "pulsar_count", TR_ONE },
    { "catalogue", "pulsar_catalogue_latest", TR_MAYBE },
    { NULL, NULL, TR_ONE },
};

static const tr_listing_t pulsars_listing = {
    .need = "pulsars",
    .set = "pulsar.sort",
    .default_sort = "name",
    .rows = 50,
};

const tr_field_t pulsars_fields[] = {
    { .name = "find", .max_len = 64, .flags = TR_F_TRIM, .label = "Name" },
    { .name = "pos", .max_len = TR_SKY_INPUT_MAX, .flags = TR_F_TRIM, .label = "Position" },
    { .name = "radius", .kind = TR_F_REAL, .label = "Radius" },
    { .name = NULL },
};

static void set_cone(tr_request_t *req, tr_value_t ra, tr_value_t dec, tr_value_t radius)
{
    tr_row_set(req->args, "cone_ra", ra);
    tr_row_set(req->args, "cone_dec", dec);
    tr_row_set(req->args, "radius_deg", radius);
}

static double radius_of(const tr_request_t *req)
{
    return tr_row_real(req->args, "radius", RADIUS_DEFAULT);
}

static apr_status_t check_radius(tr_request_t *req)
{
    double radius = radius_of(req);

    if (!(radius > 0 && radius <= RADIUS_MAX)) {
        return tr_problem_field(req->problem, "radius",
                                "A radius is more than 0 and at most %.0f arcminutes "
                                "(30 degrees).",
                                RADIUS_MAX);
    }
    return APR_SUCCESS;
}

static apr_status_t read_position(tr_request_t *req, tr_sky_position_t *position)
{
    const char *pos = tr_row_text(req->args, "pos"), *why;

    if (!pos) {
        return tr_problem_field(req->problem, "pos", "A search by position needs a position.");
    }
    if (tr_sky_parse_pair(position, pos, &why) != APR_SUCCESS) {
        return tr_problem_field(req->problem, "pos", "%s", why);
    }
    return APR_SUCCESS;
}

/* A place that cannot be read is no search elsewhere: the list stays empty. */
static apr_status_t prepare(tr_request_t *req)
{
    tr_sky_position_t position;
    apr_status_t at, within;

    set_cone(req, tr_null(), tr_null(), tr_null());
    if (tr_row_is_null(req->args, "pos") && tr_row_is_null(req->args, "radius")) {
        return APR_SUCCESS;
    }
    at = read_position(req, &position);
    within = check_radius(req);
    if (at != APR_SUCCESS || within != APR_SUCCESS) {
        return TR_EBAD;
    }
    set_cone(req, tr_real(position.ra.deg), tr_real(position.dec.deg),
             tr_real(radius_of(req) / 60));
    return APR_SUCCESS;
}

static const tr_adds_t pulsars_adds[] = {
    { "cone", TR_ROW },    { "cone.ra", TR_REAL }, { "cone.dec", TR_REAL },
    { "radius", TR_REAL }, { NULL, TR_NULL },
};

/* What was understood of the position. */
static apr_status_t finish(tr_request_t *req)
{
    tr_row_t *cone = NULL;

    if (!tr_row_is_null(req->args, "radius_deg")) {
        cone = tr_row_make(req->pool);
        tr_row_set(cone, "ra", *tr_row_get(req->args, "cone_ra"));
        tr_row_set(cone, "dec", *tr_row_get(req->args, "cone_dec"));
    }
    tr_row_set(req->data, "cone", tr_of_row(cone));
    tr_row_set(req->data, "radius", tr_real(radius_of(req)));
    return APR_SUCCESS;
}

static const tr_export_t pulsars_export = {
    .statement = "pulsar_list_export",
    .set = "pulsar.export",
    .name = "pulsars",
    .title = "Pulsars of the ATNF catalogue",
};

const tr_page_t pulsars_page = {
    .template = "pulsars.html",
    .needs = pulsars_needs,
    .listing = &pulsars_listing,
    .export = &pulsars_export,
    .prepare = prepare,
    .brings = "cone_ra cone_dec radius_deg",
    .finish = finish,
    .adds = pulsars_adds,
};

static const tr_need_t pulsar_needs[] = {
    { "pulsar", "pulsar_by_id", TR_ONE },
    { "associated", "pulsar_candidates", TR_MANY },
    { "near", "pulsar_candidates_near", TR_MANY },
    { "catalogue", "pulsar_catalogue_latest", TR_MAYBE },
    { NULL, NULL, TR_ONE },
};

const tr_page_t pulsar_page = {
    .template = "pulsar.html",
    .needs = pulsar_needs,
};
