#!/usr/bin/env python3
# make-horizon.py: writes horizon.tsv, azimuth and elevation at the MWA as PyEphem sees them.
#
# Not run by the tests. Made with PyEphem 4.1.4 (Debian's python3-ephem), no network. Its library
# (libastro, of XEphem) shares no code with ERFA: precession, nutation, aberration and sidereal time
# are its own. Stars are given as J2000, which is ICRS within 0.03 arcsec; there is no air.
#
# SPDX-License-Identifier: MIT
import random
from datetime import datetime, timedelta
from math import asin, degrees, radians

import ephem

LEAP_SECONDS = 18  # GPS is ahead of UTC by so many since 2017, 15 before July 2012
random.seed(1285442472)


def look(gps, leap, ra, dec):
    utc = datetime(1980, 1, 6) + timedelta(seconds=gps - leap)
    site = ephem.Observer()
    site.lat, site.lon = "-26:42:11.94986", "116:40:14.93485"
    site.elevation, site.pressure, site.epoch = 377.827, 0, ephem.J2000
    site.date = ephem.Date(utc)
    star = ephem.FixedBody()
    star._ra, star._dec, star._epoch = radians(ra), radians(dec), ephem.J2000
    star.compute(site)
    return degrees(star.az), degrees(star.alt)


with open("horizon.tsv", "w") as out:
    print("# GPS seconds, RA, Dec (deg), azimuth, elevation (deg) at the MWA. Made by make-horizon.py"
          f" with PyEphem {ephem.__version__}", file=out)
    for n in range(80):
        early = n % 4 == 3
        gps = random.randrange(1000000000, 1020000000) if early \
            else random.randrange(1180000000, 1440000000)
        ra, dec = random.uniform(0, 360), degrees(asin(random.uniform(-1, 1)))
        az, alt = look(gps, 15 if early else LEAP_SECONDS, ra, dec)
        print(gps, repr(ra), repr(dec), f"{az:.6f}", f"{alt:.6f}", sep="\t", file=out)
