/* plot.h: axes, ticks and words for the diagnostic pages, on cairo.
 *
 * Places are pixels from the upper left corner; data ranges may run either way.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_PLOT_H
#define TR_SIM_PLOT_H

#include <cairo.h>

/* A plot's box on the page and the data values at its edges. */
typedef struct {
    double x, y, width, height;
    double left, right, bottom, top;
} tr_sim_axes_t;

typedef enum { TR_SIM_LEFT, TR_SIM_MIDDLE, TR_SIM_RIGHT } tr_sim_align_t;

/* Where ticks and their words stand. */
typedef enum { TR_SIM_BELOW, TR_SIM_BEFORE, TR_SIM_BEHIND } tr_sim_edge_t;

/* Where a data value lies on the page. */
double tr_sim_axes_x(const tr_sim_axes_t *axes, double value);
double tr_sim_axes_y(const tr_sim_axes_t *axes, double value);

/* Words at a place: `y` is the middle of the line. */
void tr_sim_plot_text(cairo_t *page, double x, double y, tr_sim_align_t align, double size,
                      const char *words);

/* Words that run upwards, centred on the place. */
void tr_sim_plot_text_up(cairo_t *page, double x, double y, double size, const char *words);

/* The box's thin black frame. */
void tr_sim_plot_frame(cairo_t *page, const tr_sim_axes_t *axes);

/* One tick with its words at a data value; nothing when the value lies outside. */
void tr_sim_plot_tick(cairo_t *page, const tr_sim_axes_t *axes, tr_sim_edge_t edge,
                      double value, const char *words);

/* Ticks at round numbers, about `count` of them. */
void tr_sim_plot_ticks(cairo_t *page, const tr_sim_axes_t *axes, tr_sim_edge_t edge, int count);

/* A side x side image, rows from below, in greys from `low` (black) to `high` (white). */
void tr_sim_plot_image(cairo_t *page, const tr_sim_axes_t *axes, const float *image, int side,
                       double low, double high);

/* A colour bar of the greys right of the box, with its ticks and label. */
void tr_sim_plot_bar(cairo_t *page, const tr_sim_axes_t *axes, double low, double high,
                     const char *label);

/* The round number (1, 2 or 5 times a power of ten) nearest above span / count. */
double tr_sim_plot_step(double span, int count);

#endif
