/* candidate_sky.h: what the candidate page tells of a position: where it is in the Galaxy,
 * where it stood above the horizon, and which part of the archive holds it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CANDIDATE_SKY_H
#define CANDIDATE_SKY_H

#include "../web/tr_web.h"

/* Adds to req->data, from the row `candidate`:
 * galactic  l, b; NULL without a position
 * horizon   azimuth, elevation, at (GPS seconds), at_peak; NULL without a position
 * archive   what to ask the MWA's archive for: ra_min, ra_max, dec_min, dec_max */
void candidate_sky_add(tr_request_t *req);

/* What it adds, for a page's .adds. */
#define CANDIDATE_SKY_ADDS                                                                     \
    { "galactic", TR_ROW }, { "galactic.l", TR_REAL }, { "galactic.b", TR_REAL },              \
        { "horizon", TR_ROW }, { "horizon.azimuth", TR_REAL },                                 \
        { "horizon.elevation", TR_REAL }, { "horizon.at", TR_REAL },                           \
        { "horizon.at_peak", TR_BOOL }, { "archive", TR_ROW }, { "archive.ra_min", TR_REAL },  \
        { "archive.ra_max", TR_REAL }, { "archive.dec_min", TR_REAL },                         \
    {                                                                                          \
        "archive.dec_max", TR_REAL                                                             \
    }

#endif
