/* tr_skymap.c: Mollweide's projection, and paths on it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_skymap.h"

#include <erfa.h>
#include <math.h>

#define PI     3.14159265358979323846
#define DEGREE (PI / 180.0)

#define CIRCLE_STEPS   24
#define GALACTIC_STEPS 120
#define GRID_STEP      10 /* degrees */

/* The auxiliary angle of a latitude: 2t + sin 2t = pi sin(dec). Near the poles Newton's steps
 * shrink by a third only; 30 of them are exact to 1e-5 of the sheet there, and to the last
 * digit elsewhere after five. */
static double auxiliary(double dec)
{
    double goal = PI * sin(dec), t = dec;

    if (fabs(dec) > 89.99 * DEGREE) {
        return dec > 0 ? PI / 2 : -PI / 2;
    }
    for (int i = 0; i < 30; i++) {
        double step = (2 * t + sin(2 * t) - goal) / (2 + 2 * cos(2 * t));

        t -= step;
        if (fabs(step) < 1e-9) {
            break;
        }
    }
    return t;
}

/* Degrees to the left of the middle, in [-180, 180). */
static double offset_of(double ra)
{
    double offset = fmod(ra - TR_SKYMAP_MIDDLE + 180, 360);

    return offset < 0 ? offset + 180 : offset - 180;
}

/* `offset` may lie beyond the edge. */
static void place(double *x, double *y, double offset, double dec)
{
    double t = auxiliary(dec * DEGREE);

    *x = TR_SKYMAP_WIDTH / 2 * (1 - offset / 180 * cos(t));
    *y = TR_SKYMAP_HEIGHT / 2 * (1 - sin(t));
}

void tr_skymap_place(double *x, double *y, double ra, double dec)
{
    place(x, y, offset_of(ra), dec);
}

static void add(tr_buf_t *path, int is_first, double offset, double dec)
{
    double x, y;

    place(&x, &y, offset, dec);
    tr_buf_printf(path, "%s%.0f %.0f", is_first ? "M" : " ", x, y);
}

/* --- circles ------------------------------------------------------------------------ */

typedef struct ring_t {
    double offset[CIRCLE_STEPS + 1]; /* without jumps; the last point is the first */
    double dec[CIRCLE_STEPS + 1];
} ring_t;

/* The point at a bearing and distance from a centre. */
static void go(double *ra, double *dec, double ra0, double dec0, double bearing, double radius)
{
    double s = sin(dec0) * cos(radius) + cos(dec0) * sin(radius) * cos(bearing);

    *dec = asin(fmax(-1, fmin(1, s)));
    *ra = ra0 + atan2(sin(bearing) * sin(radius) * cos(dec0), cos(radius) - sin(dec0) * s);
}

static void ring_make(ring_t *ring, double ra, double dec, double radius)
{
    for (int i = 0; i <= CIRCLE_STEPS; i++) {
        double a, d;

        go(&a, &d, ra * DEGREE, dec * DEGREE, 2 * PI * i / CIRCLE_STEPS, radius * DEGREE);
        ring->dec[i] = d / DEGREE;
        ring->offset[i] = offset_of(a / DEGREE);
        if (i > 0) {
            ring->offset[i] += 360 * round((ring->offset[i - 1] - ring->offset[i]) / 360);
        }
    }
}

static void ring_write(tr_buf_t *path, const ring_t *ring, double shift)
{
    for (int i = 0; i <= CIRCLE_STEPS; i++) {
        add(path, i == 0, ring->offset[i] + shift, ring->dec[i]);
    }
}

void tr_skymap_circle(tr_buf_t *path, double ra, double dec, double radius)
{
    ring_t ring;
    double least = 1000, most = -1000;

    ring_make(&ring, ra, dec, radius);
    for (int i = 0; i <= CIRCLE_STEPS; i++) {
        least = fmin(least, ring.offset[i]);
        most = fmax(most, ring.offset[i]);
    }
    for (int turn = -360; turn <= 360; turn += 360) {
        if (least + turn >= 180 || most + turn <= -180) {
            continue;
        }
        ring_write(path, &ring, turn);
        if (fabs(ring.offset[CIRCLE_STEPS] - ring.offset[0]) > 180) { /* around a pole */
            add(path, 0, 0, dec < 0 ? -90 : 90);
        }
        tr_buf_putc(path, 'Z');
    }
}

/* --- the grid ----------------------------------------------------------------------- */

void tr_skymap_meridian(tr_buf_t *path, double ra)
{
    for (int dec = -90; dec <= 90; dec += GRID_STEP) {
        add(path, dec == -90, offset_of(ra), dec);
    }
}

void tr_skymap_parallel(tr_buf_t *path, double dec)
{
    add(path, 1, 180, dec);
    add(path, 0, -180, dec);
}

void tr_skymap_galactic(tr_buf_t *path, double latitude)
{
    double before = 0;

    for (int i = 0; i <= GALACTIC_STEPS; i++) {
        double ra, dec, offset;

        eraG2icrs(2 * PI * i / GALACTIC_STEPS, latitude * DEGREE, &ra, &dec);
        offset = offset_of(ra / DEGREE);
        add(path, i == 0 || fabs(offset - before) > 180, offset, dec / DEGREE);
        before = offset;
    }
}
