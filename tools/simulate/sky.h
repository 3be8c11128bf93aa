/* sky.h: where the demo's telescope points and what it sees there.
 *
 * Angles are degrees, ICRS unless said otherwise. Pure functions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_SKY_H
#define TR_SIM_SKY_H

#include <stdint.h>

/* A tangent-plane image: its centre, pixel size and the centre's pixel. */
typedef struct {
    double ra_deg, dec_deg;
    double pixel_deg;
    double centre_pix;
} tr_sim_image_t;

/* Galactic to ICRS (eraG2icrs). */
void tr_sim_sky_from_galactic(double l, double b, double *ra, double *dec);

/* Position of a pixel and pixel of a position, x against right ascension (eraTpsts, eraTpxes).
 * The latter is meant for positions within some 30 degrees of the centre. */
void tr_sim_sky_from_pixel(const tr_sim_image_t *image, double x, double y, double *ra,
                           double *dec);
void tr_sim_sky_to_pixel(const tr_sim_image_t *image, double ra, double dec, double *x,
                         double *y);

/* Azimuth and elevation of a position at the MWA at a time in GPS seconds; UT1 is taken for
 * UTC, refraction left out. */
void tr_sim_sky_horizon(double gps, double ra, double dec, double *azimuth, double *elevation);

/* The GPS second nearest to `gps`, within half a day, when the position's hour angle at the MWA
 * is `hours`; a multiple of 8, as the observatory's ids are. */
int64_t tr_sim_sky_transit(double gps, double ra, double hours);

#endif
