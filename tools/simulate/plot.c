/* plot.c: axes, ticks and words for the diagnostic pages, on cairo.
 *
 * SPDX-License-Identifier: MIT
 */
#include "plot.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum {
    GREYS = 256,
    TICK = 5,       /* length, pixel */
    TICK_WORDS = 12 /* size of tick words, pixel */
};

static const char family[] = "DejaVu Sans";

double tr_sim_axes_x(const tr_sim_axes_t *axes, double value)
{
    return axes->x + axes->width * (value - axes->left) / (axes->right - axes->left);
}

double tr_sim_axes_y(const tr_sim_axes_t *axes, double value)
{
    return axes->y + axes->height * (axes->top - value) / (axes->top - axes->bottom);
}

static void choose_font(cairo_t *page, double size)
{
    cairo_select_font_face(page, family, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(page, size);
    cairo_set_source_rgb(page, 0.0, 0.0, 0.0);
}

void tr_sim_plot_text(cairo_t *page, double x, double y, tr_sim_align_t align, double size,
                      const char *words)
{
    cairo_text_extents_t extents;

    choose_font(page, size);
    cairo_text_extents(page, words, &extents);
    if (align == TR_SIM_MIDDLE) {
        x -= extents.x_advance / 2.0;
    }
    else if (align == TR_SIM_RIGHT) {
        x -= extents.x_advance;
    }
    cairo_move_to(page, x, y + 0.36 * size); /* half the height of a figure */
    cairo_show_text(page, words);
}

void tr_sim_plot_text_up(cairo_t *page, double x, double y, double size, const char *words)
{
    cairo_save(page);
    cairo_translate(page, x, y);
    cairo_rotate(page, -M_PI / 2.0);
    tr_sim_plot_text(page, 0.0, 0.0, TR_SIM_MIDDLE, size, words);
    cairo_restore(page);
}

void tr_sim_plot_frame(cairo_t *page, const tr_sim_axes_t *axes)
{
    cairo_set_source_rgb(page, 0.0, 0.0, 0.0);
    cairo_set_line_width(page, 1.1);
    cairo_rectangle(page, axes->x, axes->y, axes->width, axes->height);
    cairo_stroke(page);
}

static int between(double value, double a, double b)
{
    double slack = 1e-9 * fabs(b - a);

    return value >= fmin(a, b) - slack && value <= fmax(a, b) + slack;
}

static void tick_below(cairo_t *page, const tr_sim_axes_t *axes, double x, const char *words)
{
    double y = axes->y + axes->height;

    cairo_move_to(page, x, y);
    cairo_line_to(page, x, y + TICK);
    cairo_stroke(page);
    tr_sim_plot_text(page, x, y + TICK + 10.0, TR_SIM_MIDDLE, TICK_WORDS, words);
}

static void tick_beside(cairo_t *page, const tr_sim_axes_t *axes, int behind, double y,
                        const char *words)
{
    double x = behind ? axes->x + axes->width : axes->x;
    double out = behind ? TICK : -TICK;

    cairo_move_to(page, x, y);
    cairo_line_to(page, x + out, y);
    cairo_stroke(page);
    tr_sim_plot_text(page, x + 1.8 * out, y, behind ? TR_SIM_LEFT : TR_SIM_RIGHT, TICK_WORDS,
                     words);
}

void tr_sim_plot_tick(cairo_t *page, const tr_sim_axes_t *axes, tr_sim_edge_t edge,
                      double value, const char *words)
{
    int below = edge == TR_SIM_BELOW;

    if (!between(value, below ? axes->left : axes->bottom, below ? axes->right : axes->top)) {
        return;
    }
    cairo_set_source_rgb(page, 0.0, 0.0, 0.0);
    cairo_set_line_width(page, 1.1);
    if (below) {
        tick_below(page, axes, tr_sim_axes_x(axes, value), words);
    }
    else {
        tick_beside(page, axes, edge == TR_SIM_BEHIND, tr_sim_axes_y(axes, value), words);
    }
}

double tr_sim_plot_step(double span, int count)
{
    static const double round[] = { 1.0, 2.0, 5.0, 10.0 };
    double rough = span / count;
    double power = pow(10.0, floor(log10(rough)));
    int i = 0;

    while (i < 3 && round[i] * power < rough * 0.9999) {
        i++;
    }
    return round[i] * power;
}

/* A number as wide as its step needs, with a real minus sign. */
static void write_number(char *words, size_t size, double value, double step)
{
    int digits = step < 1.0 ? (int)ceil(-log10(step) - 1e-9) : 0;
    const char *sign = value < -step / 2.0 ? "\u2212" : "";

    snprintf(words, size, "%s%.*f", sign, digits, fabs(value));
}

void tr_sim_plot_ticks(cairo_t *page, const tr_sim_axes_t *axes, tr_sim_edge_t edge, int count)
{
    double a = edge == TR_SIM_BELOW ? axes->left : axes->bottom;
    double b = edge == TR_SIM_BELOW ? axes->right : axes->top;
    double step = tr_sim_plot_step(fabs(b - a), count);
    int first = (int)ceil(fmin(a, b) / step - 1e-9),
        last = (int)floor(fmax(a, b) / step + 1e-9);

    for (int i = first; i <= last; i++) {
        char words[32];
        write_number(words, sizeof words, i * step, step);
        tr_sim_plot_tick(page, axes, edge, i * step, words);
    }
}

static uint32_t grey(double part)
{
    uint32_t level = (uint32_t)lround(fmin(1.0, fmax(0.0, part)) * (GREYS - 1));

    return level << 16 | level << 8 | level;
}

/* A surface of pixels to be set by set_pixel; cairo owns the memory. */
static cairo_surface_t *make_pixels(int columns, int rows)
{
    cairo_surface_t *pixels = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows);

    cairo_surface_flush(pixels);
    return pixels;
}

static void set_pixel(cairo_surface_t *pixels, int x, int y, uint32_t colour)
{
    unsigned char *data = cairo_image_surface_get_data(pixels);

    if (data) {
        data += (size_t)y * (size_t)cairo_image_surface_get_stride(pixels);
        ((uint32_t *)(void *)data)[x] = colour;
    }
}

/* Shows pixels (rows from above) in the box, each as a sharp square, and lets go of them. */
static void show_pixels(cairo_t *page, const tr_sim_axes_t *axes, cairo_surface_t *pixels)
{
    cairo_surface_mark_dirty(pixels);
    cairo_save(page);
    cairo_rectangle(page, axes->x, axes->y, axes->width, axes->height);
    cairo_clip(page);
    cairo_translate(page, axes->x, axes->y);
    cairo_scale(page, axes->width / cairo_image_surface_get_width(pixels),
                axes->height / cairo_image_surface_get_height(pixels));
    cairo_set_source_surface(page, pixels, 0.0, 0.0);
    cairo_pattern_set_filter(cairo_get_source(page), CAIRO_FILTER_NEAREST);
    cairo_paint(page);
    cairo_restore(page);
    cairo_surface_destroy(pixels);
    tr_sim_plot_frame(page, axes);
}

void tr_sim_plot_image(cairo_t *page, const tr_sim_axes_t *axes, const float *image, int side,
                       double low, double high)
{
    cairo_surface_t *pixels = make_pixels(side, side);

    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            double value = image[(side - 1 - y) * side + x];
            set_pixel(pixels, x, y, grey((value - low) / (high - low)));
        }
    }
    show_pixels(page, axes, pixels);
}

void tr_sim_plot_bar(cairo_t *page, const tr_sim_axes_t *axes, double low, double high,
                     const char *label)
{
    tr_sim_axes_t bar = {
        axes->x + axes->width + 18.0, axes->y, 14.0, axes->height, 0.0, 1.0, low, high
    };
    cairo_surface_t *pixels = make_pixels(1, GREYS);

    for (int i = 0; i < GREYS; i++) {
        set_pixel(pixels, 0, i, grey((double)(GREYS - 1 - i) / (GREYS - 1)));
    }
    show_pixels(page, &bar, pixels);
    tr_sim_plot_ticks(page, &bar, TR_SIM_BEHIND, 8);
    tr_sim_plot_text_up(page, bar.x + 60.0, bar.y + bar.height / 2.0, TICK_WORDS, label);
}
