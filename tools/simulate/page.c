/* page.c: a candidate's diagnostic page: filter image, light curve, reference field, histogram.
 *
 * SPDX-License-Identifier: MIT
 */
#include "page.h"

#include "plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    WIDTH = 900,
    HEIGHT = 675,
    BINS = 100,
    SIDE = TR_SIM_SIDE,
    TITLE = 15, /* sizes of words, pixel */
    LABEL = 12,
    SMALL = 10
};

static const double bin_highest = 33.0; /* the histogram's usual right end */

static void title(cairo_t *page, const tr_sim_axes_t *axes, const char *words)
{
    tr_sim_plot_text(page, axes->x + axes->width / 2.0, axes->y - 14.0, TR_SIM_MIDDLE, TITLE,
                     words);
}

static void label_below(cairo_t *page, const tr_sim_axes_t *axes, const char *words)
{
    tr_sim_plot_text(page, axes->x + axes->width / 2.0, axes->y + axes->height + 36.0,
                     TR_SIM_MIDDLE, LABEL, words);
}

static void label_beside(cairo_t *page, double x, const tr_sim_axes_t *axes, const char *words)
{
    tr_sim_plot_text_up(page, x, axes->y + axes->height / 2.0, LABEL, words);
}

/* The smallest of the given steps that leaves at most four of them in a span. */
static double sexagesimal_step(double span)
{
    static const double steps[] = { 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0 };
    int i = 0;

    while (i < 9 && span / steps[i] > 4.0) {
        i++;
    }
    return steps[i];
}

/* Minutes as hours or degrees and minutes; the big unit only where it is wanted. */
static void sexagesimal(char *words, size_t size, int minutes, const char *unit,
                        const char *minute, int whole)
{
    int big = abs(minutes) / 60, small = abs(minutes) % 60;

    if (whole) {
        snprintf(words, size, "%s%d%s%02d%s", minutes < 0 ? "\u2212" : "", big, unit, small,
                 minute);
    }
    else {
        snprintf(words, size, "%02d%s", small, minute);
    }
}

/* Right ascension runs to the left: minutes of time below the box. */
static void ra_ticks(cairo_t *page, const tr_sim_axes_t *box, const tr_sim_page_t *content)
{
    tr_sim_axes_t axes = *box;
    double half = SIDE / 2.0 * content->pixel_deg / cos(content->dec_deg * M_PI / 180.0) * 4.0;
    double step = sexagesimal_step(2.0 * half);
    int first;

    axes.left = content->ra_deg * 4.0 + half;
    axes.right = content->ra_deg * 4.0 - half;
    first = (int)ceil(axes.right / step);
    for (int i = first; i * step <= axes.left; i++) {
        char words[32];
        int minutes = ((int)lround(i * step) + 1440) % 1440;
        int whole = i == first || minutes % 60 == 0;
        sexagesimal(words, sizeof words, minutes, "\u02b0", "\u1d50", whole);
        tr_sim_plot_tick(page, &axes, TR_SIM_BELOW, i * step, words);
    }
}

static void dec_ticks(cairo_t *page, const tr_sim_axes_t *box, const tr_sim_page_t *content)
{
    tr_sim_axes_t axes = *box;
    double half = SIDE / 2.0 * content->pixel_deg * 60.0;
    double step = sexagesimal_step(2.0 * half);

    axes.bottom = content->dec_deg * 60.0 - half;
    axes.top = content->dec_deg * 60.0 + half;
    for (int i = (int)ceil(axes.bottom / step); i * step <= axes.top; i++) {
        char words[32];
        int minutes = (int)lround(i * step);
        sexagesimal(words, sizeof words, minutes, "°", "\u2032",
                    i % 2 == 0 || minutes % 60 == 0);
        tr_sim_plot_tick(page, &axes, TR_SIM_BEFORE, i * step, words);
    }
}

static void sky_axes(cairo_t *page, const tr_sim_axes_t *box, const tr_sim_page_t *content,
                     int lowest)
{
    int placed = !isnan(content->ra_deg);

    if (placed) {
        ra_ticks(page, box, content);
        dec_ticks(page, box, content);
    }
    else {
        tr_sim_plot_ticks(page, box, TR_SIM_BELOW, 5);
        tr_sim_plot_ticks(page, box, TR_SIM_BEFORE, 5);
    }
    label_beside(page, box->x - 72.0, box, placed ? "Dec" : "Offset (pixel)");
    if (lowest) {
        label_below(page, box, placed ? "RA" : "Offset (pixel)");
    }
}

static void draw_filter(cairo_t *page, const tr_sim_page_t *content)
{
    tr_sim_axes_t axes = {
        106, 36, 260, 260, -SIDE / 2.0, SIDE / 2.0, -SIDE / 2.0, SIDE / 2.0
    };
    float image[SIDE * SIDE];
    double highest = 0.0, lowest = INFINITY;
    char words[96];

    tr_sim_field_filter(content->field, content->by_maximum, image);
    for (int i = 0; i < SIDE * SIDE; i++) {
        highest = fmax(highest, image[i]);
        lowest = fmin(lowest, image[i]);
    }
    tr_sim_plot_image(page, &axes, image, SIDE, lowest, 0.95 * highest);
    tr_sim_plot_bar(page, &axes, lowest, 0.95 * highest, "arbitrary units");
    snprintf(words, sizeof words, "Filter %s", content->filter);
    title(page, &axes, words);
    sky_axes(page, &axes, content, 0);
}

static void mark_centre(cairo_t *page, const tr_sim_axes_t *axes)
{
    double x = axes->x + axes->width / 2.0, y = axes->y + axes->height / 2.0;

    cairo_set_source_rgb(page, 0.85, 0.1, 0.1);
    cairo_set_line_width(page, 1.4);
    cairo_move_to(page, x - 4, y - 4);
    cairo_line_to(page, x + 4, y + 4);
    cairo_move_to(page, x - 4, y + 4);
    cairo_line_to(page, x + 4, y - 4);
    cairo_stroke(page);
}

static void draw_reference(cairo_t *page, const tr_sim_page_t *content, tr_sim_random_t *random)
{
    tr_sim_axes_t axes = {
        106, 358, 260, 260, -SIDE / 2.0, SIDE / 2.0, -SIDE / 2.0, SIDE / 2.0
    };
    float image[SIDE * SIDE];

    tr_sim_field_reference(content->field, random, image);
    tr_sim_plot_image(page, &axes, image, SIDE, -20.0, 140.0);
    tr_sim_plot_bar(page, &axes, -20.0, 140.0, "Brightness (mJy/beam)");
    mark_centre(page, &axes);
    title(page, &axes, "GLEAM");
    sky_axes(page, &axes, content, 1);
}

static void level_line(cairo_t *page, const tr_sim_axes_t *axes, double value)
{
    static const double dashes[] = { 4.0, 2.5 };
    double y = tr_sim_axes_y(axes, value);

    cairo_set_source_rgb(page, 0.0, 0.0, 0.0);
    cairo_set_line_width(page, 1.0);
    cairo_set_dash(page, dashes, 2, 0.0);
    cairo_move_to(page, axes->x, y);
    cairo_line_to(page, axes->x + axes->width, y);
    cairo_stroke(page);
    cairo_set_dash(page, NULL, 0, 0.0);
}

static void trace_curve(cairo_t *page, const tr_sim_axes_t *axes, const tr_sim_page_t *content,
                        const double *curve)
{
    for (int f = 0; f < content->field->frames; f++) {
        cairo_line_to(page, tr_sim_axes_x(axes, f * content->step_s),
                      tr_sim_axes_y(axes, curve[f] * content->noise_mjy));
    }
    cairo_set_source_rgb(page, 0.12, 0.37, 0.55);
    cairo_set_line_width(page, 1.7);
    cairo_set_line_join(page, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(page);
}

static void draw_curve(cairo_t *page, const tr_sim_page_t *content)
{
    double length = (content->field->frames - 1) * content->step_s;
    tr_sim_axes_t axes = { 468, 36, 352, 260, -0.05 * length, 1.05 * length, 0.0, 0.0 };
    double curve[TR_SIM_FRAMES_MAX];
    double highest = 1.5, lowest = -1.5;

    tr_sim_field_curve(content->field, curve);
    for (int f = 0; f < content->field->frames; f++) {
        highest = fmax(highest, curve[f]);
        lowest = fmin(lowest, curve[f]);
    }
    axes.top = (highest + 0.06 * (highest - lowest)) * content->noise_mjy;
    axes.bottom = (lowest - 0.06 * (highest - lowest)) * content->noise_mjy;
    level_line(page, &axes, content->noise_mjy);
    level_line(page, &axes, 0.0);
    level_line(page, &axes, -content->noise_mjy);
    trace_curve(page, &axes, content, curve);
    tr_sim_plot_frame(page, &axes);
    tr_sim_plot_ticks(page, &axes, TR_SIM_BELOW, 6);
    tr_sim_plot_ticks(page, &axes, TR_SIM_BEHIND, 7);
    title(page, &axes, "Light Curve");
    label_below(page, &axes, "Time (s)");
    label_beside(page, 884.0, &axes, "Brightness (mJy/beam)");
}

/* Expected share of known sources per bin: residuals pile up at 0, statistics trail off. */
static double residual_shape(double value)
{
    return 0.55 * exp(-0.5 * value * value / 4.4);
}

static double statistic_shape(double value)
{
    double part = value / 2.0;

    return part * exp(1.0 - part) * (1.0 + 0.4 * part * exp(-part / 3.0)) / 1.25;
}

static void draw_bars(cairo_t *page, const tr_sim_axes_t *axes, tr_sim_random_t *random,
                      double (*shape)(double), double peak)
{
    for (int i = 0; i < BINS; i++) {
        double value = axes->right * i / BINS;
        double count = peak * shape(value + axes->right / BINS / 2.0);
        double x0 = tr_sim_axes_x(axes, value);
        double x1 = tr_sim_axes_x(axes, axes->right * (i + 1) / BINS);
        count = floor(fmax(0.0, count + sqrt(count) * tr_sim_random_normal(random)) + 0.3);
        cairo_rectangle(page, x0, tr_sim_axes_y(axes, count), x1 - x0,
                        tr_sim_axes_y(axes, 0.0) - tr_sim_axes_y(axes, count));
    }
    cairo_fill(page);
}

static void value_line(cairo_t *page, const tr_sim_axes_t *axes, double value, int dashed)
{
    static const double dashes[] = { 4.0, 2.5 };
    double x = tr_sim_axes_x(axes, fmin(axes->right, fmax(0.0, value)));

    cairo_set_source_rgb(page, 0.0, 0.0, 0.0);
    cairo_set_line_width(page, 1.4);
    cairo_set_dash(page, dashes, dashed ? 2 : 0, 0.0);
    cairo_move_to(page, x, axes->y);
    cairo_line_to(page, x, axes->y + axes->height);
    cairo_stroke(page);
    cairo_set_dash(page, NULL, 0, 0.0);
}

typedef struct {
    const char *words;
    double red, green, blue, alpha;
    int line; /* 0 a patch, 1 a line, 2 a dashed line */
} legend_t;

static const legend_t legend[] = {
    { "Known source residual", 0.42, 0.28, 0.55, 0.55, 0 },
    { "Known source detection statistic", 0.80, 0.28, 0.22, 0.50, 0 },
    { "Candidate residual", 0.0, 0.0, 0.0, 1.0, 2 },
    { "Candidate detection statistic", 0.0, 0.0, 0.0, 1.0, 1 },
};

static void legend_entry(cairo_t *page, const legend_t *entry, double x, double y)
{
    static const double dashes[] = { 4.0, 2.5 };

    cairo_set_source_rgba(page, entry->red, entry->green, entry->blue, entry->alpha);
    if (entry->line) {
        cairo_set_line_width(page, 1.4);
        cairo_set_dash(page, dashes, entry->line == 2 ? 2 : 0, 0.0);
        cairo_move_to(page, x, y);
        cairo_line_to(page, x + 22.0, y);
        cairo_stroke(page);
        cairo_set_dash(page, NULL, 0, 0.0);
    }
    else {
        cairo_rectangle(page, x, y - 4.0, 22.0, 8.0);
        cairo_fill(page);
    }
    tr_sim_plot_text(page, x + 29.0, y, TR_SIM_LEFT, SMALL, entry->words);
}

static void draw_legend(cairo_t *page, const tr_sim_axes_t *axes)
{
    double x = axes->x + axes->width - 212.0, y = axes->y + 6.0;

    cairo_set_source_rgba(page, 1.0, 1.0, 1.0, 0.85);
    cairo_rectangle(page, x, y, 206.0, 66.0);
    cairo_fill_preserve(page);
    cairo_set_source_rgb(page, 0.8, 0.8, 0.8);
    cairo_set_line_width(page, 1.0);
    cairo_stroke(page);
    for (int i = 0; i < 4; i++) {
        legend_entry(page, &legend[i], x + 7.0, y + 10.0 + 15.5 * i);
    }
}

static void draw_histogram(cairo_t *page, const tr_sim_page_t *content, tr_sim_random_t *random)
{
    double right = fmax(bin_highest, 1.15 * content->det_stat);
    tr_sim_axes_t axes = { 468, 358, 352, 260, -0.045 * right, right, 0.0, 1050.0 };
    double peak = tr_sim_random_between(random, 820.0, 960.0);

    for (int i = 0; i < 2; i++) {
        const legend_t *look = &legend[i];
        cairo_set_source_rgba(page, look->red, look->green, look->blue, look->alpha);
        draw_bars(page, &axes, random, i ? statistic_shape : residual_shape, peak);
    }
    if (!isnan(content->residual)) {
        value_line(page, &axes, content->residual, 1);
    }
    value_line(page, &axes, content->det_stat, 0);
    draw_legend(page, &axes);
    tr_sim_plot_frame(page, &axes);
    tr_sim_plot_ticks(page, &axes, TR_SIM_BELOW, 7);
    tr_sim_plot_ticks(page, &axes, TR_SIM_BEHIND, 6);
    label_below(page, &axes, "Normalised stdev or detection statistic");
    label_beside(page, 884.0, &axes, "Number of sources");
}

int tr_sim_page_write(const tr_sim_page_t *content, tr_sim_random_t *random, const char *path,
                      const char **problem)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *page = cairo_create(surface);
    cairo_status_t status;

    cairo_set_source_rgb(page, 1.0, 1.0, 1.0);
    cairo_paint(page);
    draw_filter(page, content);
    draw_curve(page, content);
    draw_reference(page, content, random);
    draw_histogram(page, content, random);
    status = cairo_status(page);
    if (status == CAIRO_STATUS_SUCCESS) {
        status = cairo_surface_write_to_png(surface, path);
    }
    cairo_destroy(page);
    cairo_surface_destroy(surface);
    *problem = status == CAIRO_STATUS_SUCCESS ? NULL : cairo_status_to_string(status);
    return status == CAIRO_STATUS_SUCCESS ? 0 : -1;
}
