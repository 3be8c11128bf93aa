#!/usr/bin/env python3
# make-tables.py: writes the tables of this folder, positions as astropy sees them.
#
# Not run by the tests. Made with astropy 5.2.1 (Debian 12), no network: python3 make-tables.py
# astropy writes and reads sexagesimal text by its own Python code, takes separations by
# Vincenty's formula and goes to galactic coordinates through FK5: none of that is ERFA's.
# astropy 5 rounds 59.99 s and more up to the next minute, also 59.994 s, where it should not: no
# such row is in the table. Only the ecliptic table shares ERFA's matrix
# (BarycentricMeanEcliptic, J2000).
#
# SPDX-License-Identifier: MIT
import random

import astropy
from astropy import units as u
from astropy.coordinates import Angle, BarycentricMeanEcliptic, SkyCoord

random.seed(1285442472)
MADE = f" Made by make-tables.py with astropy {astropy.__version__}"


def on_sphere():
    from math import asin, degrees
    return random.uniform(0, 360), degrees(asin(random.uniform(-1, 1)))


def write(name, head, rows):
    with open(name, "w") as out:
        print("#", head + MADE, file=out)
        for row in rows:
            print(*row, sep="\t", file=out)


def position(ra, dec):
    c = SkyCoord(ra * u.deg, dec * u.deg)
    hms = Angle(ra * u.deg).wrap_at(360 * u.deg).to_string(u.hour, sep=":", precision=2, pad=True)
    dms = c.dec.to_string(u.deg, sep=":", precision=1, pad=True, alwayssign=True)
    g = c.galactic
    return repr(ra), repr(dec), hms.replace("24:00:00.00", "00:00:00.00"), dms, \
        f"{g.l.deg:.8f}", f"{g.b.deg:.8f}"


edges = [(0.0, 0.0), (0.0, 90.0), (123.4, -90.0), (246.99791666666667, -52.58452777777778),
         (359.99999, 0.5), (359.9999999, -0.5), (83.633, 22.0145), (266.405, -28.936),
         (192.859508, 27.128336), (15.0, -0.0083), (180.0, 89.99999), (29.999981, -0.999999)]
write("positions.tsv", "RA, Dec (deg, ICRS), RA in hours, Dec in degrees, galactic l, b (deg).",
      [position(*p) for p in edges + [on_sphere() for _ in range(150)]])

pairs = [((10.0, 20.0), (10.0, 20.0)), ((0.0, 90.0), (123.0, 90.0)), ((0.0, 90.0), (0.0, -90.0)),
         ((359.9999, 0.0), (0.0001, 0.0)), ((10.0, 45.0), (190.0, -45.0)),
         ((83.633, 22.0145), (83.633, 22.0145 + 1e-9)), ((0.0, 89.9999), (180.0, 89.9999))]
for _ in range(60):
    a = on_sphere()
    pairs.append((a, on_sphere()))
    pairs.append((a, (a[0] + random.uniform(-0.05, 0.05), max(-90, a[1] - 0.03))))
write("separations.tsv", "RA, Dec, RA, Dec, their separation (deg).",
      [(*map(repr, a + b), repr(float(SkyCoord(*a, unit="deg").separation(
          SkyCoord(*b, unit="deg")).deg))) for a, b in pairs])

def ecliptic(lon, lat):
    c = SkyCoord(lon * u.deg, lat * u.deg, frame=BarycentricMeanEcliptic(equinox="J2000")).icrs
    return repr(lon), repr(lat), f"{c.ra.deg:.10f}", f"{c.dec.deg:.10f}"

write("ecliptic.tsv", "Mean ecliptic longitude, latitude of J2000, RA, Dec (deg, ICRS).",
      [ecliptic(*on_sphere()) for _ in range(40)])

spellings = []
for _ in range(25):
    ra, dec = (Angle(x * u.deg) for x in on_sphere())
    for unit, style in (("hour", {}), ("hour", {"sep": ":"}), ("hour", {"sep": " "}),
                        ("hour", {"fields": 2, "sep": ":"}), ("deg", {}),
                        ("deg", {"decimal": True})):
        digits = random.randrange(0, 9)
        text = ra.to_string(u.Unit(unit), precision=digits, pad=bool(digits % 2), **style)
        value = Angle(text, unit=None if not style else unit)
        spellings.append(("ra", text, repr(float(value.deg))))
    for style in ({}, {"sep": ":"}, {"sep": " "}, {"fields": 2, "sep": " "}, {"decimal": True},
                  {"format": "unicode"}):
        digits = random.randrange(0, 9)
        text = dec.to_string(u.deg, precision=digits, alwayssign=bool(digits % 2), **style)
        spellings.append(("dec", text, repr(float(Angle(text, unit="deg").deg))))
write("spellings.tsv", "Which, its spelling, what it means (deg).", spellings)
