/* tr_horizon.h: where a position stands above the telescope's horizon at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_HORIZON_H
#define TR_HORIZON_H

#include <apr_errno.h>

/* Azimuth (from north through east, [0, 360)) and elevation of an ICRS position at GPS seconds,
 * seen from the middle of the MWA, degrees; without refraction, which at metre wavelengths is
 * the ionosphere's and not known here. By ERFA (eraAtco13: IAU 2006/2000A); UT1 is taken for
 * UTC, which is right to 0.9 s, 14 arcsec in azimuth at the equator.
 * TR_EBAD: no such time (see tr_time.h), or not finite. */
apr_status_t tr_horizon(double *azimuth, double *elevation, double ra, double dec, double gps);

#endif
