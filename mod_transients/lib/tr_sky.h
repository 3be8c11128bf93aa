/* tr_sky.h: read, write and compare positions on the sky.
 *
 * Angles are degrees, right ascension in [0, 360), ICRS. Everything is a pure
 * function: nothing is allocated, texts go into buffers of the caller's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SKY_H
#define TR_SKY_H

#include <apr_errno.h>

/* Room for every text that is written here, with its NUL. */
#define TR_SKY_TEXT_SIZE 32
/* Longest text in bytes that is read: both values at full precision, with room to spare. */
#define TR_SKY_INPUT_MAX 120
/* Most digits after the point of a second: 1e-6 s is finer than a double's RA needs. */
#define TR_SKY_DIGITS_MAX 6

/* How a value was spelt, so that a page can say what was understood. */
typedef enum {
    TR_SKY_DEGREES,    /* one number: 246.99 */
    TR_SKY_HOURS,      /* hours, minutes, seconds of right ascension: 16:27:59.5 */
    TR_SKY_SEXAGESIMAL /* degrees, minutes, seconds of arc: -52:35:04, also 246d59m */
} tr_sky_form_e;

typedef struct tr_sky_angle_t {
    double deg;
    tr_sky_form_e form;
} tr_sky_angle_t;

typedef struct tr_sky_position_t {
    tr_sky_angle_t ra;
    tr_sky_angle_t dec;
} tr_sky_position_t;

/* Read one value. Accepted: one number is degrees; two or three, separated by ':' or white
 * space, are hours (RA) or degrees (Dec), minutes, seconds; the same with units: h m s, or
 * degree, minute and second signs, or d m s (degrees for RA, too). Minus may be U+2212 or an
 * en dash. 360 degrees and 24 h are 0.
 * TR_EBAD, *why says in words what is wrong (a constant text): not a number, out of range
 * (RA [0, 360], Dec [-90, 90]), minutes or seconds of 60 or more, anything left over,
 * exponents other than in a single number, NaN, inf, hexadecimal, longer than the limit. */
apr_status_t tr_sky_parse_ra(tr_sky_angle_t *ra, const char *text, const char **why);
apr_status_t tr_sky_parse_dec(tr_sky_angle_t *dec, const char *text, const char **why);

/* Read both from one text. They are parted at the comma or semicolon if there is one, else
 * at the sign of the declination, else at the one white space where both sides can be read;
 * where there are several (10 20 30 40 50) it is refused. Errors as above. */
apr_status_t tr_sky_parse_pair(tr_sky_position_t *position, const char *text, const char **why);

/* Write '16:27:59.50' and '-52:35:04.3': `digits` after the point (0 to TR_SKY_DIGITS_MAX),
 * rounded half up with carry; RA of any size is brought to [0, 360) and 24:00:00 is 00:00:00;
 * Dec always has its sign, '+' when it rounds to zero.
 * TR_EBAD and "" when not finite, Dec outside [-90, 90], or digits out of range. */
apr_status_t tr_sky_write_hms(char text[TR_SKY_TEXT_SIZE], double ra, int digits);
apr_status_t tr_sky_write_dms(char text[TR_SKY_TEXT_SIZE], double dec, int digits);

/* Write the name of a position as the IAU wants it: 'J162759.5-523504', cut off, not
 * rounded. What is within 1e-6 of the last digit's unit below the next counts as that, so
 * that 59.5 s stays 59.5 s in binary. Errors as above. */
apr_status_t tr_sky_write_name(char text[TR_SKY_TEXT_SIZE], double ra, double dec);

/* Angle between two positions, degrees in [0, 180] (eraSeps: exact also for small angles and
 * at the poles). NaN in, NaN out. */
double tr_sky_separation(double ra1, double dec1, double ra2, double dec2);

/* ICRS to galactic, l in [0, 360), b in [-90, 90] (eraIcrs2g: the Hipparcos catalogue's
 * definition, ESA SP-1200 vol. 1, sect. 1.5.3). */
void tr_sky_galactic(double *l, double *b, double ra, double dec);

/* Mean ecliptic and equinox of J2000.0 to ICRS (eraEceq06: IAU 2006 precession with frame
 * bias). For catalogues that give ELONG and ELAT. */
void tr_sky_from_ecliptic(double *ra, double *dec, double lon, double lat);

#endif
