/* field.h: a simulated piece of sky, frame by frame, around one candidate.
 *
 * Brightness is in units of the noise of one frame; the candidate sits at the centre pixel.
 * A field is allocated by tr_sim_field_make and owned by the caller, who frees it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_FIELD_H
#define TR_SIM_FIELD_H

#include "random.h"

enum {
    TR_SIM_SIDE = 90, /* pixels along a side of a frame */
    TR_SIM_FRAMES_MAX = 24,
    TR_SIM_STARS_MAX = 24
};

/* What a candidate really is; the order is that of the names in tr_sim_kind_name. */
typedef enum {
    TR_SIM_TRANSIENT,
    TR_SIM_PULSAR,
    TR_SIM_SCINTILLATION,
    TR_SIM_RFI,
    TR_SIM_SIDELOBE,
    TR_SIM_SATELLITE,
    TR_SIM_AIRPLANE,
    TR_SIM_NOISE,
    TR_SIM_KINDS
} tr_sim_kind_t;

/* A source of the reference catalogue in the field. */
typedef struct {
    double x, y; /* pixel, from the lower left corner */
    double flux; /* Jy */
} tr_sim_star_t;

typedef struct {
    int frames;
    double beam_x, beam_y; /* standard deviations of the synthesised beam, pixel */
    int stars;
    tr_sim_star_t star[TR_SIM_STARS_MAX];
    float *pixels; /* frames x side x side, rows from below */
} tr_sim_field_t;

/* A word for a kind: "transient", "rfi" ... */
const char *tr_sim_kind_name(tr_sim_kind_t kind);

/* A field of noise with the remains of `stars` subtracted sources. NULL without memory. */
tr_sim_field_t *tr_sim_field_make(tr_sim_random_t *random, int frames,
                                  const tr_sim_star_t *star, int stars);

void tr_sim_field_free(tr_sim_field_t *field);

/* Paints a candidate of a kind, `peak` noise units high in the frame `brightest`. */
void tr_sim_field_paint(tr_sim_field_t *field, tr_sim_random_t *random, tr_sim_kind_t kind,
                        double peak, int brightest);

/* One frame's pixels. */
float *tr_sim_field_frame(const tr_sim_field_t *field, int frame);

/* Adds a Gaussian blob to one frame; `angle` in radians turns its long side from the x axis. */
void tr_sim_field_blob(float *frame, double x, double y, double height, double sigma_x,
                       double sigma_y, double angle);

/* The brightest of the centre pixels in each frame: the light curve. */
void tr_sim_field_curve(const tr_sim_field_t *field, double *curve);

/* What a pipeline's filter sees: the scatter of each pixel over time, or its maximum. */
void tr_sim_field_filter(const tr_sim_field_t *field, int by_maximum, float *image);

/* The catalogue's view of the same place in mJy per beam, with its own noise. */
void tr_sim_field_reference(const tr_sim_field_t *field, tr_sim_random_t *random, float *image);

#endif
