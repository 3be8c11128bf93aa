/* tr_horizon.c: azimuth and elevation at the MWA.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_horizon.h"
#include "tr_problem.h"
#include "tr_time.h"

#include <erfa.h>
#include <erfam.h>

#include <math.h>

#define DEGREES  (ERFA_DPI / 180.0)
#define MJD_ZERO 2400000.5

/* The array's centre, WGS 84: 26d42'11.94986" S, 116d40'14.93485" E, 377.827 m (Tingay et al.
 * 2013, PASA 30, e007). */
#define SITE_LATITUDE  (-26.70331940556)
#define SITE_LONGITUDE 116.67081523611
#define SITE_HEIGHT    377.827

/* No air: pressure 0 switches refraction off, and then the wavelength does not matter. */
#define NO_PRESSURE 0.0
#define WAVELENGTH  1.0e6

apr_status_t tr_horizon(double *azimuth, double *elevation, double ra, double dec, double gps)
{
    double mjd, zenith, hour_angle, observed_dec, observed_ra, origins;
    apr_status_t status = tr_time_mjd_from_gps(&mjd, gps);

    if (status != APR_SUCCESS || !isfinite(ra) || !isfinite(dec)) {
        return TR_EBAD;
    }
    /* A warning says that the year is beyond the table of leap seconds: the last one stands. */
    if (eraAtco13(ra * DEGREES, dec * DEGREES, 0.0, 0.0, 0.0, 0.0, MJD_ZERO, mjd, 0.0,
                  SITE_LONGITUDE * DEGREES, SITE_LATITUDE * DEGREES, SITE_HEIGHT, 0.0, 0.0,
                  NO_PRESSURE, 0.0, 0.0, WAVELENGTH, azimuth, &zenith, &hour_angle,
                  &observed_dec, &observed_ra, &origins)
        < 0) {
        return TR_EBAD;
    }
    *azimuth = fmod(*azimuth / DEGREES + 360.0, 360.0);
    *elevation = 90.0 - zenith / DEGREES;
    return APR_SUCCESS;
}
