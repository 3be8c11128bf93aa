/* tr_skymap.h: the whole sky on a sheet: Mollweide's equal-area projection.
 *
 * Angles are degrees (ICRS). The sheet is TR_SKYMAP_WIDTH by TR_SKYMAP_HEIGHT
 * units, y grows downwards, north is up and right ascension grows to the left,
 * as one sees it; the middle is TR_SKYMAP_MIDDLE. What is written are SVG path
 * data. A path that passes the edge goes on beyond it and comes again from the
 * other side: the picture clips it by the map's ellipse.
 *
 * J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper
 * 1395 (1987), equations 31-1 to 31-3.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SKYMAP_H
#define TR_SKYMAP_H

#include "tr_buf.h"

#define TR_SKYMAP_WIDTH  960.0
#define TR_SKYMAP_HEIGHT 480.0
#define TR_SKYMAP_MIDDLE 45.0 /* right ascension; the galactic plane is whole around it */

/* Where a position stands on the sheet, always within the ellipse. */
void tr_skymap_place(double *x, double *y, double ra, double dec);
/* Appends the outline of a circle on the sky; radius in (0, 90). */
void tr_skymap_circle(tr_buf_t *path, double ra, double dec, double radius);
/* Appends a meridian from pole to pole, and a parallel from edge to edge. */
void tr_skymap_meridian(tr_buf_t *path, double ra);
void tr_skymap_parallel(tr_buf_t *path, double dec);
/* Appends the line of one galactic latitude around the sky. */
void tr_skymap_galactic(tr_buf_t *path, double latitude);

#endif
