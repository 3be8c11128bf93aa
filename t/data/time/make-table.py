#!/usr/bin/env python3
# make-table.py: writes gps-utc.tsv, GPS seconds and UTC as astropy sees them.
#
# Not run by the tests. Made with astropy 5.2.1 (Debian 12), its own bundled leap seconds, no
# network: python3 make-table.py > gps-utc.tsv
#
# SPDX-License-Identifier: MIT
import random

import astropy
from astropy.time import Time
from astropy.utils import iers

iers.conf.auto_download = False
# GPS seconds of 23:59:60 for each leap second since 1980-01-06, from leap-seconds.tsv.
leaps = []
for line in open("leap-seconds.tsv"):
    if line[0] != "#":
        ntp, tai_utc = (int(x) for x in line.split("\t")[:2])
        leaps.append(ntp - 2524953600 + tai_utc - 19 - 1)

seconds = {0, 1, 86399, 86400, 1285442472, 1391000000, 1000000000}
for leap in leaps:
    seconds.update(leap + d for d in (-86400, -2, -1, 0, 1, 2, 86400))
random.seed(20200929)
seconds.update(random.randrange(0, 1500000000) for _ in range(100))

print("# GPS seconds, UTC, MJD (UTC). Made by make-table.py with astropy", astropy.__version__)
for gps in sorted(s for s in seconds if s >= 0):
    t = Time(gps, format="gps").utc
    t.precision = 0
    print(gps, t.isot + "Z", f"{t.mjd:.9f}", sep="\t")
