/* horizon.c: azimuth and elevation agree with a library that shares no code with ours.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_horizon.h"
#include "tr_sky.h"

#include <math.h>
#include <stdlib.h>

/* A quarter of a minute of arc: UT1 is not UTC, and PyEphem's stars have no polar motion. */
#define NEAR_ENOUGH (20.0 / 3600.0)

static void agrees_with_pyephem(void)
{
    FILE *file = tap_open("t/data/sky/horizon.tsv");
    char line[512], *f[5];
    double worst = 0;
    int rows = 0, refused = 0;

    for (; tap_fields(file, line, sizeof(line), f, 5) == 5; rows++) {
        double azimuth = NAN, elevation = NAN;

        refused += tr_horizon(&azimuth, &elevation, atof(f[1]), atof(f[2]), atof(f[0]))
                   != APR_SUCCESS;
        worst = fmax(worst, tr_sky_separation(azimuth, elevation, atof(f[3]), atof(f[4])));
    }
    fclose(file);
    ok(rows == 80 && !refused, "%d positions have an azimuth and an elevation", rows);
    if (!ok(worst < NEAR_ENOUGH, "which are PyEphem's within 20 arcsec")) {
        diag("worst: %g arcsec", worst * 3600.0);
    }
}

/* The pole stands as high as the site is south, due south, at any time. */
static void the_pole_stands_still(void)
{
    double azimuth, elevation;

    for (double gps = 1200000000; gps < 1200086400; gps += 21600) {
        tr_horizon(&azimuth, &elevation, 0.0, -90.0, gps);
        ok(fabs(elevation - 26.703) < 0.15 && fabs(azimuth - 180.0) < 0.15,
           "the south pole is at %.2f, %.2f", azimuth, elevation);
    }
}

int main(void)
{
    double azimuth, elevation;

    agrees_with_pyephem();
    the_pole_stands_still();
    ok(tr_horizon(&azimuth, &elevation, 0.0, 0.0, -1.0) != APR_SUCCESS,
       "there is no time before GPS time");
    ok(tr_horizon(&azimuth, &elevation, NAN, 0.0, 1200000000) != APR_SUCCESS,
       "nothing is no position");
    return done_testing();
}
