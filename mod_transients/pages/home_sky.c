/* home_sky.c: the survey on the sky: where it looked, and which candidates stand out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "home.h"

#include "../lib/tr_skymap.h"

#include <apr_strings.h>
#include <math.h>

/* The radius of a circle of the field of view that the MWA has at 150 MHz, 610 square degrees
 * (S. J. Tingay et al. 2013, PASA 30, e007, table 1); it goes with the wavelength. */
#define BEAM_RADIUS 13.93
#define BEAM_MHZ    150.0
#define BEAM_MAX    60.0 /* degrees; below 35 MHz it is a guess anyway */

#define PLANE_EDGE 7.0 /* degrees from the galactic plane, dashed */
#define CONE_MAX   30  /* degrees: candidate_filter.c */

static double beam_of(const tr_row_t *pointing)
{
    double mhz = tr_row_real(pointing, "mhz", BEAM_MHZ);

    return mhz > 0 ? fmin(BEAM_MAX, BEAM_RADIUS * BEAM_MHZ / mhz) : BEAM_RADIUS;
}

/* The candidate table's query: of the observation where it is one, else around the centre. */
static const char *target_of(tr_request_t *req, const tr_row_t *pointing, double radius)
{
    if (tr_row_int(pointing, "observations", 0) == 1) {
        return apr_psprintf(req->pool, "obs_id=%" APR_INT64_T_FMT,
                            tr_row_int(pointing, "observation_id", 0));
    }
    return apr_psprintf(req->pool, "ra=%.4f&dec=%.4f&radius=%.0f",
                        tr_row_real(pointing, "ra", 0), tr_row_real(pointing, "dec", 0),
                        fmin(CONE_MAX, radius) * 60);
}

static apr_int64_t add_pointings(tr_request_t *req)
{
    tr_list_t *pointings = tr_row_list(req->data, "pointings");
    apr_int64_t observations = 0;

    for (int i = 0; i < pointings->count; i++) {
        tr_row_t *row = pointings->rows[i];
        tr_buf_t *path = tr_buf_make(256, req->pool);
        double radius = beam_of(row);

        tr_skymap_circle(path, tr_row_real(row, "ra", 0), tr_row_real(row, "dec", 0), radius);
        tr_row_set(row, "path", tr_text(path->data));
        tr_row_set(row, "target", tr_text(target_of(req, row, radius)));
        observations += tr_row_int(row, "observations", 0);
    }
    return observations;
}

/* The picture draws the highest last, so that nothing lies over them. */
static void add_marks(tr_request_t *req)
{
    tr_list_t *best = tr_row_list(req->data, "best"), *marks = tr_list_make(req->pool);

    for (int i = best->count - 1; i >= 0; i--) {
        tr_row_t *row = best->rows[i];
        double x, y;

        tr_skymap_place(&x, &y, tr_row_real(row, "ra", 0), tr_row_real(row, "dec", 0));
        tr_row_set(row, "x", tr_real(round(x * 10) / 10));
        tr_row_set(row, "y", tr_real(round(y * 10) / 10));
        tr_list_append(marks, row);
    }
    tr_row_set(req->data, "marks", tr_of_list(marks));
}

static void add_label(tr_list_t *labels, double ra, double dec, double dx, const char *text)
{
    tr_row_t *row = tr_list_add(labels);
    double x, y;

    tr_skymap_place(&x, &y, ra, dec);
    tr_row_set(row, "x", tr_real(round(x + dx)));
    tr_row_set(row, "y", tr_real(round(y) - 3));
    tr_row_set(row, "text", tr_text(text));
}

static const char *path_of(tr_request_t *req, void (*draw)(tr_buf_t *, double), double from,
                           double to, double step)
{
    tr_buf_t *path = tr_buf_make(2048, req->pool);

    for (double at = from; at <= to; at += step) {
        draw(path, at);
    }
    return path->data;
}

/* Meridians every three hours, parallels every 30 degrees, each with its name. */
static void add_grid(tr_request_t *req, tr_row_t *sky)
{
    tr_list_t *labels = tr_list_make(req->pool);

    for (int hours = 0; hours < 24; hours += 3) {
        if (hours != 15) { /* the edge */
            add_label(labels, hours * 15, 0, 0, apr_psprintf(req->pool, "%dh", hours));
        }
    }
    for (int dec = -60; dec <= 60; dec += 30) {
        if (dec != 0) {
            add_label(labels, TR_SKYMAP_MIDDLE + 179.9, dec, -16,
                      apr_psprintf(req->pool, "%s%d\u00b0", dec < 0 ? "\u2212" : "+",
                                   dec < 0 ? -dec : dec));
        }
    }
    tr_row_set(sky, "labels", tr_of_list(labels));
    tr_row_set(sky, "meridians", tr_text(path_of(req, tr_skymap_meridian, 0, 345, 45)));
    tr_row_set(sky, "parallels", tr_text(path_of(req, tr_skymap_parallel, -60, 60, 30)));
    tr_row_set(sky, "plane", tr_text(path_of(req, tr_skymap_galactic, 0, 0, 1)));
    tr_row_set(
        sky, "plane_edges",
        tr_text(path_of(req, tr_skymap_galactic, -PLANE_EDGE, PLANE_EDGE, 2 * PLANE_EDGE)));
}

void home_sky_add(tr_request_t *req)
{
    tr_row_t *sky = tr_row_make(req->pool);

    tr_row_set(sky, "observations", tr_int(add_pointings(req)));
    add_marks(req);
    add_grid(req, sky);
    tr_row_set(req->data, "sky", tr_of_row(sky));
}
