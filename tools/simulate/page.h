/* page.h: a candidate's diagnostic page: filter image, light curve, reference field, histogram.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_PAGE_H
#define TR_SIM_PAGE_H

#include "field.h"

typedef struct {
    const tr_sim_field_t *field;
    const char *filter;     /* its name, for the heading */
    int by_maximum;         /* how this filter works: maximum or scatter over time */
    double ra_deg, dec_deg; /* centre, ICRS; NAN: the axes show offsets */
    double pixel_deg;       /* size of a pixel, deg */
    double step_s;          /* time between frames, s */
    double noise_mjy;       /* one noise unit, mJy per beam */
    double det_stat;        /* the candidate's detection statistic */
    double residual;        /* nearest known source: deviations above the mean residual */
} tr_sim_page_t;

/* Draws the page and writes it as a PNG. 0, or -1 with a message in `problem` (static). */
int tr_sim_page_write(const tr_sim_page_t *content, tr_sim_random_t *random, const char *path,
                      const char **problem);

#endif
