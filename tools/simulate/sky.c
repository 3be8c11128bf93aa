/* sky.c: where the demo's telescope points and what it sees there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sky.h"

#include <erfa.h>
#include <erfam.h>
#include <math.h>

/* The MWA's centre (Tingay et al. 2013, PASA 30, e007). */
static const double site_longitude = 116.67081524;
static const double site_latitude = -26.70331941;

static const double gps_epoch_jd = 2444244.5; /* 1980-01-06 */
static const double tai_minus_gps = 19.0;     /* s */
static const double sidereal_rate = 1.00273790935;

void tr_sim_sky_from_galactic(double l, double b, double *ra, double *dec)
{
    eraG2icrs(l * ERFA_DD2R, b * ERFA_DD2R, ra, dec);
    *ra = eraAnp(*ra) * ERFA_DR2D;
    *dec *= ERFA_DR2D;
}

void tr_sim_sky_from_pixel(const tr_sim_image_t *image, double x, double y, double *ra,
                           double *dec)
{
    double xi = -(x - image->centre_pix) * image->pixel_deg * ERFA_DD2R;
    double eta = (y - image->centre_pix) * image->pixel_deg * ERFA_DD2R;

    eraTpsts(xi, eta, image->ra_deg * ERFA_DD2R, image->dec_deg * ERFA_DD2R, ra, dec);
    *ra = eraAnp(*ra) * ERFA_DR2D;
    *dec *= ERFA_DR2D;
}

void tr_sim_sky_to_pixel(const tr_sim_image_t *image, double ra, double dec, double *x,
                         double *y)
{
    double xi, eta;

    eraTpxes(ra * ERFA_DD2R, dec * ERFA_DD2R, image->ra_deg * ERFA_DD2R,
             image->dec_deg * ERFA_DD2R, &xi, &eta);
    *x = image->centre_pix - xi * ERFA_DR2D / image->pixel_deg;
    *y = image->centre_pix + eta * ERFA_DR2D / image->pixel_deg;
}

/* Local sidereal time at the MWA, degrees. */
static double sidereal_time(double gps)
{
    double utc_day, utc_part;

    eraTaiutc(gps_epoch_jd, (gps + tai_minus_gps) / ERFA_DAYSEC, &utc_day, &utc_part);
    return eraGmst82(utc_day, utc_part) * ERFA_DR2D + site_longitude;
}

void tr_sim_sky_horizon(double gps, double ra, double dec, double *azimuth, double *elevation)
{
    double hour_angle = (sidereal_time(gps) - ra) * ERFA_DD2R;

    eraHd2ae(eraAnpm(hour_angle), dec * ERFA_DD2R, site_latitude * ERFA_DD2R, azimuth,
             elevation);
    *azimuth *= ERFA_DR2D;
    *elevation *= ERFA_DR2D;
}

int64_t tr_sim_sky_transit(double gps, double ra, double hours)
{
    double late = (sidereal_time(gps) - ra - 15.0 * hours) * ERFA_DD2R;
    double seconds = eraAnpm(late) / (2.0 * M_PI) * ERFA_DAYSEC / sidereal_rate;

    return (int64_t)floor((gps - seconds) / 8.0 + 0.5) * 8;
}
