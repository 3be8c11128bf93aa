/* morphology.c: what each kind of candidate looks like, frame by frame.
 *
 * One painter a kind, found by table. The candidate's brightest moment is at the centre.
 *
 * SPDX-License-Identifier: MIT
 */
#include "field.h"

#include <math.h>
#include <stdlib.h>

enum { SIDE = TR_SIM_SIDE };

static const double centre = (SIDE - 1) / 2.0;

typedef struct {
    tr_sim_field_t *field;
    tr_sim_random_t *random;
    double peak;   /* brightest moment, noise units */
    int brightest; /* its frame */
} canvas_t;

static void blob(const canvas_t *canvas, int f, double x, double y, double height, double wider)
{
    if (f >= 0 && f < canvas->field->frames) {
        tr_sim_field_blob(tr_sim_field_frame(canvas->field, f), x, y, height,
                          canvas->field->beam_x * wider, canvas->field->beam_y * wider, 0.0);
    }
}

/* Rises within a frame or two and decays over several, or lasts as a box with soft edges. */
static double flare(double since, double rise, double decay)
{
    double width = since < 0.0 ? rise : decay;

    return exp(-0.5 * (since / width) * (since / width));
}

static void paint_transient(const canvas_t *canvas)
{
    double rise = tr_sim_random_between(canvas->random, 0.7, 2.4);
    double decay = tr_sim_random_between(canvas->random, 1.2, 4.0);

    for (int f = 0; f < canvas->field->frames; f++) {
        double height = canvas->peak * flare(f - canvas->brightest, rise, decay);
        blob(canvas, f, centre, centre, height, 1.0);
    }
}

/* Pulses average out within a frame; what is left scintillates from frame to frame. */
static void paint_pulsar(const canvas_t *canvas)
{
    for (int f = 0; f < canvas->field->frames; f++) {
        double part = f == canvas->brightest
                          ? 1.0
                          : fmin(1.0, tr_sim_random_lognormal(canvas->random, 0.45, 0.5));
        blob(canvas, f, centre, centre, canvas->peak * part, 1.0);
    }
}

/* The whole neighbourhood twinkles and shifts, each source at its own pace. */
static void paint_scintillation(const canvas_t *canvas)
{
    int others = tr_sim_random_int(canvas->random, 1, 3);
    double period = tr_sim_random_between(canvas->random, 7.0, 16.0);

    for (int i = 0; i <= others; i++) {
        double x = i ? tr_sim_random_between(canvas->random, 12, SIDE - 12) : centre;
        double y = i ? tr_sim_random_between(canvas->random, 12, SIDE - 12) : centre;
        double height = i ? canvas->peak * 0.6 : canvas->peak;
        double phase = i ? tr_sim_random_between(canvas->random, 0, 2 * M_PI) : 0.0;
        for (int f = 0; f < canvas->field->frames; f++) {
            double wave = cos(2 * M_PI * (f - canvas->brightest) / period + phase);
            double part = 0.55 + 0.45 * wave + 0.08 * tr_sim_random_normal(canvas->random);
            blob(canvas, f, x + 0.5 * wave, y, height * part, 1.0);
        }
    }
}

/* A wave over the field: its cosine and sine patterns make any phase by two products. */
typedef struct {
    float cosine[SIDE * SIDE];
    float sine[SIDE * SIDE];
} wave_t;

static void set_wave(wave_t *wave, int pixel, double phase, double weight)
{
    wave->cosine[pixel] = (float)(weight * cos(phase));
    wave->sine[pixel] = (float)(weight * sin(phase));
}

static void add_wave(const canvas_t *canvas, const wave_t *wave, int f, double height,
                     double phase)
{
    float *frame = tr_sim_field_frame(canvas->field, f);
    float c = (float)(height * cos(phase)), s = (float)(height * sin(phase));

    for (int i = 0; i < SIDE * SIDE; i++) {
        frame[i] += c * wave->cosine[i] + s * wave->sine[i];
    }
}

/* Each frame its own strength, the brightest frame full strength with a crest at the centre. */
static void animate_wave(const canvas_t *canvas, const wave_t *wave, double floor_part,
                         double width, double drift)
{
    for (int f = 0; f < canvas->field->frames; f++) {
        double since = f - canvas->brightest;
        double part = floor_part + (1.0 - floor_part) * flare(since, width, width);
        part *= since == 0.0 ? 1.0 : tr_sim_random_between(canvas->random, 0.75, 1.0);
        add_wave(canvas, wave, f, canvas->peak * part, drift * since);
    }
}

static void rings(wave_t *wave, double x0, double y0, double length, double squeeze)
{
    double distance = hypot(centre - x0, (centre - y0) * squeeze);

    for (int i = 0; i < SIDE * SIDE; i++) {
        int x = i % SIDE, y = i / SIDE;
        double r = hypot(x - x0, (y - y0) * squeeze);
        double weight = sqrt((distance + length) / (r + length));
        set_wave(wave, i, 2 * M_PI * (r - distance) / length, fmin(1.6, weight));
    }
}

/* Rings of a bright source outside or at the edge of the field. */
static void paint_sidelobe(const canvas_t *canvas)
{
    wave_t *wave = malloc(sizeof *wave);
    double away = tr_sim_random_between(canvas->random, 28.0, 95.0);
    double angle = tr_sim_random_between(canvas->random, 0.0, 2 * M_PI);
    double x0 = centre + away * cos(angle), y0 = centre + away * sin(angle);
    double length = tr_sim_random_between(canvas->random, 11.0, 19.0);
    double squeeze = tr_sim_random_between(canvas->random, 0.8, 1.1);
    double drift = tr_sim_random_between(canvas->random, -0.35, 0.35);

    if (!wave) {
        return;
    }
    rings(wave, x0, y0, length, squeeze);
    animate_wave(canvas, wave, 0.35, tr_sim_random_between(canvas->random, 2.0, 6.0), drift);
    free(wave);
}

static void stripes(wave_t *wave, tr_sim_random_t *random, double length)
{
    double angle = tr_sim_random_between(random, 0.0, M_PI);
    double bend = tr_sim_random_between(random, 0.5, 2.2);
    double bend_length = tr_sim_random_between(random, 35.0, 80.0);
    double c = cos(angle), s = sin(angle);

    for (int i = 0; i < SIDE * SIDE; i++) {
        int column = i % SIDE, row = i / SIDE;
        double x = column - centre, y = row - centre;
        double along = x * c + y * s, across = y * c - x * s;
        double weight = 0.85 + 0.15 * cos(across / 17.0);
        along += bend * sin(2 * M_PI * across / bend_length);
        set_wave(wave, i, 2 * M_PI * along / length, weight);
    }
}

/* A burst of stripes over the whole field, as one bad baseline makes them. */
static void paint_rfi(const canvas_t *canvas)
{
    wave_t *wave = malloc(sizeof *wave);
    double length = tr_sim_random_between(canvas->random, 9.0, 18.0);
    double drift = tr_sim_random_between(canvas->random, -1.2, 1.2);

    if (!wave) {
        return;
    }
    stripes(wave, canvas->random, length);
    animate_wave(canvas, wave, 0.04, tr_sim_random_between(canvas->random, 0.8, 2.6), drift);
    free(wave);
}

/* Crosses the centre at constant speed, drawn out along its way, tumbling. */
static void paint_satellite(const canvas_t *canvas)
{
    double angle = tr_sim_random_between(canvas->random, 0.0, 2 * M_PI);
    double speed = tr_sim_random_between(canvas->random, 5.0, 12.0);
    double tumble = tr_sim_random_between(canvas->random, 0.4, 1.6);
    double smear = hypot(canvas->field->beam_x, speed * 0.32);

    for (int f = 0; f < canvas->field->frames; f++) {
        double since = f - canvas->brightest;
        double height = canvas->peak * (0.7 + 0.3 * cos(tumble * since));
        tr_sim_field_blob(
            tr_sim_field_frame(canvas->field, f), centre + since * speed * cos(angle),
            centre + since * speed * sin(angle), height, smear, canvas->field->beam_y, angle);
    }
}

/* Patches of confusion behind an aircraft, where its reflection decorrelates. */
static void trail(const canvas_t *canvas, int f, double x, double y, double angle)
{
    for (int i = 0; i < 9; i++) {
        double back = tr_sim_random_between(canvas->random, 4.0, 30.0);
        double side = 6.0 * tr_sim_random_normal(canvas->random);
        double height = canvas->peak * 0.22 * tr_sim_random_normal(canvas->random);
        blob(canvas, f, x - back * cos(angle) - side * sin(angle),
             y - back * sin(angle) + side * cos(angle), height, 1.2);
    }
}

/* Two broad spots side by side: the reflection is in the near field and splits. */
static void paint_airplane(const canvas_t *canvas)
{
    double angle = tr_sim_random_between(canvas->random, 0.0, 2 * M_PI);
    double speed = tr_sim_random_between(canvas->random, 2.5, 5.5);
    double apart = tr_sim_random_between(canvas->random, 9.0, 15.0);

    for (int f = 0; f < canvas->field->frames; f++) {
        double since = f - canvas->brightest;
        double x = centre + since * speed * cos(angle), y = centre + since * speed * sin(angle);
        double fade = canvas->peak * flare(since, 4.5, 4.5);
        double gap = apart + 0.25 * since;
        blob(canvas, f, x, y, fade, 1.35);
        blob(canvas, f, x - gap * sin(angle), y + gap * cos(angle), 0.7 * fade, 1.5);
        blob(canvas, f, x - gap * sin(angle) / 2, y + gap * cos(angle) / 2, -0.45 * fade, 1.4);
        if (fade > 0.2 * canvas->peak) {
            trail(canvas, f, x, y, angle);
        }
    }
}

/* A lucky peak in one frame. */
static void paint_noise(const canvas_t *canvas)
{
    blob(canvas, canvas->brightest, centre, centre, canvas->peak, 1.0);
}

typedef struct {
    const char *name;
    void (*paint)(const canvas_t *canvas);
} painter_t;

static const painter_t painters[TR_SIM_KINDS] = {
    [TR_SIM_TRANSIENT] = { "transient", paint_transient },
    [TR_SIM_PULSAR] = { "pulsar", paint_pulsar },
    [TR_SIM_SCINTILLATION] = { "scintillation", paint_scintillation },
    [TR_SIM_RFI] = { "rfi", paint_rfi },
    [TR_SIM_SIDELOBE] = { "sidelobe", paint_sidelobe },
    [TR_SIM_SATELLITE] = { "satellite", paint_satellite },
    [TR_SIM_AIRPLANE] = { "airplane", paint_airplane },
    [TR_SIM_NOISE] = { "noise", paint_noise },
};

const char *tr_sim_kind_name(tr_sim_kind_t kind)
{
    return painters[kind].name;
}

void tr_sim_field_paint(tr_sim_field_t *field, tr_sim_random_t *random, tr_sim_kind_t kind,
                        double peak, int brightest)
{
    canvas_t canvas = { field, random, peak, brightest };

    painters[kind].paint(&canvas);
}
