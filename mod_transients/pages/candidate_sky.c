/* candidate_sky.c: a candidate's place in the Galaxy, above the horizon, and in the archive.
 *
 * SPDX-License-Identifier: MIT
 */
#include "candidate_sky.h"

#include "../lib/tr_horizon.h"
#include "../lib/tr_sky.h"

#include <math.h>

/* An observation whose pointing centre is so near has the position in its field, degrees: half
 * of the width of the primary beam at the lowest frequencies. */
#define FIELD 12.0

#define DEGREES (3.14159265358979323846 / 180.0)

static tr_row_t *galactic_of(double ra, double dec, apr_pool_t *pool)
{
    tr_row_t *galactic = tr_row_make(pool);
    double l, b;

    tr_sky_galactic(&l, &b, ra, dec);
    tr_row_set(galactic, "l", tr_real(l));
    tr_row_set(galactic, "b", tr_real(b));
    return galactic;
}

/* At the peak where the pipeline said when that was, else in the middle of the observation. */
static tr_row_t *horizon_of(const tr_row_t *candidate, double ra, double dec, apr_pool_t *pool)
{
    int at_peak = !tr_row_is_null(candidate, "peak_time");
    double middle = ((double)tr_row_int(candidate, "starttime", 0)
                     + (double)tr_row_int(candidate, "stoptime", 0))
                    / 2.0;
    double at = tr_row_real(candidate, "peak_time", middle);
    double azimuth, elevation;
    tr_row_t *horizon;

    if (tr_horizon(&azimuth, &elevation, ra, dec, at) != APR_SUCCESS) {
        return NULL;
    }
    horizon = tr_row_make(pool);
    tr_row_set(horizon, "azimuth", tr_real(azimuth));
    tr_row_set(horizon, "elevation", tr_real(elevation));
    tr_row_set(horizon, "at", tr_real(at));
    tr_row_set(horizon, "at_peak", tr_bool(at_peak));
    return horizon;
}

static tr_value_t hundredths(double degrees)
{
    return tr_real(round(degrees * 100.0) / 100.0);
}

/* The archive asks for a box. It cannot go over 0 h: there the box ends, and near a pole it
 * goes all around. */
static tr_row_t *archive_of(double ra, double dec, apr_pool_t *pool)
{
    double half = fabs(dec) + FIELD < 90.0 ? FIELD / cos(dec * DEGREES) : 180.0;
    int is_round = half >= 180.0;
    tr_row_t *archive = tr_row_make(pool);

    tr_row_set(archive, "ra_min", hundredths(is_round ? 0.0 : fmax(0.0, ra - half)));
    tr_row_set(archive, "ra_max", hundredths(is_round ? 360.0 : fmin(360.0, ra + half)));
    tr_row_set(archive, "dec_min", hundredths(fmax(-90.0, dec - FIELD)));
    tr_row_set(archive, "dec_max", hundredths(fmin(90.0, dec + FIELD)));
    return archive;
}

void candidate_sky_add(tr_request_t *req)
{
    const tr_row_t *candidate = tr_row_row(req->data, "candidate");
    int is_known = !tr_row_is_null(candidate, "ra_deg");
    double ra = tr_row_real(candidate, "ra_deg", 0), dec = tr_row_real(candidate, "dec_deg", 0);

    tr_row_set(req->data, "galactic",
               tr_of_row(is_known ? galactic_of(ra, dec, req->pool) : NULL));
    tr_row_set(req->data, "horizon",
               tr_of_row(is_known ? horizon_of(candidate, ra, dec, req->pool) : NULL));
    tr_row_set(req->data, "archive",
               tr_of_row(is_known ? archive_of(ra, dec, req->pool) : NULL));
}
