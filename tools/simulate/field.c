/* field.c: noise, blobs and the views of a simulated piece of sky.
 *
 * Noise in an interferometer's image is correlated over the synthesised beam: white noise is
 * smoothed with the beam's shape and scaled back to a standard deviation of 1.
 *
 * SPDX-License-Identifier: MIT
 */
#include "field.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIDE = TR_SIM_SIDE,
    REACH = 8, /* half width of the smoothing kernel, pixel */
    TAPS = 2 * REACH + 1,
    PADDED = SIDE + 2 * REACH /* smoothing must not thin out at the edges */
};

static const double reference_noise = 7.0; /* mJy per beam */

static void make_kernel(double sigma, float *kernel)
{
    double squares = 0.0;

    for (int i = 0; i < TAPS; i++) {
        double d = (i - REACH) / sigma;
        kernel[i] = (float)exp(-0.5 * d * d);
        squares += (double)kernel[i] * kernel[i];
    }
    for (int i = 0; i < TAPS; i++) {
        kernel[i] /= (float)sqrt(squares);
    }
}

static void smooth_rows(const float *from, float *to, int rows, const float *kernel)
{
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < SIDE; x++) {
            float sum = 0.0f;
            for (int i = 0; i < TAPS; i++) {
                sum += from[y * PADDED + x + i] * kernel[i];
            }
            to[y * SIDE + x] = sum;
        }
    }
}

static void smooth_columns(const float *from, float *to, const float *kernel, float scale)
{
    for (int y = 0; y < SIDE; y++) {
        for (int i = 0; i < TAPS; i++) {
            const float *row = from + (y + i) * SIDE;
            float weight = kernel[i] * scale;
            for (int x = 0; x < SIDE; x++) {
                to[y * SIDE + x] += row[x] * weight;
            }
        }
    }
}

/* Adds beam-correlated noise of standard deviation `scale`. */
static void add_noise(tr_sim_random_t *random, const tr_sim_field_t *field, float scale,
                      float *frame)
{
    float white[PADDED * PADDED];
    float half[PADDED * SIDE];
    float kernel_x[TAPS], kernel_y[TAPS];

    make_kernel(field->beam_x, kernel_x);
    make_kernel(field->beam_y, kernel_y);
    for (int i = 0; i < PADDED * PADDED; i++) {
        white[i] = (float)tr_sim_random_normal(random);
    }
    smooth_rows(white, half, PADDED, kernel_x);
    smooth_columns(half, frame, kernel_y, scale);
}

float *tr_sim_field_frame(const tr_sim_field_t *field, int frame)
{
    return field->pixels + (size_t)frame * SIDE * SIDE;
}

void tr_sim_field_blob(float *frame, double x, double y, double height, double sigma_x,
                       double sigma_y, double angle)
{
    double reach = 4.0 * (sigma_x > sigma_y ? sigma_x : sigma_y);
    int x0 = (int)fmax(0.0, floor(x - reach)), x1 = (int)fmin(SIDE - 1.0, ceil(x + reach));
    int y0 = (int)fmax(0.0, floor(y - reach)), y1 = (int)fmin(SIDE - 1.0, ceil(y + reach));
    double c = cos(angle), s = sin(angle);

    for (int row = y0; row <= y1; row++) {
        for (int column = x0; column <= x1; column++) {
            double u = ((column - x) * c + (row - y) * s) / sigma_x;
            double v = ((row - y) * c - (column - x) * s) / sigma_y;
            frame[row * SIDE + column] += (float)(height * exp(-0.5 * (u * u + v * v)));
        }
    }
}

/* A subtracted source leaves two peaks of opposite sign that move with the ionosphere. */
static void add_remains(tr_sim_field_t *field, tr_sim_random_t *random,
                        const tr_sim_star_t *star)
{
    double height = 1.6 * sqrt(star->flux) * tr_sim_random_between(random, 0.5, 1.3);
    double angle = tr_sim_random_between(random, 0.0, 2 * M_PI);
    double turn = tr_sim_random_between(random, -0.15, 0.15);

    for (int f = 0; f < field->frames; f++) {
        float *frame = tr_sim_field_frame(field, f);
        double dx = 1.3 * cos(angle + f * turn), dy = 1.3 * sin(angle + f * turn);
        tr_sim_field_blob(frame, star->x + dx, star->y + dy, height, field->beam_x,
                          field->beam_y, 0.0);
        tr_sim_field_blob(frame, star->x - dx, star->y - dy, -0.8 * height, field->beam_x,
                          field->beam_y, 0.0);
    }
}

tr_sim_field_t *tr_sim_field_make(tr_sim_random_t *random, int frames,
                                  const tr_sim_star_t *star, int stars)
{
    tr_sim_field_t *field = calloc(1, sizeof *field);

    if (!field) {
        return NULL;
    }
    field->frames = frames < TR_SIM_FRAMES_MAX ? frames : TR_SIM_FRAMES_MAX;
    field->pixels = calloc((size_t)field->frames * SIDE * SIDE, sizeof(float));
    if (!field->pixels) {
        free(field);
        return NULL;
    }
    field->beam_x = tr_sim_random_between(random, 1.7, 2.1);
    field->beam_y = field->beam_x * tr_sim_random_between(random, 1.0, 1.25);
    field->stars = stars < TR_SIM_STARS_MAX ? stars : TR_SIM_STARS_MAX;
    if (field->stars) {
        memcpy(field->star, star, (size_t)field->stars * sizeof *star);
    }
    for (int f = 0; f < field->frames; f++) {
        add_noise(random, field, 1.0f, tr_sim_field_frame(field, f));
    }
    for (int i = 0; i < field->stars; i++) {
        add_remains(field, random, &field->star[i]);
    }
    return field;
}

void tr_sim_field_free(tr_sim_field_t *field)
{
    if (field) {
        free(field->pixels);
        free(field);
    }
}

void tr_sim_field_curve(const tr_sim_field_t *field, double *curve)
{
    for (int f = 0; f < field->frames; f++) {
        const float *centre = tr_sim_field_frame(field, f) + SIDE / 2 * SIDE + SIDE / 2;
        curve[f] = fmax(fmax(centre[0], centre[-1]), fmax(centre[-SIDE], centre[-SIDE - 1]));
    }
}

static float scatter_at(const tr_sim_field_t *field, int pixel)
{
    double sum = 0.0, squares = 0.0;

    for (int f = 0; f < field->frames; f++) {
        double value = field->pixels[(size_t)f * SIDE * SIDE + (size_t)pixel];
        sum += value;
        squares += value * value;
    }
    sum /= field->frames;
    return (float)sqrt(fmax(0.0, squares / field->frames - sum * sum));
}

static float maximum_at(const tr_sim_field_t *field, int pixel)
{
    float highest = field->pixels[pixel];

    for (int f = 1; f < field->frames; f++) {
        highest = fmaxf(highest, field->pixels[(size_t)f * SIDE * SIDE + (size_t)pixel]);
    }
    return highest;
}

void tr_sim_field_filter(const tr_sim_field_t *field, int by_maximum, float *image)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        image[i] = by_maximum ? maximum_at(field, i) : scatter_at(field, i);
    }
}

void tr_sim_field_reference(const tr_sim_field_t *field, tr_sim_random_t *random, float *image)
{
    memset(image, 0, (size_t)SIDE * SIDE * sizeof *image);
    add_noise(random, field, (float)reference_noise, image);
    for (int i = 0; i < field->stars; i++) {
        tr_sim_field_blob(image, field->star[i].x, field->star[i].y,
                          1000.0 * field->star[i].flux, field->beam_x, field->beam_y, 0.0);
    }
}
